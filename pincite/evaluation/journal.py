"""Keeps what a run has finished beside its output, so that it can be resumed after Ctrl-C or a crash.

A journal is JSON Lines: first what was measured and how, then a row for each question, each written when it is done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from pincite.evaluation.fields import read_text
from pincite.evaluation.judging import EvalRow
from pincite.evaluation.shapes import Settings
from qa.errors import PairsError


class Journal:
    """An open journal. `rows`: what is finished, by the question's id."""

    def __init__(self, path: Path, rows: dict[str, EvalRow], file: TextIO) -> None:
        self.path, self.rows, self._file = path, rows, file

    @classmethod
    def open(cls, path: Path, settings: Settings, *, resume: bool) -> Self:
        """Take up the journal in `path` if there is one and `resume` is true, else begin one.

        A last line that was cut off is dropped. Raises `PairsError` for a journal that is there and not to be
        resumed, and for one of another measurement.
        """
        if path.exists() and not resume and (lines := path.read_bytes().count(b"\n")) > 1:
            raise PairsError(f"{path} holds {lines - 1} finished questions; add --resume to go on, or delete it")
        if not path.exists() or not resume:
            file = path.open("w", encoding="utf-8")
            _write(file, {"fingerprint": dict(settings)})
            return cls(path, {}, file)
        whole, rows = _read(path, settings)
        with path.open("r+", encoding="utf-8") as cut:
            cut.truncate(whole)
        return cls(path, rows, path.open("a", encoding="utf-8"))

    def add(self, row: EvalRow) -> None:
        """Keep `row`."""
        _write(self._file, row.to_dict())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _write(file: TextIO, record: Mapping[str, Any]) -> None:
    file.write(json.dumps(record, ensure_ascii=True) + "\n")
    file.flush()


def _read(path: Path, settings: Settings) -> tuple[int, dict[str, EvalRow]]:
    """Return how many bytes of the journal are whole lines, and its rows.

    What is written is ASCII: bytes are characters.
    """
    text = read_text(path)
    whole = text.rfind("\n") + 1
    lines = text[:whole].splitlines()
    try:
        head, *records = [json.loads(line) for line in lines]
        before = head["fingerprint"]
        rows = [EvalRow.from_dict(record) for record in records]
    except (ValueError, KeyError, TypeError) as error:
        raise PairsError(f"{path} is not a journal of this version of Pincite; delete it to begin anew") from error
    now = json.loads(json.dumps(dict(settings)))
    differing = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    if differing:
        changes = "; ".join(f"{name} {before.get(name)!r} → {now.get(name)!r}" for name in differing)
        raise PairsError(f"{path} is of another measurement ({changes}); ask for the same, or delete it to begin anew")
    return whole, {row.id: row for row in rows}
