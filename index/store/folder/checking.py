"""Checks everything in a saved index, and names what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from index.errors import IndexNotFoundError, IndexStoreError, PinciteError
from index.store.folder.layout import CHUNKS, SENTENCES, TEXTS, VECTORS, foreign, rebuild_hint
from index.store.folder.locking import hold_live
from index.store.folder.manifest import Manifest, problems
from index.store.folder.reading import OpenVersion, open_version
from index.store.stored import SpanArray

VECTORS_AT_ONCE = 4096
# A vector's length is 1 within this; vectors may be kept in half precision.
TOLERANCE = 1e-2


def check(folder: Path) -> list[str]:
    """Return what is wrong with the index in `folder`, a line each. Raises `IndexNotFoundError` where there is none."""
    errors = [f"{str(folder / name)!r} is not a file of an index; move it elsewhere" for name in foreign(folder)]
    try:
        pointer, held = hold_live(folder)
        manifest = Manifest.decode(held.manifest, folder, pointer)
        broken = list(problems(folder, folder / pointer.name, manifest, everything=True))
        if not broken:
            version = open_version(folder, None)
            version.stored()
            broken = list(_inconsistent(version))
    except IndexNotFoundError:
        raise
    except IndexStoreError as error:
        broken = [str(error)]
    return errors + broken


def _inconsistent(version: OpenVersion) -> Iterator[str]:
    hint = rebuild_hint(version.folder)
    for i, entry in enumerate(version.tables.catalogue):
        try:
            text = version.tables.document(i).text
        except (PinciteError, ValueError, TypeError) as error:
            yield f"{str(version.path / TEXTS)!r}: {error}; {hint}"
            continue
        for name, rows in ((SENTENCES, version.tables.sentences_of(i)), (CHUNKS, version.tables.chunks_of(i))):
            if not _spans_fit(rows, len(text)):
                yield f"{str(version.path / name)!r} has a span outside of the text of {entry.id!r}; {hint}"
    yield from (f"{str(version.path / VECTORS)!r} {what}; {hint}" for what in _bad_vectors(version))


def _spans_fit(rows: SpanArray, length: int) -> bool:
    starts, ends = rows[:, 0], rows[:, 1]
    return bool(len(rows) and (starts >= 0).all() and (starts < ends).all() and (ends <= length).all())


def _bad_vectors(version: OpenVersion) -> Iterator[str]:
    store, ids = version.vectors(), version.tables.chunks[:, 2]
    if len(np.unique(ids)) != len(ids) or (len(ids) and not 0 <= ids.min() <= ids.max() < version.manifest.next_id):
        yield "have ids that are not unique, or out of range"
        return
    for first in range(0, len(ids), VECTORS_AT_ONCE):
        try:
            vectors = store.vectors(np.ascontiguousarray(ids[first : first + VECTORS_AT_ONCE]))
        except KeyError as error:
            yield f"lacks the vector of a chunk: {error}"
            return
        if not (np.abs(np.linalg.norm(vectors, axis=1) - 1) < TOLERANCE).all():
            yield "holds a vector whose length is not 1"
            return
