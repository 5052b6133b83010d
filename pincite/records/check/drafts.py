"""Reads a draft: its text, and the quotations that its format marks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from index.bounded import read_bounded
from index.errors import UnsupportedFormatError
from index.load import MAX_BYTES, formats
from index.load.parsed import Format, Raw
from index.types import Document, SegmentKind
from pincite.records.check.citations import CitedQuotation, read_json
from qa.errors import DraftError

Reads = Callable[[str, bytes], Document]
"""Reads a file, given its name and its bytes."""

# Consecutive indented lines with words, and the line break before them.
_INDENTED = re.compile(r"(?:(?:\A|\n)(?: {4}|\t)[^\n]*?\S[^\n]*)+")
_PREFIXED = re.compile(r"(?m)(?:^[ ]{0,3}>[^\n]*(?:\n|\Z))+")
_Q_TAG = re.compile(rb"<q(?:\s[^<>]*)?>|</q\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft to check. `cited`: the quotations that a JSON draft marks as citations, with their spans.

    `blocks`: the spans of its block quotes.
    """

    document: Document
    cited: tuple[CitedQuotation, ...] = ()
    blocks: tuple[tuple[int, int], ...] = ()


def read_draft(path: str | Path, *, encoding: str = "utf-8", max_bytes: int = MAX_BYTES) -> Draft:
    """Return the draft at `path`: text, Markdown, HTML, DOCX, PDF or JSON. Raises `LoadError`, `DraftError`."""
    path, remedy = Path(path), "split it, or raise --max-bytes"
    data = read_bounded(path, max_bytes, DraftError, f"the draft {str(path)!r}", "check the path", remedy)
    return draft_of(path.name, data, encoding=encoding)


def draft_of(name: str, data: bytes, *, encoding: str = "utf-8", read: Reads | None = None) -> Draft:
    """Return the draft in `data`, in the format of a file called `name`. Raises `LoadError`, `DraftError`.

    `read`: reads formats other than JSON, for example in a separate process.
    """
    suffix = Path(name).suffix.lower()
    if suffix in (".json", ".jsonl"):
        text, cited = read_json(name, data)
        return Draft(Document(name, text, media_type="application/json"), tuple(cited))
    known = formats.by_suffix(suffix)
    if known is None:
        known_suffixes = ", ".join([*formats.suffixes(), ".json"])
        raise UnsupportedFormatError(f"cannot read the draft {name!r}; a draft ends in one of {known_suffixes}")
    if "text/html" in known.media_types:
        data = _Q_TAG.sub(lambda m: "”".encode() if m[0].startswith(b"</") else "“".encode(), data)
    document = _read(known, name, data, encoding) if read is None else read(name, data)
    return Draft(document, (), tuple(_blocks(document)))


def _read(known: Format, name: str, data: bytes, encoding: str) -> Document:
    parsed = known.read(Raw(name, data, encoding))
    return Document(name, parsed.text, "", known.media_types[0], parsed.segments, parsed.metadata)


def draft_of_text(text: str, name: str = "text.md", *, read: Reads | None = None) -> Draft:
    """Return a draft that was pasted or sent, read as JSON if it is JSON, else as Markdown. Raises as `draft_of`."""
    with suppress(ValueError, RecursionError):
        if isinstance(json.loads(text), dict | list):
            name = "text.json"
    return draft_of(name, text.encode("utf-8"), read=read)


def _blocks(document: Document) -> list[tuple[int, int]]:
    """Return the spans of block quotes; in plain text, of lines with ">", and of indented lines after a colon."""
    blocks: list[tuple[int, int]] = []
    for segment in document.segments:
        if segment.kind is SegmentKind.QUOTE:
            if blocks and not document.text[blocks[-1][1] : segment.start].strip(" \t\r\n>"):
                blocks[-1] = blocks[-1][0], segment.end
            else:
                blocks.append((segment.start, segment.end))
    if not blocks and document.media_type in formats.PLAIN.media_types:
        blocks = [*(match.span() for match in _PREFIXED.finditer(document.text)), *_indented(document.text)]
    return sorted(blocks)


def _indented(text: str) -> list[tuple[int, int]]:
    indented = []
    for start, end in (match.span() for match in _INDENTED.finditer(text)):
        before = start
        while before and text[before - 1].isspace():
            before -= 1
        if text.endswith((":", ":-"), 0, before) and len(text[start:end].split()) >= 8:
            indented.append((start, end))
    return indented
