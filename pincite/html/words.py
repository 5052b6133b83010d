"""Words from prompts/ as they stand in HTML."""

from __future__ import annotations

import prompts
from pincite.html.marks import escape


def words_html(key: str, /, **values: object) -> str:
    """`prompts.render`, escaped for use in HTML, in an element or in a quoted attribute."""
    return escape(prompts.render(key, **values))
