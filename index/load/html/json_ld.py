"""Reads the article that a page gives as JSON-LD (schema.org), for pages that show it only by a script."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from index.load.html.blocks import Element
from index.load.parsed import Composer
from index.types import SegmentKind

MAX_CHARACTERS = 2_000_000  # of a script that is looked at
_DEEPEST = 8
_TAG = re.compile(r"<[^<>]{0,2000}>")
# What may stand around the statement: a comment, a section of XML, an end as of a command.
_WRAPPED = re.compile(
    r"\A\s*(?:(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)\s*(?:\*/)?)?|(?:;|(?://|/\*)?\s*(?:\]\]>|-->)\s*(?:\*/)?|\s)*\Z"
)
_BREAK = re.compile(r"(?:<(?:/p|br\s*/?|/h\d|/li)>|\r\n?|\n)\s*", re.IGNORECASE)


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
        for value in stated.values():
            yield from _nodes(value, depth + 1)
    elif isinstance(stated, list):
        for value in stated:
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
