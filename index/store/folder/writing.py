"""Writes a version folder and makes it the live one."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Self

import numpy as np

from index.errors import IndexStoreError
from index.search.lexical import Bm25
from index.search.vectors import Ids, SavedStore, Vectors
from index.store.build_info import BuildInfo
from index.store.folder.layout import (
    CURRENT,
    LEXICAL,
    MANIFEST,
    VECTORS,
    files_of,
    find_current,
    next_version,
    refuse_foreign,
    versions,
)
from index.store.folder.locking import sole_writer, unread
from index.store.folder.manifest import FileRecord, Manifest, sha256_of
from index.store.folder.reading import OpenVersion
from index.store.folder.tables import TableWriter

SCRATCH = "scratch"


class NewVersion:
    """A version folder while it is being written. `scratch` is a folder for what is not to stay.

    `before`: the live version, with which files that did not change are shared.
    """

    def __init__(self, path: Path, before: OpenVersion | None) -> None:
        self.path = path
        self.scratch = path / SCRATCH
        self._before = before
        path.mkdir()
        self.scratch.mkdir()

    def save_vectors(self, store: SavedStore) -> None:
        """Write the vectors."""
        try:
            store.save(self.path / VECTORS)
        except RuntimeError as error:  # FAISS's only kind of error
            raise OSError(str(error).strip().partition("\n")[0]) from error

    def save_lexical(self, lexical: Bm25) -> None:
        """Write the BM25 index."""
        lexical.save(self.path / LEXICAL)

    def share(self, folder: str) -> None:
        """Take a folder of the version before as it is."""
        assert self._before is not None
        for name in self._before.manifest.files:
            if name.startswith(f"{folder}/"):
                (self.path / name).parent.mkdir(parents=True, exist_ok=True)
                _link(self._before.path / name, self.path / name)

    def publish(self, made: BuildInfo, next_id: int, tables: TableWriter) -> None:
        """Finish the version and make it live. A crash before the last step leaves the version before in use.

        `next_id`: the lowest id that no vector has had.
        """
        shutil.rmtree(self.scratch)
        manifest = Manifest(
            **{field.name: getattr(made, field.name) for field in fields(BuildInfo)},
            next_id=next_id,
            documents=tables.documents,
            chunks=tables.chunks,
            sentences=tables.sentences,
            files={name: self._finished(name, path) for name, path in files_of(self.path).items()},
        ).encode()
        _write(self.path / MANIFEST, manifest)
        for folder in (*(p for p in self.path.rglob("*") if p.is_dir()), self.path, self.path.parent):
            _sync(folder)
        temporary = self.path.parent / f"{CURRENT}.tmp"
        _write(temporary, f"{self.path.name} {hashlib.sha256(manifest).hexdigest()}\n".encode("ascii"))
        temporary.replace(self.path.parent / CURRENT)
        _sync(self.path.parent)

    def _finished(self, name: str, path: Path) -> FileRecord:
        """Return the file on the disk for good: the same one as in the version before, where they are equal."""
        record = FileRecord(path.stat().st_size, sha256_of(path))
        if self._before is not None and self._before.manifest.files.get(name) == record:
            earlier = self._before.path / name
            if not path.samefile(earlier):
                path.unlink()
                _link(earlier, path)
        _sync(path)
        return record


class VectorSpool:
    """Vectors on disk between embedding and the making of the store, when their number is known."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._path = path
        self._dimension = dimension
        self._file = path.open("xb")
        self._ids: list[Ids] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return sum(len(ids) for ids in self._ids)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Append a block."""
        self._file.write(np.ascontiguousarray(vectors, dtype=np.float32).tobytes())
        self._ids.append(ids)

    def blocks(self) -> Iterator[tuple[Ids, Vectors]]:
        """Yield the blocks as they were added, once all are."""
        with self._path.open("rb") as file:
            for ids in self._ids:
                data = file.read(len(ids) * self._dimension * 4)
                yield ids, np.frombuffer(data, dtype=np.float32).reshape(-1, self._dimension)


@contextmanager
def sole_access(folder: Path) -> Iterator[None]:
    """Hold `folder` for this process alone, cleared of what killed writers left.

    Raises `IndexStoreError` if `folder` holds other files than an index, cannot be written to, or is being written to.
    """
    with own_writes(folder):
        refuse_foreign(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with sole_writer(folder):
            _clear(folder)
            yield


@contextmanager
def new_version(folder: Path, before: OpenVersion | None = None) -> Iterator[NewVersion]:
    """Yield a version folder to write into, inside `sole_access`. If it is published others go, if not it goes."""
    path = next_version(folder)
    try:
        yield NewVersion(path, before)
    finally:
        if not _is_live(path):
            shutil.rmtree(path, ignore_errors=True)
    if before is not None:
        before.held.release()
    _clear(folder)


@contextmanager
def own_writes(folder: Path) -> Iterator[None]:
    """Turn failures to write into `IndexStoreError`."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise IndexStoreError(
            f"cannot write the index {str(folder)!r}: {reason}; the old one stays in use; correct that and try again"
        ) from error


def _is_live(version: Path) -> bool:
    pointer = find_current(version.parent)
    return pointer is not None and pointer.name == version.name


def _clear(folder: Path) -> None:
    """Remove the versions that are not live and that nobody reads."""
    (folder / f"{CURRENT}.tmp").unlink(missing_ok=True)
    if find_current(folder) is None:
        return  # damaged, it may be: nothing goes before there is something in its place
    superseded = [version for version in versions(folder) if not _is_live(version)]
    for version in superseded:
        with unread(version) as free:
            if free:
                shutil.rmtree(version, ignore_errors=True)  # what cannot be removed now, a later writer clears


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
