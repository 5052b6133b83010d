"""Makes HTML pages from the templates and style sheets that lie beside the code, and embeds data in them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pincite.html.marks import escape
from prompts import render

if TYPE_CHECKING:
    from jinja2 import Template

STATIC = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""The content security policy of a page that loads nothing and runs no script."""


def embedded(data: Mapping[str, object]) -> str:
    """Write `data` as JSON that is safe inside HTML: nothing in it can end or begin an element or a comment."""
    text = json.dumps(data, ensure_ascii=False)
    # Outside of strings JSON has none of these; U+2028 and U+2029 end a line for some editors.
    return re.sub("[<>&\u2028\u2029]", lambda m: f"\\u{ord(m[0]):04x}", text)


@cache
def file_text(package: str, name: str) -> str:
    """Return the text of a file that lies in a package."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def style_text(package: str, name: str) -> str:
    """Return the style sheet `name` that lies in a package, below the colours that pages share."""
    return file_text("pincite.html", "palette.css") + file_text(package, name)


@cache
def template(package: str, name: str) -> Template:
    """Return a template that lies in a package: it escapes every text, and knows `prompts.render`."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    def safe(value: object) -> object:
        return Markup(escape(value)) if type(value) is str else value

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=safe
    )
    environment.globals["render"] = render
    return environment.from_string(file_text(package, name))
