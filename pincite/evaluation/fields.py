"""Reads a file's text and takes checked values out of its records; every error names the file, the place, the field."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import PairsError

_SHOWN = 60  # characters of a wrong value that an error message shows


@dataclass(frozen=True, slots=True)
class Place:
    """A record's place: `where` is "line 3" in a file of rows, "data[0].paragraphs[2]" in nested JSON."""

    file: Path
    where: str

    def __str__(self) -> str:
        return f"{self.file}, {self.where}" if self.where else str(self.file)

    def error(self, field: str, problem: str) -> PairsError:
        """The error that says what is wrong with a field here."""
        return PairsError(f"{self}, field {field!r}: {problem}")

    def within(self, field: str, number: int) -> Place:
        """The place of the item `number` (from 0) of the list `field` of a row."""
        return Place(self.file, f"{self.where}, {field}[{number}]")

    def step(self, field: str, number: int) -> Place:
        """The place of the item `number` (from 0) of the list `field`."""
        return Place(self.file, f"{self.where}.{field}[{number}]".lstrip("."))


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, unzipped if its name ends in .gz, without a byte order mark; newlines as they are.

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


def parse_json(text: str, place: str, first_line: int = 1) -> Any:
    """Decode JSON that stands at `place`, or raise `PairsError` with the line, counted from `first_line`."""
    try:
        return decode(text)
    except json.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        raise PairsError(f"{place}, line {line}, column {error.colno}: not JSON ({error.msg})") from error
    except RecursionError as error:
        raise PairsError(f"{place}, line {first_line}: JSON nested too deeply") from error
    except ValueError as error:
        raise PairsError(f"{place}, line {first_line}: {error}") from error


def decode(text: str) -> Any:
    """What the JSON in `text` says, which may say each thing once only.

    Raises `json.JSONDecodeError`, `RecursionError`, and `ValueError` for a name that stands twice in an object, one of
    whose values would be lost, and for a number of thousands of digits.
    """
    return json.loads(text, object_pairs_hook=_object)


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        names = [name for name, _ in members]
        twice = next(name for name in found if names.count(name) > 1)
        raise ValueError(f"field {twice!r} stands more than once in one object; keep one")
    return found


def require_object(value: Any, place: Place) -> dict[str, Any]:
    """`value`, if it is a JSON object."""
    if not isinstance(value, dict):
        raise PairsError(f"{place}: found {_show(value)} in place of an object {{…}}")
    return value


def take_list(record: dict[str, Any], field: str, place: Place) -> list[Any]:
    """The list in `field`."""
    value = _take(record, field, place)
    if not isinstance(value, list):
        raise place.error(field, f"found {_show(value)} in place of a list […]")
    return value


def take_text(record: dict[str, Any], field: str, place: Place) -> str:
    """The text in `field`, exactly as it stands; it has to hold more than white space."""
    return check_text(_take(record, field, place), field, place)


def take_offset(record: dict[str, Any], field: str, place: Place) -> int:
    """The count of characters, from 0, in `field`."""
    value = _take(record, field, place)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise place.error(field, f"found {_show(value)} in place of a number of characters from 0")
    return value


def check_text(value: Any, field: str, place: Place) -> str:
    """`value`, if it is a text with some characters in it, all of which can be written as UTF-8."""
    if not isinstance(value, str):
        raise place.error(field, f"found {_show(value)} in place of a text")
    if not value.strip():
        raise place.error(field, "the text is empty")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise place.error(field, f"character {error.start} is a lone surrogate") from error
    return value


def _take(record: dict[str, Any], field: str, place: Place) -> Any:
    if field not in record:
        raise place.error(field, f"missing; there are {', '.join(map(repr, record)) or 'no fields'}")
    return record[field]


def _show(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=True)
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
