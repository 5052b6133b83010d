"""Reads metadata that stands beside the documents: a JSONL file with one row for each document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.errors import MetadataError
from index.load.finding import lexical
from index.types import Document, MetadataValue


class Metadata:
    """Rows such as `{"id": "a.md", "date": "2024-05-01", "tags": ["economy"]}`, merged into the documents they name.

    `id` is a document's id, or the path of its file. Every other value is a text or a list of texts.
    """

    def __init__(self, rows: dict[str, dict[str, MetadataValue]]) -> None:
        self._rows = rows
        self._paths = {str(lexical(key)): key for key in rows if "\0" not in key}
        self._met: set[str] = set()

    @classmethod
    def read(cls, path: str | Path) -> Metadata:
        """Return the rows of the file. Raises `MetadataError` naming the line and the field that is wrong."""
        try:
            with Path(path).open(encoding="utf-8-sig") as file:
                return cls(dict(_rows(str(path), file)))
        except UnicodeDecodeError as error:
            raise MetadataError(f"{str(path)!r} is not utf-8 at byte {error.start}; save it as UTF-8") from error
        except OSError as error:
            raise MetadataError(f"{str(path)!r} cannot be read: {error.strerror}; check the path") from error

    def merged(self, document: Document) -> Document:
        """Merge a document's row into its metadata; the row takes precedence over the file."""
        key = document.id if document.id in self._rows else self._paths.get(document.source)
        if key is None:
            return document
        self._met.add(key)
        return replace(document, metadata={**document.metadata, **self._rows[key]})

    def unmatched(self) -> list[str]:
        """Return the ids that have matched no document so far."""
        return [key for key in self._rows if key not in self._met]


def _rows(name: str, file: Any) -> Iterator[tuple[str, dict[str, MetadataValue]]]:
    seen: dict[str, int] = {}
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        where = f"{name}:{number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise MetadataError(f"{where} is not JSON; write one object a line") from error
        if not isinstance(row, dict):
            raise MetadataError(f'{where} is not an object; write {{"id": …, "date": …}}')
        key = row.pop("id", None)
        if not isinstance(key, str) or not key:
            raise MetadataError(f"{where} has the id {key!r}; name the document's id or path, a text")
        if key in seen:
            raise MetadataError(f"{where} has the id {key!r}, and so has line {seen[key]}; keep one of them")
        seen[key] = number
        yield key, {field: _value(where, field, value) for field, value in row.items()}


def _value(where: str, field: str, value: Any) -> MetadataValue:
    if field in ("", "file_sha256", "pages"):
        raise MetadataError(f"{where} has the field {field!r}, which is not for you to set; leave it out")
    texts = value if isinstance(value, list) else [value]
    for text in texts:
        if not isinstance(text, str) or not text.strip() or any("\ud800" <= c <= "\udfff" for c in text):
            raise MetadataError(f"{where} has {field!r}: {text!r}; a value is a text or a list of texts")
    return value if isinstance(value, str) else tuple(value)
