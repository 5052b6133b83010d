"""Reads answers of other tools in JSON: the quotations that they cite, and the text that may quote more.

No two tools use the same names. A citation is an object that has a text under a name that only quotations have; that
stands in a list of citations or of retrieved passages; or that names a source and a place in it. Its source may be
named in it, in its metadata, in the object around it, or by its number in a list of documents. What points into the
answer itself (`text[start:end]` of the text beside the list), or is a mark such as 【4:0†source】, is no quotation.
Every other text of several words is read as prose.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pincite.evaluation.fields import json_values
from qa.errors import DraftError

SURE = (  # names that nothing but a quotation has
    "quote", "cited_text", "citedText", "quoted_text", "quotation", "exact", "excerpt", "snippet", "highlight",
    "verbatim", "evidence", "passage", "page_content", "supporting_text", "source_text", "chunk_text",
)  # fmt: skip
QUOTES = (*SURE, "span", "text", "content", "data", "answer")
SOURCES = (
    "document_id", "source", "document", "doc", "doc_id", "source_id", "file", "file_name", "filename", "file_path",
    "path", "document_title", "title", "source_title", "name", "url", "uri", "link",
)  # fmt: skip
INDEXES = ("doc_index", "document_index", "documentIndex", "source_index")
PAGES = ("page_label", "page", "page_number", "page_no", "start_page_number", "start_page", "pageNumber")
STARTS = ("start", "start_char_index", "start_char", "start_offset", "char_start", "begin", "start_index", "startIndex")
ENDS = ("end", "end_char_index", "end_char", "end_offset", "char_end", "end_index", "endIndex")
BELOW = (*SOURCES, "metadata", "meta", "node", "file_citation", "web", "retrievedContext", "document_offset")
LISTS = (
    "citations", "citation", "references", "quotes", "quotations", "sources", "evidence", "annotations", "nearest",
    "highlights", "snippets", "documents", "source_nodes", "source_documents", "contexts", "context", "passages",
    "chunks", "node", "document", "retrievedContext", "relevant_passages",
)  # fmt: skip
_IGNORED = frozenset(
    "prefix suffix sentence sha256 document_sha256 question query id type kind status model role segment created link "
    "heading digest pincite".split()
)
_POINTER = re.compile(r"\s*(?:【[^【】]*】|\[[\w:†, -]{1,30}\])\s*")
_FILE = re.compile(r"\.\w{1,8}\Z|\Ahttps?://")  # what is surely a source's name, and not that of an answer
_DEEPEST = 60


@dataclass(frozen=True, slots=True)
class CitedQuotation:
    """A quotation that a draft names as one: `[start, end)` of the draft's text. `source`, `page`, `at`: as named."""

    start: int
    end: int
    source: str | None
    page: int | None
    at: int | None


def read_json(name: str, data: bytes) -> tuple[str, list[CitedQuotation]]:
    """Return the texts in the JSON `data`, or JSON lines, one after another, and which of them are cited.

    Raises `DraftError` for data that are not JSON, hold no text, or are nested too deep.
    """
    collected = _Collected(name)
    try:
        values = list(json_values(data.decode("utf-8-sig"), json.JSONDecoder()))
    except UnicodeDecodeError as error:
        raise DraftError(f"the draft {name!r} is not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise DraftError(f"the draft {name!r} is not JSON ({error}); save it again") from error
    for value in values:
        collected.documents = _documents(value)
        collected.read(value, "", None, (), 0)
    text = "\n\n".join(collected.texts)
    if not text.strip():
        raise DraftError(f"the draft {name!r} holds no text; give an answer with its citations")
    return text, collected.cited


def _documents(value: Any) -> Sequence[Any]:
    """Return the list of documents that citations count in, if a value has one at its top."""
    named = [value.get(name) for name in ("documents", "sources")] if isinstance(value, Mapping) else []
    return next((listed for listed in named if isinstance(listed, list)), ())


class _Collected:
    """The texts of a draft and its citations. `documents`: those that citations count in."""

    def __init__(self, name: str) -> None:
        self.texts: list[str] = []
        self.cited: list[CitedQuotation] = []
        self.documents: Sequence[Any] = ()
        self._name = name
        self._size = 0

    def read(self, value: Any, key: str, source: str | None, beside: Sequence[str], depth: int) -> None:
        """Take the texts out of a value that stands under `key`; `source`: which the object around it names.

        `beside`: the texts in that object.
        """
        if depth > _DEEPEST:
            raise DraftError(f"the draft {self._name!r} is nested deeper than {_DEEPEST}; give the answer in it alone")
        if isinstance(value, str):
            if key not in _IGNORED and key not in SOURCES and len(value.split()) > 1:
                self._add(value)
        elif isinstance(value, list):
            for member in value:
                if isinstance(member, str) and key in LISTS:
                    self._cite(member, source, None, None)
                else:
                    self.read(member, key, source, beside, depth + 1)
        elif isinstance(value, Mapping):
            self._read_object(value, key, source, beside, depth)

    def _read_object(
        self, value: Mapping[str, Any], key: str, source: str | None, beside: Sequence[str], depth: int
    ) -> None:
        quoted = _quoted(value, key, beside)
        named = _source(value, quoted) or _source(self._document(value), None) or source
        if quoted is not None:
            self._cite(str(value[quoted]), named, _page(value), _number(value, STARTS))
        pointing = quoted is None and (_points(value, beside) or _is_pointer(value))
        texts = [member for member in value.values() if isinstance(member, str)]
        for name, member in value.items():
            if name != quoted and not (pointing and name == "text"):
                self.read(member, str(name), named if depth or _FILE.search(named or "") else None, texts, depth + 1)

    def _document(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the document that a citation counts."""
        number = _number(value, INDEXES)
        if number is None or number >= len(self.documents) or not isinstance(self.documents[number], Mapping):
            return {}
        record: Mapping[str, Any] = self.documents[number]
        return record

    def _cite(self, text: str, source: str | None, page: int | None, at: int | None) -> None:
        start = self._add(text)
        if text.strip():
            self.cited.append(CitedQuotation(start, start + len(text), source, page, at))

    def _add(self, text: str) -> int:
        text = text.encode("utf-8", "replace").decode("utf-8")
        start = self._size
        self.texts.append(text)
        self._size += len(text) + 2
        return start


def _quoted(value: Mapping[str, Any], key: str, beside: Sequence[str]) -> str | None:
    """Return the name under which an object has the text that it cites, or None where it is no citation."""
    field_name = next((name for name in QUOTES if isinstance(value.get(name), str) and value[name].strip()), None)
    if field_name is None or field_name in SURE:
        return field_name
    if _is_pointer(value) or _points(value, beside):
        return None
    if "document_offset" in value:  # the words of an extracted answer
        return field_name
    if field_name in ("data", "answer"):
        return None
    named = _source(value, field_name) is not None
    placed = _page(value) is not None or _number(value, STARTS) is not None
    return field_name if key in LISTS or (named and placed) else None


def _is_pointer(value: Mapping[str, Any]) -> bool:
    """Return whether its text is a mark that leads somewhere."""
    return isinstance(value.get("text"), str) and _POINTER.fullmatch(value["text"]) is not None


def _points(value: Mapping[str, Any], beside: Sequence[str]) -> bool:
    """Return whether its text is a stretch of the answer that it stands beside."""
    start, end, text = _number(value, STARTS), _number(value, ENDS), value.get("text")
    if start is None or end is None or not isinstance(text, str):
        return False
    return any(len(text_beside) > len(text) and text_beside[start:end] == text for text_beside in beside)


def _source(value: Mapping[str, Any], quoted: str | None) -> str | None:
    """Return the source that an object names, or its metadata do, or what it cites."""
    own = next((str(value[k]) for k in SOURCES if isinstance(value.get(k), str) and value[k] and k != quoted), None)
    return own or next((nested for below in _below(value) if (nested := _source(below, None)) is not None), None)


def _page(value: Mapping[str, Any]) -> int | None:
    """Return the page that an object names, or its metadata do, from 1; beside `page_content`, `page` counts from 0."""
    page = _number(value, PAGES)
    if page is not None:
        return page
    for below in _below(value):
        page = _number(below, PAGES)
        if page is not None:
            return page + ("page_content" in value and _number(below, PAGES[:1]) is None)
    return None


def _below(value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (value[name] for name in BELOW if isinstance(value.get(name), Mapping))


def _number(value: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    for name in names:
        number = value.get(name)
        if isinstance(number, str) and number.isdecimal() and len(number) < 10:
            number = int(number)
        if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
            return number
    return None
