"""Gives words of prompts/ as HTML."""

from __future__ import annotations

import prompts
from pincite.html.marks import escape


def words_html(key: str, /, **values: object) -> str:
    """Return `prompts.render`, escaped for HTML, in an element or in a quoted attribute."""
    return escape(prompts.render(key, **values))
