"""Keeps the near copies of a version of an index: their sketches, and which documents they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexCorruptError
from index.near_copies import KEPT, NearCopy, Sketch, near_copies, sketch
from index.store.folder.layout import COPIES, SKETCHES, rebuild_hint
from index.store.stored import Entry

_NOTHING = np.iinfo(np.uint64).max  # stands where a short text has no more hashes
_INTEGER = np.dtype("<u8")


class Sketches:
    """The sketches of a version, by the text's sha256; of one that was made before there were any, none."""

    def __init__(self, folder: Path, catalogue: Sequence[Entry]) -> None:
        """`catalogue`: the version's documents."""
        path = folder / SKETCHES
        rows = np.fromfile(path, _INTEGER).reshape(-1, KEPT) if path.exists() else np.empty((0, KEPT), _INTEGER)
        self._rows: NDArray[np.uint64] = rows
        self._row = {entry.sha256: i for i, entry in enumerate(catalogue)} if len(rows) == len(catalogue) else {}

    def find(self, sha256: str) -> Sketch | None:
        """Return the sketch of the text with this sha256."""
        row = self._row.get(sha256)
        return None if row is None else self._rows[row][self._rows[row] != _NOTHING]


class CopyWriter:
    """Writes the sketches of a version's documents, and at the end which of them are near copies: `found`."""

    def __init__(self, folder: Path, before: Sketches | None = None) -> None:
        """`before`: of texts that have been sketched before."""
        self.found: tuple[NearCopy, ...] = ()
        self._folder, self._before = folder, before
        self._ids: list[str] = []
        self._sketches: list[Sketch] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if kind is None:
            self._finish()

    def add(self, entry: Entry, text: Callable[[], str]) -> None:
        """The next document; its text is asked for where it has to be read."""
        known = self._before.find(entry.sha256) if self._before else None
        self._ids.append(entry.id)
        self._sketches.append(sketch(text()) if known is None else known)

    def _finish(self) -> None:
        with (self._folder / SKETCHES).open("xb") as file:
            for own in self._sketches:
                row = np.full(KEPT, _NOTHING, _INTEGER)
                row[: len(own)] = own
                file.write(row.tobytes())
        self.found = near_copies(self._ids, self._sketches)
        plain = json.dumps([asdict(copy) for copy in self.found], ensure_ascii=False)
        (self._folder / COPIES).write_text(plain + "\n", encoding="utf-8", newline="\n")


def kept_copies(folder: Path) -> tuple[NearCopy, ...]:
    """Return the near copies of a version; of one that was made before they were looked for, none.

    Raises `IndexCorruptError`.
    """
    path = folder / COPIES
    if not path.exists():
        return ()
    try:
        return tuple(NearCopy(**plain) for plain in json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise IndexCorruptError(f"{str(path)!r} is damaged: {error}; {rebuild_hint(folder.parent)}") from error
