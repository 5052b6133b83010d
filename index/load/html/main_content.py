"""Extracts the main content of a web page without its menus, and the page's metadata, by trafilatura."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from index.load.html.blocks import Element, is_element

_LOGGERS = ("trafilatura", "htmldate", "courlan", "justext")
_METADATA = ("title", "author", "date", "sitename", "url")
# trafilatura's names (TEI) for what HTML has other names for.
_HTML = {
    "list": "ul",
    "item": "li",
    "quote": "blockquote",
    "code": "pre",
    "lb": "br",
    "row": "tr",
    "cell": "td",
    "hi": "span",
    "ref": "span",
    "del": "span",
}


def parse(text: str) -> Element | None:
    """Parse a page; None if it has no tree."""
    from trafilatura.utils import load_html

    for name in _LOGGERS:
        logging.getLogger(name).addHandler(logging.NullHandler())  # what matters is raised; stderr is not theirs
    return load_html(text if "html" in text[:50].lower() else f"<html>{text}</html>")


def main_content_of(tree: Element, url: str | None, *, fast: bool) -> Element | None:
    """Return the main content of the page as a tree of HTML, or None. `fast`: without fallback extractors."""
    from trafilatura import bare_extraction

    extracted: Any = bare_extraction(tree, url=url, fast=fast, include_comments=False, include_tables=True)
    if extracted is None:
        return None
    for element in [e for e in extracted.body.iter() if is_element(e)]:
        if element.tag == "head":
            element.tag = element.get("rend") or "h2"
        elif element.tag == "code" and next(element.iterancestors("pre"), None) is not None:
            element.tag = "span"
        elif element.tag == "list" and element.get("rend") == "ol":
            element.tag = "ol"
        else:
            element.tag = _HTML.get(element.tag, element.tag)
    return extracted.body


def metadata_of(tree: Element, url: str | None) -> Mapping[str, str]:
    """Return the title, author, date (as the page states it, not as its text suggests), sitename and url."""
    from trafilatura import extract_metadata

    extracted = extract_metadata(tree, default_url=url, extensive=False)
    stated = {name: getattr(extracted, name) for name in _METADATA}
    return {name: value.strip() for name, value in stated.items() if isinstance(value, str) and value.strip()}
