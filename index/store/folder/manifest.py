"""Reads and writes a version's manifest: what it holds, how it was made, and the sha256 of each file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

from index.config import ChunkConfig
from index.errors import IndexCorruptError, IndexVersionError
from index.store.build_info import BuildInfo, rebuild_hint
from index.store.folder.layout import CURRENT, FORMAT_VERSION, MANIFEST, READABLE_VERSIONS, Pointer, files_of

FORMAT = "pincite-index"
_READABLE = " and ".join(map(str, READABLE_VERSIONS))
# A version of at most so many bytes is read and hashed on opening, which takes under a second.
HASHED_ON_OPENING = 256 * 2**20


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file's size in bytes, and its sha256."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest(BuildInfo):
    """`next_id`: no vector has had this id or a higher one. `files`: by name relative to the version's folder."""

    documents: int
    chunks: int
    sentences: int
    next_id: int
    files: Mapping[str, FileRecord]

    def encode(self) -> bytes:
        """Return it as the bytes of manifest.json."""
        plain = {"format": FORMAT, "format_version": FORMAT_VERSION} | asdict(self)
        return (json.dumps(plain, indent=2, ensure_ascii=False) + "\n").encode("utf-8")

    @classmethod
    def decode(cls, data: bytes, folder: Path, pointer: Pointer) -> Self:
        """Raise `IndexVersionError` for another format, `IndexCorruptError` for what is not as it was written."""
        path = folder / pointer.name / MANIFEST
        try:
            plain = json.loads(data)
        except ValueError as error:
            raise IndexCorruptError(f"{str(path)!r} is not a manifest; {rebuild_hint(folder)}") from error
        version = plain.get("format_version") if isinstance(plain, dict) else None
        if isinstance(version, int) and version not in READABLE_VERSIONS:
            raise IndexVersionError(
                f"{str(path)!r} has format version {version}, this Pincite reads {_READABLE}; {rebuild_hint(folder)}"
            )
        if hashlib.sha256(data).hexdigest() != pointer.manifest_sha256:
            raise IndexCorruptError(
                f"{str(path)!r} is not the file whose sha256 {str(folder / CURRENT)!r} holds; {rebuild_hint(folder)}"
            )
        try:
            return cls._of(plain)
        except (KeyError, TypeError, ValueError) as error:
            raise IndexCorruptError(f"{str(path)!r} lacks an entry: {error}; {rebuild_hint(folder)}") from error

    @classmethod
    def _of(cls, plain: dict[str, Any]) -> Self:
        known = {field.name: plain[field.name] for field in fields(cls)}
        files = {name: FileRecord(**record) for name, record in known.pop("files").items()}
        return cls(chunk_config=ChunkConfig(**known.pop("chunk_config")), files=files, **known)


def problems(folder: Path, version: Path, manifest: Manifest, *, everything: bool) -> Iterator[str]:
    """List what is wrong with the files of `version`, a line each: missing, foreign, another size, another sha256.

    Contents are compared if `everything` is true or the version is small.
    """
    present = files_of(version)
    hashed = everything or sum(record.bytes for record in manifest.files.values()) <= HASHED_ON_OPENING
    for name in sorted({*manifest.files, *present}):
        where, record = f"{str(version / name)!r}", manifest.files.get(name)
        if record is None:
            yield f"{where} is not a file of this index; remove it, or {rebuild_hint(folder)}"
        elif name not in present:
            yield f"{where} is missing; {rebuild_hint(folder)}"
        elif (size := present[name].stat().st_size) != record.bytes:
            yield f"{where} has {size} bytes, not the {record.bytes} that were written; {rebuild_hint(folder)}"
        elif hashed and sha256_of(present[name]) != record.sha256:
            yield f"{where} is not the file that was written; {rebuild_hint(folder)}"


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
