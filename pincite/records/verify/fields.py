"""Checked values out of the JSON of exported files; every error names the file, the place and the field."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import ExportedFileError

_SHOWN = 60  # characters of a wrong value that an error message shows
_LARGEST = 2**53  # no text is longer, and other programs' JSON knows no larger whole number


@dataclass(frozen=True, slots=True)
class Record:
    """A JSON object and where it stands in its file."""

    fields: dict[str, Any]
    file: Path
    where: str

    @classmethod
    def of(cls, value: Any, file: Path, where: str) -> Record:
        """`value` as a record. Raises `ExportedFileError` if it is no object."""
        if not isinstance(value, dict):
            at = f", {where}" if where else ""
            raise ExportedFileError(f"{str(file)!r}{at}: found {_show(value)} in place of an answer; export it again")
        return cls(value, file, where)

    def error(self, field: str, problem: str) -> ExportedFileError:
        """The error that says what is wrong with a field here."""
        where = f", {self.where}" if self.where else ""
        return ExportedFileError(f"{str(self.file)!r}{where}, field {field!r}: {problem}")

    def has(self, field: str) -> bool:
        return field in self.fields

    def value(self, field: str) -> Any:
        """What stands in `field`, or None."""
        return self.fields.get(field)

    def text(self, field: str) -> str:
        """The text in `field`, which holds a character or more."""
        value = self._present(field)
        if not isinstance(value, str) or not value:
            raise self.error(field, f"found {_show(value)} in place of a text")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise self.error(field, "holds half a character (a lone surrogate)")
        return value

    def optional_text(self, field: str) -> str | None:
        """The text in `field`; None where there is none, or an empty one."""
        return None if self.value(field) in (None, "") else self.text(field)

    def whole_number(self, field: str, default: int | None = None) -> int:
        """The number in `field`, from 0."""
        value = self._present(field) if default is None else self.fields.get(field, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
            raise self.error(field, f"found {_show(value)} in place of a whole number from 0")
        return value

    def record(self, field: str) -> Record | None:
        """The object in `field`, None where there is none."""
        value = self.value(field)
        return None if value is None else Record.of(value, self.file, self._below(field))

    def records(self, field: str) -> list[Record]:
        """The objects of the list in `field`."""
        values = self._present(field)
        if not isinstance(values, list):
            raise self.error(field, f"found {_show(values)} in place of a list")
        return [Record.of(value, self.file, f"{self._below(field)}[{i}]") for i, value in enumerate(values)]

    def _present(self, field: str) -> Any:
        if field not in self.fields:
            raise self.error(field, f"missing; there are {', '.join(map(repr, list(self.fields)[:20])) or 'none'}")
        return self.fields[field]

    def _below(self, field: str) -> str:
        return f"{self.where}.{field}".lstrip(".")


def _show(value: Any) -> str:
    try:
        shown = json.dumps(value, ensure_ascii=True)
    except (ValueError, RecursionError):
        return "a value"
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
