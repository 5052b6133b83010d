"""Maps ids to the rows of a vector store, and keeps them in its folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexCorruptError
from index.search.vectors.protocol import Ids, RowNumbers

GONE = -1

IDS = "ids.npy"


class IdMap:
    """The ids of rows 0, 1, 2 …; a row that is no longer used has the id -1."""

    def __init__(self, ids: Ids | None = None) -> None:
        self.ids: Ids = np.zeros(0, np.int64) if ids is None else np.asarray(ids, dtype=np.int64)
        self._order: RowNumbers | None = None

    def __len__(self) -> int:
        """Return how many rows are used."""
        return int(np.count_nonzero(self.ids != GONE))

    def append(self, ids: Ids) -> RowNumbers:
        """Return the new rows of `ids`. Raises `ValueError` for an id below 0 or one that is given twice."""
        ids = np.asarray(ids, dtype=np.int64)
        if len(ids) and (ids.min() < 0 or len(np.unique(ids)) < len(ids)):
            raise ValueError("ids are whole numbers from 0, each given once")
        first = len(self.ids)
        self.ids = np.concatenate([self.ids, ids])
        self._order = None
        return np.arange(first, len(self.ids), dtype=np.int64)

    def rows(self, ids: Ids) -> RowNumbers:
        """Return the row of each of `ids`, -1 where there is none."""
        ids = np.asarray(ids, dtype=np.int64)
        if not len(self.ids):
            return np.full(len(ids), GONE, dtype=np.int64)
        if self._order is None:
            self._order = np.argsort(self.ids, kind="stable")
        at = np.minimum(np.searchsorted(self.ids, ids, sorter=self._order), len(self.ids) - 1)
        rows = self._order[at]
        return np.where((self.ids[rows] == ids) & (ids >= 0), rows, GONE)

    def rows_or_raise(self, ids: Ids) -> RowNumbers:
        """Return the row of each of `ids`. Raises `KeyError` naming the first that is not there."""
        rows = self.rows(ids)
        if len(rows) and rows.min() == GONE:
            raise KeyError(f"no vector has the id {int(ids[int(np.argmin(rows))])}")
        return rows

    def mask(self, ids: Ids) -> NDArray[np.bool_]:
        """Return true at the rows of `ids`."""
        mask = np.zeros(len(self.ids), dtype=np.bool_)
        rows = self.rows(ids)
        mask[rows[rows != GONE]] = True
        return mask

    def drop(self, rows: RowNumbers) -> None:
        """Take `rows` out; those behind them move up."""
        self.ids = np.delete(self.ids, rows)
        self._order = None

    def bury(self, rows: RowNumbers) -> None:
        """Mark `rows` as no longer used; the others stay where they are."""
        self.ids = self.ids.copy()
        self.ids[rows] = GONE
        self._order = None


def write_ids(folder: Path, ids: Ids) -> None:
    """Write the ids of rows 0, 1, 2 … into `folder`."""
    np.save(folder / IDS, ids, allow_pickle=False)


def read_ids(folder: Path, rows: int) -> Ids:
    """Return the ids in `folder`. Raises `IndexCorruptError` if they are not those of `rows` rows."""
    path = folder / IDS
    try:
        ids = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise IndexCorruptError(f"{str(path)!r} is not an array of ids; build the index again") from error
    if ids.dtype != np.int64 or ids.shape != (rows,):
        raise IndexCorruptError(f"{str(path)!r} has {ids.size} ids for {rows} vectors; build the index again")
    return np.asarray(ids)
