"""JSON (.json) and JSON Lines (.jsonl): each value under its key, lists of records as tables, all with their paths.

The names of objects and lists are headings. Records in a list that hold plain values are a table, a row each. Numbers
are as they are written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from index.errors import DamagedFileError, SourceTooLargeError
from index.load.decoding import decode_marked
from index.load.parsed import BlockDraft, Composer, Parsed, Raw, plain_line
from index.types import Segment, SegmentKind, Span

MAX_DEPTH = 60
MAX_VALUES = 1_000_000
MOST_COLUMNS = 100
_PLAIN_KEY = re.compile(r"[A-Za-z_]\w*")


def read_json(raw: Raw) -> Parsed:
    """Return all values in their order.

    Raises `EncodingError`, `DamagedFileError`, `SourceTooLargeError`.
    """
    text = decode_marked(raw).removeprefix("\ufeff")
    writer = _Writer(raw.name)
    writer.add(_loaded(raw.name, text, ""), "$", 0)
    return writer.composer.parsed()


def read_lines(raw: Raw) -> Parsed:
    """Read JSON Lines as `read_json` reads JSON: one value on each line; paths begin with the line's number."""
    lines = decode_marked(raw).removeprefix("\ufeff").split("\n")
    values = [(n, _loaded(raw.name, line, f" in line {n}")) for n, line in enumerate(lines, start=1) if line.strip()]
    writer = _Writer(raw.name)
    if len(values) > 1 and _are_records([value for _, value in values]):
        writer.add_table([(f"line {number}: $", value) for number, value in values])
    else:
        for number, value in values:
            writer.add(value, f"line {number}: $", 0)
    return writer.composer.parsed()


def _loaded(name: str, text: str, where: str) -> Any:
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except ValueError as error:
        reason = str(error).partition(":")[0].lower()
        raise DamagedFileError(f"{name!r} is not JSON{where} ({reason}); check it with a JSON tool") from error


def _are_records(values: Sequence[Any]) -> bool:
    """Return whether they are objects of plain values, of not too many keys."""
    if not all(isinstance(value, dict) and value for value in values):
        return False
    keys = {key for value in values for key in value}
    return len(keys) <= MOST_COLUMNS and not any(
        isinstance(v, dict | list) and v for member in values for v in member.values()
    )


class _Writer:
    def __init__(self, name: str) -> None:
        self._name = name
        self.composer = Composer()
        self._values = 0

    def add(self, value: Any, path: str, depth: int, key: str = "", kind: SegmentKind = SegmentKind.PARAGRAPH) -> None:
        """Append the value at `path`; `key`: its name; `kind`: of a plain value."""
        self._count(depth)
        if isinstance(value, dict | list) and value:
            if key:
                self.composer.add(SegmentKind.HEADING, key, level=min(max(depth, 1), 6))
            if isinstance(value, dict):
                for name, inner in value.items():
                    self.add(inner, _below(path, name), depth + 1, _shown(name))
            elif len(value) > 1 and _are_records(value):
                self.add_table([(f"{path}[{i}]", record) for i, record in enumerate(value)])
            else:
                for i, inner in enumerate(value):
                    self.add(inner, f"{path}[{i}]", depth + 1, kind=SegmentKind.LIST_ITEM)
        elif words := _shown(value):
            first = len(self.composer.segments)
            level = 1 if kind is SegmentKind.LIST_ITEM else None
            self.composer.add(kind, f"{key}: {words}" if key else words, level=level)
            self.composer.enclose(SegmentKind.PATH, first, name=path)

    def add_table(self, records: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Append records as rows below their keys."""
        columns = list(dict.fromkeys(key for _, record in records for key in record))
        rows = [[_shown(key) or "–" for key in columns]]
        rows += [[_shown(record.get(key)) for key in columns] for _, record in records]
        inside: list[Segment] = []
        heads: list[Span] = []
        lines: list[str] = []
        at = self.composer.length + (2 if self.composer.drafts else 0)
        for number, row in enumerate(rows):
            lines.append("\t".join(row).rstrip() or "–")
            label: tuple[Span, ...] = ()
            place = at
            for column, text in enumerate(row):
                span = (place, place + len(text))
                place += len(text) + 1
                heads += [span] if number == 0 else []
                if text:
                    self._count(0)
                    headers = (heads[column], *label) if number else ()
                    if number:
                        path = _below(records[number - 1][0], columns[column])
                        inside.append(Segment(SegmentKind.PATH, *span, name=path))
                    cell = Segment(SegmentKind.CELL, *span, level=column + 1, number=number + 1, headers=headers)
                    inside.append(cell)
                    label = (span,) if number and column == 0 else label
            at += len(lines[-1]) + 1
        self.composer.put(BlockDraft(SegmentKind.TABLE, "\n".join(lines)), inside)

    def _count(self, depth: int) -> None:
        self._values += 1
        if depth > MAX_DEPTH or self._values > MAX_VALUES:
            raise SourceTooLargeError(
                f"{self._name!r} nests deeper than {MAX_DEPTH} or has more than {MAX_VALUES} values; split it"
            )


def _below(path: str, key: str) -> str:
    """Return the path of a key's value (RFC 9535)."""
    return f"{path}.{key}" if _PLAIN_KEY.fullmatch(key) else f"{path}[{json.dumps(key, ensure_ascii=False)}]"


def _shown(value: Any) -> str:
    """Return a plain value as it is read, in one line."""
    if value is None or isinstance(value, dict | list):
        return ""
    return plain_line(str(value).lower() if isinstance(value, bool) else str(value))
