"""Extracts the main content of a web page without its menus, and the page's metadata, by trafilatura.

A page that shows its article only by a script may state it as JSON-LD (schema.org).
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from index.load.html.blocks import Element
from index.load.parsed import Composer
from index.types import SegmentKind

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

MAX_CHARACTERS = 2_000_000  # of a script that is looked at
_DEEPEST = 8
_TAG = re.compile(r"<[^<>]{0,2000}>")
# What may stand around the statement: a comment, a section of XML, an end as of a command.
_WRAPPED = re.compile(
    r"\A\s*(?:(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)\s*(?:\*/)?)?|(?:;|(?://|/\*)?\s*(?:\]\]>|-->)\s*(?:\*/)?|\s)*\Z"
)
_BREAK = re.compile(r"(?:<(?:/p|br\s*/?|/h\d|/li)>|\r\n?|\n)\s*", re.IGNORECASE)


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
    for element in list(extracted.body.iter("*")):
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


@dataclass(frozen=True, slots=True)
class Article:
    """`body`: the text, "" where the page states none."""

    headline: str = ""
    body: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)

    def composed(self) -> Composer:
        """Return its headline and its paragraphs."""
        composer = Composer()
        composer.add(SegmentKind.HEADING, self.headline, level=1)
        for paragraph in self.body.split("\n"):
            composer.add(SegmentKind.PARAGRAPH, " ".join(paragraph.split()))
        return composer


def article_of(tree: Element) -> Article:
    """Return the longest article that a script of `tree` states."""
    longest = Article()
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "") or len(script.text or "") > MAX_CHARACTERS:
            continue
        try:
            stated = json.loads(_WRAPPED.sub("", script.text or ""), strict=False)
        except (ValueError, RecursionError):
            continue  # what a page says for machines is often broken; what it shows is read all the same
        for node in _nodes(stated, 0):
            article = _article(node)
            if len(article.body) > len(longest.body):
                longest = article
    return longest


def _nodes(stated: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(stated, dict):
        yield stated
    if isinstance(stated, dict | list):
        for value in stated.values() if isinstance(stated, dict) else stated:
            yield from _nodes(value, depth + 1)


def _article(node: dict[str, Any]) -> Article:
    body = node.get("articleBody")
    if isinstance(body, list):
        body = "\n".join(part for part in body if isinstance(part, str))
    if not isinstance(body, str):
        return Article()
    stated = {"title": _text(node.get("headline")), "date": _text(node.get("datePublished"))[:10]}
    author = node.get("author")
    author = author[0] if isinstance(author, list) and author else author
    stated["author"] = _text(author.get("name") if isinstance(author, dict) else author)
    plain = unescape(_TAG.sub("", _BREAK.sub("\n", body)))
    return Article(stated["title"], plain.strip(), {name: value for name, value in stated.items() if value})


def _text(value: Any) -> str:
    return " ".join(unescape(value).split()) if isinstance(value, str) else ""
