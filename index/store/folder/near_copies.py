"""Keeps the near copies of a version of an index: their sketches, and which documents they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexCorruptError
from index.near_copies import SKETCH_SIZE, NearCopy, Sketch, near_copies, sketch
from index.store.build_info import rebuild_hint
from index.store.folder.layout import COPIES, SKETCHES
from index.store.folder.tables import Tables
from index.store.stored import Entry

_NOTHING = np.iinfo(np.uint64).max  # stands where a short text has no more hashes
_INTEGER = np.dtype("<u8")


class Sketches:
    """The sketches of a version, by the text's sha256; of one that was made before there were any, none."""

    def __init__(self, folder: Path, catalogue: Sequence[Entry]) -> None:
        """`catalogue`: the version's documents."""
        path = folder / SKETCHES
        numbers = np.fromfile(path, _INTEGER) if path.exists() else np.empty(0, _INTEGER)
        self._rows: NDArray[np.uint64] = numbers.reshape(-1, SKETCH_SIZE)
        complete = len(self._rows) == len(catalogue)
        self._row = {entry.sha256: i for i, entry in enumerate(catalogue)} if complete else {}

    def find(self, sha256: str) -> Sketch | None:
        """Return the sketch of the text with this sha256."""
        row = self._row.get(sha256)
        return None if row is None else self._rows[row][self._rows[row] != _NOTHING]


def write_copies(folder: Path, tables: Tables, before: Sketches | None = None) -> tuple[NearCopy, ...]:
    """Write the sketches of the documents in `tables` to a version's folder, and which of them are near copies.

    `before`: of texts that have been sketched before; others are read.
    """
    sketches: list[Sketch] = []
    with (folder / SKETCHES).open("xb") as file:
        for i, entry in enumerate(tables.catalogue):
            known = before.find(entry.sha256) if before is not None else None
            sketches.append(sketch(tables.text(i)) if known is None else known)
            row = np.full(SKETCH_SIZE, _NOTHING, _INTEGER)
            row[: len(sketches[-1])] = sketches[-1]
            file.write(row.tobytes())
    copies = near_copies(list(tables.ordinal), sketches)
    plain = json.dumps([asdict(copy) for copy in copies], ensure_ascii=False)
    (folder / COPIES).write_text(plain + "\n", encoding="utf-8", newline="\n")
    return copies


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
