"""Reads files of JSON records and checks their fields; every error names the file, the place and the field."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from index.errors import PinciteError
from qa.errors import PairsError

_SHOWN = 60  # characters of a wrong value that an error message shows
_LARGEST = 2**53  # the largest whole number that every JSON parser reads exactly


@dataclass(frozen=True, slots=True)
class JsonRecord:
    """A JSON object and its place: `where` is "line 3" in a file of rows, "data[0].paragraphs[2]" in nested JSON.

    `refuse`: makes the error that all methods raise, from a message that names the file, the place and the field.
    """

    fields: dict[str, JsonValue]
    file: str
    where: str = ""
    refuse: Callable[[str], PinciteError] = PairsError

    def __str__(self) -> str:
        return f"{self.file}, {self.where}" if self.where else self.file

    @classmethod
    def of(
        cls, value: JsonValue, file: str, where: str = "", refuse: Callable[[str], PinciteError] = PairsError
    ) -> JsonRecord:
        """Return the JSON object `value` as a record; raise if it is no object."""
        if not isinstance(value, dict):
            raise refuse(f"{cls({}, file, where)}: found {_show(value)} in place of an object {{…}}")
        return cls(value, file, where, refuse)

    def error(self, field: str, problem: str) -> PinciteError:
        """Return the error for a `problem` with a field of this record."""
        return self.refuse(f"{self}, field {field!r}: {problem}")

    def has(self, field: str) -> bool:
        """Return whether the record has this field."""
        return field in self.fields

    def value(self, field: str) -> JsonValue:
        """Return the value of `field`, or None if it is missing."""
        return self.fields.get(field)

    def text(self, field: str) -> str:
        """Return the text in `field`, unchanged; raise if it is only white space."""
        value = self._text(field)
        if not value.strip():
            raise self.error(field, "the text is empty")
        return value

    def optional_text(self, field: str) -> str | None:
        """Return the text in `field`, or None if it is missing, null or empty."""
        return None if self.value(field) in (None, "") else self._text(field)

    def whole_number(self, field: str) -> int:
        """Return the whole number in `field`; raise if it is negative."""
        value = self._present(field)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
            raise self.error(field, f"found {_show(value)} in place of a whole number from 0")
        return value

    def values(self, field: str) -> list[JsonValue]:
        """Return the list in `field`."""
        value = self._present(field)
        if not isinstance(value, list):
            raise self.error(field, f"found {_show(value)} in place of a list […]")
        return value

    def records(self, field: str) -> list[JsonRecord]:
        """Return the objects of the list in `field`."""
        return [self.item(field, i, value) for i, value in enumerate(self.values(field))]

    def item(self, field: str, number: int, value: JsonValue) -> JsonRecord:
        """Return `value`, the item `number` (from 0) of the list in `field`, as a record."""
        return self._nested(f"{field}[{number}]", value)

    def record(self, field: str) -> JsonRecord | None:
        """Return the object in `field`, or None if it is missing or null."""
        value = self.value(field)
        return None if value is None else self._nested(field, value)

    def _nested(self, step: str, value: JsonValue) -> JsonRecord:
        joint = "." if self.where.endswith("]") else ", " if self.where else ""
        return JsonRecord.of(value, self.file, f"{self.where}{joint}{step}", self.refuse)

    def _text(self, field: str) -> str:
        value = self._present(field)
        if not isinstance(value, str):
            raise self.error(field, f"found {_show(value)} in place of a text")
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise self.error(field, f"character {error.start} is a lone surrogate") from error
        return value

    def _present(self, field: str) -> JsonValue:
        if field not in self.fields:
            raise self.error(field, f"missing; there are {', '.join(map(repr, list(self.fields)[:20])) or 'no fields'}")
        return self.fields[field]


def _show(value: JsonValue) -> str:
    try:
        shown = json.dumps(value, ensure_ascii=True)
    except (ValueError, RecursionError):
        return "a value"
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, unzipped if it ends in .gz, without a byte order mark; newlines as they are.

    Raises `PairsError` for bytes that are not UTF-8 or not gzip, `OSError` when the file cannot be opened.
    """
    data = path.read_bytes()
    if path.suffix.lower() == ".gz":
        try:
            data = gzip.decompress(data)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise PairsError(f"{path} is not a whole gzip file ({error}); make it again, or drop the .gz") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PairsError(f"{path}, line {line}: byte {error.start} is not UTF-8; save the file as UTF-8") from error


def json_values(text: str, decoder: json.JSONDecoder) -> Iterator[JsonValue]:
    """Yield the JSON values in `text`, one after the other. Raises as `decoder` does."""
    position = len(text) - len(text.lstrip())
    while position < len(text):
        value, position = decoder.raw_decode(text, position)
        yield value
        while position < len(text) and text[position].isspace():
            position += 1


def parse_json(text: str, place: str, first_line: int = 1) -> JsonValue:
    """Parse the JSON in `text`, or raise `PairsError` with `place` and the line, counted from `first_line`."""
    try:
        return decode(text)
    except json.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        raise PairsError(f"{place}, line {line}, column {error.colno}: not JSON ({error.msg})") from error
    except RecursionError as error:
        raise PairsError(f"{place}, line {first_line}: JSON nested too deeply") from error
    except ValueError as error:
        raise PairsError(f"{place}, line {first_line}: {error}") from error


def decode(text: str) -> JsonValue:
    """Parse the JSON in `text`; no object may have a field twice, because one of the values would be lost.

    Raises `json.JSONDecodeError`, `RecursionError`, and `ValueError` for a field that occurs twice and for a number
    with thousands of digits.
    """
    value: JsonValue = json.loads(text, object_pairs_hook=_object)
    return value


def _object(members: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    fields = dict(members)
    if len(fields) < len(members):
        names = [name for name, _ in members]
        twice = next(name for name in fields if names.count(name) > 1)
        raise ValueError(f"field {twice!r} occurs twice in one object; keep one")
    return fields
