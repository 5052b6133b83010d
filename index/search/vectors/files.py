"""Reads and writes the files that vector stores have in common."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from index.errors import IndexCorruptError
from index.search.vectors.protocol import Ids

IDS = "ids.npy"


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
