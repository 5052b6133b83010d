"""Names an index's files, and finds its live version. docs/index-format.md describes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from index.errors import IndexCorruptError, IndexNotFoundError, IndexStoreError
from index.store.build_info import no_index, rebuild_hint

FORMAT_VERSION = 3
READABLE_VERSIONS = (2, 3)  # those that open; an update writes the newest
CURRENT, LOCK, MANIFEST = "CURRENT", "LOCK", "manifest.json"
DOCUMENTS, SEGMENTS, TEXTS = "documents.jsonl", "segments.jsonl", "texts.utf8"
TABLE, SENTENCES, CHUNKS = "table.i64", "sentences.i64", "chunks.i64"
VECTORS, LEXICAL = "vectors", "bm25"
SKETCHES, COPIES = "sketches.u64", "copies.json"  # indexes made before there were any have none

_VERSION = re.compile(r"v\d{6,}")
_CURRENT = re.compile(r"(v\d{6,})(?: ([0-9a-f]{64}))?\n")


class Pointer(NamedTuple):
    """What `CURRENT` says: the live version, and the sha256 of its manifest (None: written before format 2)."""

    name: str
    manifest_sha256: str | None


def read_current(folder: Path) -> Pointer:
    """Raise `IndexNotFoundError` where there is no index, `IndexCorruptError` where `CURRENT` is damaged."""
    pointer = find_current(folder)
    if pointer is not None:
        return pointer
    if (folder / CURRENT).exists() and any(versions(folder)):
        raise IndexCorruptError(f"{str(folder / CURRENT)!r} names no version of the index; {rebuild_hint(folder)}")
    raise IndexNotFoundError(no_index(folder))


def find_current(folder: Path) -> Pointer | None:
    """Return the version that `CURRENT` names, or None if the file is missing or invalid."""
    try:
        match = _CURRENT.fullmatch((folder / CURRENT).read_bytes().decode("ascii"))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, UnicodeDecodeError):
        return None
    return Pointer(match[1], match[2]) if match else None


def versions(folder: Path) -> Iterator[Path]:
    """Yield every version folder, whole or half-written."""
    if folder.is_dir():
        yield from sorted(p for p in folder.iterdir() if p.is_dir() and _VERSION.fullmatch(p.name))


def next_version(folder: Path) -> Path:
    """Return a version folder that is not there yet, with a higher number than all that are."""
    return folder / f"v{max((int(v.name[1:]) for v in versions(folder)), default=0) + 1:06d}"


def files_of(version: Path) -> dict[str, Path]:
    """Return the files below a version folder but its manifest, by their names relative to it."""
    below = sorted(path for path in version.rglob("*") if not path.is_dir() or path.is_symlink())
    return {p.relative_to(version).as_posix(): p for p in below if p != version / MANIFEST}


def refuse_foreign(folder: Path) -> None:
    """Raise `IndexStoreError` if `folder` is a file, or holds anything that no index has."""
    if folder.exists() and not folder.is_dir():
        raise IndexStoreError(f"{str(folder)!r} is a file; name a folder for the index")
    for name in foreign(folder):
        raise IndexStoreError(
            f"{str(folder)!r} holds {name!r}, which is not a file of an index; name an empty or a new folder"
        )


def foreign(folder: Path) -> list[str]:
    """Return the names in `folder` that no index has."""
    return sorted(p.name for p in folder.iterdir() if not _is_ours(p)) if folder.is_dir() else []


def _is_ours(path: Path) -> bool:
    if path.name == CURRENT:
        return path.is_file() and (find_current(path.parent) is not None or any(versions(path.parent)))
    if path.name in (LOCK, f"{CURRENT}.tmp"):
        return path.is_file()
    return path.is_dir() and _VERSION.fullmatch(path.name) is not None
