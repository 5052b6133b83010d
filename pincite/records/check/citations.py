"""Answers of other tools in JSON: the quotations that they cite, and the text that may quote more.

No two tools use the same names. An object that has a quoted text, and names a source or stands in a list of citations,
is a citation; every other text is read as prose.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qa.errors import DraftError

QUOTES = (
    "quote", "cited_text", "quoted_text", "quotation", "excerpt", "snippet", "highlight", "verbatim", "evidence",
    "passage", "span", "text", "content",
)  # fmt: skip
SOURCES = (
    "document_id", "source", "document", "doc", "doc_id", "source_id", "file", "file_name", "filename", "file_path",
    "path", "document_title", "title", "source_title", "name", "url", "uri", "link",
)  # fmt: skip
PAGES = ("page", "page_number", "page_no", "start_page_number", "start_page", "pageNumber")
STARTS = ("start", "start_char_index", "start_char", "start_offset", "char_start", "begin")
LISTS = ("citations", "citation", "references", "quotes", "quotations", "sources", "evidence", "annotations", "nearest")
_SURE = QUOTES[:9]  # names that nothing but a quotation has
_IGNORED = frozenset("prefix suffix sentence sha256 document_sha256 question id type kind status model role".split())
_DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Cited:
    """A quotation that a draft names as one: `[start, end)` of the draft's text. `source`, `page`, `at`: as named."""

    start: int
    end: int
    source: str | None
    page: int | None
    at: int | None


def read_json(name: str, data: bytes) -> tuple[str, list[Cited]]:
    """The texts in the JSON `data`, or JSON lines, one after another, and which of them are cited.

    Raises `DraftError` for what is no JSON, or holds no text.
    """
    collected = _Collected()
    for value in _values(name, data):
        collected.read(value, "", 0)
    text = "\n\n".join(collected.texts)
    if not text.strip():
        raise DraftError(f"the draft {name!r} holds no text; give an answer with its citations")
    return text, collected.cited


def _values(name: str, data: bytes) -> Iterator[Any]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DraftError(f"the draft {name!r} is not UTF-8 at byte {error.start}; save it as UTF-8") from error
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise DraftError(f"the draft {name!r} is not JSON at character {at}; save it again") from error
        yield value


class _Collected:
    def __init__(self) -> None:
        self.texts: list[str] = []
        self.cited: list[Cited] = []
        self._size = 0

    def read(self, value: Any, key: str, depth: int) -> None:
        """Take the texts out of a value that stands under `key`."""
        if depth > _DEEPEST:
            return
        if isinstance(value, str) and key not in _IGNORED and key not in SOURCES:
            self._add(value)
        elif isinstance(value, list):
            for one in value:
                if isinstance(one, str) and key in LISTS:
                    self._cite(one, None, None, None)
                else:
                    self.read(one, key, depth + 1)
        elif isinstance(value, Mapping):
            self._read_object(value, key, depth)

    def _read_object(self, value: Mapping[str, Any], key: str, depth: int) -> None:
        quoted = _quoted(value, key)
        if quoted is not None:
            source = next((str(value[k]) for k in SOURCES if isinstance(value.get(k), str) and k != quoted), None)
            self._cite(str(value[quoted]), source or _below(value), _number(value, PAGES), _number(value, STARTS))
        for name, one in value.items():
            if name != quoted:
                self.read(one, str(name), depth + 1)

    def _cite(self, text: str, source: str | None, page: int | None, at: int | None) -> None:
        start = self._add(text)
        if text.strip():
            self.cited.append(Cited(start, start + len(text), source, page, at))

    def _add(self, text: str) -> int:
        text = text.encode("utf-8", "replace").decode("utf-8")
        start = self._size
        self.texts.append(text)
        self._size += len(text) + 2
        return start


def _quoted(value: Mapping[str, Any], key: str) -> str | None:
    """The name under which an object has the text that it cites, or None where it is no citation."""
    found = next((name for name in QUOTES if isinstance(value.get(name), str) and value[name].strip()), None)
    if found is None or found in _SURE:
        return found
    named = any(isinstance(value.get(name), str) for name in SOURCES if name != found)
    return found if key in LISTS or (named and _number(value, (*PAGES, *STARTS)) is not None) else None


def _below(value: Mapping[str, Any]) -> str | None:
    """The source that an object below names."""
    for name in (*SOURCES, "metadata", "meta"):
        below = value.get(name)
        if isinstance(below, Mapping):
            return next((str(below[k]) for k in SOURCES if isinstance(below.get(k), str)), None)
    return None


def _number(value: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    for name in names:
        number = value.get(name)
        if isinstance(number, str) and number.isdecimal() and len(number) < 10:
            number = int(number)
        if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
            return number
    return None
