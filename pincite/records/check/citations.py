"""Reads answers of other tools in JSON: the quotations that they cite, and their prose, which may quote more.

No two tools use the same field names. An object is a citation if it has a text in a field that only quotations have,
if it is in a list of citations or retrieved passages, or if it names a source and a place in it. Its source is in the
object, in its metadata, in the enclosing object, or given as an index into a list of documents. A span of the answer
itself (`text[start:end]` of the text beside the list), or a mark such as 【4:0†source】, is no quotation. Every other
text of several words is read as prose.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pincite.evaluation.fields import json_values
from qa.errors import DraftError

SURE = (  # fields that only quotations have
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
NESTED = (*SOURCES, "metadata", "meta", "node", "file_citation", "web", "retrievedContext", "document_offset")
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
_FILE = re.compile(r"\.\w{1,8}\Z|\Ahttps?://")  # a file name or an address: surely the name of a source
_DEEPEST = 60


@dataclass(frozen=True, slots=True)
class CitedQuotation:
    """A quotation that a draft cites, `[start, end)` of its text. `source`, `page`, `offset`: its place, as given."""

    start: int
    end: int
    source: str | None
    page: int | None
    offset: int | None


def read_json(name: str, data: bytes) -> tuple[str, list[CitedQuotation]]:
    """Return the texts in `data` (JSON or JSON lines), joined, and the spans of those that are citations.

    Raises `DraftError` for data that are not JSON, hold no text, or are nested too deep.
    """
    collector = _TextCollector(name)
    try:
        values = list(json_values(data.decode("utf-8-sig"), json.JSONDecoder()))
    except UnicodeDecodeError as error:
        raise DraftError(f"the draft {name!r} is not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise DraftError(f"the draft {name!r} is not JSON ({error}); save it again") from error
    for value in values:
        collector.documents = _documents(value)
        collector.read(value, "", None, (), 0)
    text = "\n\n".join(collector.texts)
    if not text.strip():
        raise DraftError(f"the draft {name!r} holds no text; give an answer with its citations")
    return text, collector.cited


def _documents(value: Any) -> Sequence[Any]:
    """Return the list of documents that citations refer to by index; () if the value has none."""
    named = [value.get(name) for name in ("documents", "sources")] if isinstance(value, Mapping) else []
    return next((listed for listed in named if isinstance(listed, list)), ())


class _TextCollector:
    """Collects the texts of a draft and its citations. `documents`: the list that citations refer to by index."""

    def __init__(self, name: str) -> None:
        self.texts: list[str] = []
        self.cited: list[CitedQuotation] = []
        self.documents: Sequence[Any] = ()
        self._name = name
        self._size = 0

    def read(self, value: Any, key: str, source: str | None, beside: Sequence[str], depth: int) -> None:
        """Collect the texts of the value in field `key`. `source`: the source that the enclosing object names.

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
        """Return the document that a citation refers to by index; {} if none."""
        number = _number(value, INDEXES)
        if number is None or number >= len(self.documents) or not isinstance(self.documents[number], Mapping):
            return {}
        record: Mapping[str, Any] = self.documents[number]
        return record

    def _cite(self, text: str, source: str | None, page: int | None, offset: int | None) -> None:
        start = self._add(text)
        if text.strip():
            self.cited.append(CitedQuotation(start, start + len(text), source, page, offset))

    def _add(self, text: str) -> int:
        text = text.encode("utf-8", "replace").decode("utf-8")
        start = self._size
        self.texts.append(text)
        self._size += len(text) + 2
        return start


def _quoted(value: Mapping[str, Any], key: str, beside: Sequence[str]) -> str | None:
    """Return the field with the text that an object cites, or None if it is no citation."""
    field_name = next((name for name in QUOTES if isinstance(value.get(name), str) and value[name].strip()), None)
    if field_name is None or field_name in SURE:
        return field_name
    if _is_pointer(value) or _points(value, beside):
        return None
    if "document_offset" in value:  # an extracted answer
        return field_name
    if field_name in ("data", "answer"):
        return None
    named = _source(value, field_name) is not None
    placed = _page(value) is not None or _number(value, STARTS) is not None
    return field_name if key in LISTS or (named and placed) else None


def _is_pointer(value: Mapping[str, Any]) -> bool:
    """Return whether its text is a reference mark such as [1]."""
    return isinstance(value.get("text"), str) and _POINTER.fullmatch(value["text"]) is not None


def _points(value: Mapping[str, Any], beside: Sequence[str]) -> bool:
    """Return whether its text is a span of one of the texts `beside` it, at its own offsets."""
    start, end, text = _number(value, STARTS), _number(value, ENDS), value.get("text")
    if start is None or end is None or not isinstance(text, str):
        return False
    return any(len(text_beside) > len(text) and text_beside[start:end] == text for text_beside in beside)


def _source(value: Mapping[str, Any], quoted: str | None) -> str | None:
    """Return the source that an object, or an object nested in it, names; None if neither does."""
    own = next((str(value[k]) for k in SOURCES if isinstance(value.get(k), str) and value[k] and k != quoted), None)
    return own or next((nested for inner in _nested(value) if (nested := _source(inner, None)) is not None), None)


def _page(value: Mapping[str, Any]) -> int | None:
    """Return the page, from 1, that an object or its metadata give; beside `page_content`, `page` counts from 0."""
    page = _number(value, PAGES)
    if page is not None:
        return page
    for inner in _nested(value):
        page = _number(inner, PAGES)
        if page is not None:
            return page + ("page_content" in value and _number(inner, PAGES[:1]) is None)
    return None


def _nested(value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (value[name] for name in NESTED if isinstance(value.get(name), Mapping))


def _number(value: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    for name in names:
        number = value.get(name)
        if isinstance(number, str) and number.isdecimal() and len(number) < 10:
            number = int(number)
        if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
            return number
    return None
