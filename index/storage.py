"""An index on disk: a folder of immutable versions, and `CURRENT`, which names the live one.

DIR/CURRENT                 v000002
DIR/LOCK                    held by the one process that writes
DIR/v000002/manifest.json   format version, embedder, chunk settings, counts, sha256 of every other file
DIR/v000002/documents.jsonl one document a line, its text included
DIR/v000002/spans.npz       chunks and sentences as arrays of (document, start, end)
DIR/v000002/vectors.faiss
DIR/v000002/bm25/…
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from index.config import ChunkConfig
from index.embedding import Embedder
from index.errors import (
    EmbedderMismatchError,
    IndexCorruptError,
    IndexNotFoundError,
    IndexStoreError,
    IndexVersionError,
)
from index.lexical import Bm25
from index.sentences import Span
from index.types import Chunk, Document, Segment, SegmentKind
from index.vectors import FaissStore

FORMAT_VERSION = 1
CURRENT, LOCK, MANIFEST = "CURRENT", "LOCK", "manifest.json"
_VERSION = re.compile(r"v\d{6,}")
_REQUIRED = {"embedder": str, "chunks": dict, "sha256": dict}
DOCUMENTS, SPANS, VECTORS, LEXICAL = "documents.jsonl", "spans.npz", "vectors.faiss", "bm25"


@dataclass(frozen=True, slots=True)
class Stored:
    """What an index is made of: `sentences` by document id; vectors and BM25 by position in `chunks`."""

    documents: tuple[Document, ...]
    sentences: Mapping[str, list[Span]]
    chunks: tuple[Chunk, ...]
    vectors: FaissStore
    lexical: Bm25
    chunk_config: ChunkConfig


def write_version(folder: Path, stored: Stored, embedder: Embedder) -> None:
    """Write a new version and make it the live one; the version before it stays for readers that opened it.

    Raises `IndexStoreError` if `folder` holds other files than an index, or another process is writing to it.
    """
    _refuse_foreign(folder)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / LOCK, timeout=0):
            before, live = _versions(folder), _live(folder)
            version = folder / f"v{max((int(v.name[1:]) for v in before), default=0) + 1:06d}"
            _write_files(version, stored, embedder)
            _replace_current(folder, version.name)
            for old in before:
                if old.name != live:
                    shutil.rmtree(old)
    except Timeout as error:
        raise IndexStoreError(
            f"another process is writing to the index {str(folder)!r}; wait until it is done"
        ) from error


def open_version(folder: Path, embedder: Embedder) -> Stored:
    """The live version of `folder`, every file checked against the manifest's sha256. Writes nothing."""
    version = folder / _current(folder)
    manifest = _manifest(version)
    if manifest["embedder"] != embedder.id:
        raise EmbedderMismatchError(
            f"{str(folder)!r} was built with the embedder {manifest['embedder']!r}, not {embedder.id!r}; "
            "open it with that embedder or build it again with `pincite index`"
        )
    documents = tuple(_read_documents(version / DOCUMENTS))
    with np.load(version / SPANS, allow_pickle=False) as spans:
        chunks = tuple(Chunk(documents[d].id, s, e) for d, s, e in spans["chunks"].tolist())
        sentences: dict[str, list[Span]] = {document.id: [] for document in documents}
        for d, s, e in spans["sentences"].tolist():
            sentences[documents[d].id].append((s, e))
    vectors = FaissStore.load(version / VECTORS)
    if len(vectors) != len(chunks) or vectors.dimension != embedder.dimension:
        raise IndexCorruptError(
            f"{str(folder)!r} holds {len(vectors)} vectors of dimension {vectors.dimension} for {len(chunks)} chunks "
            f"of dimension {embedder.dimension}; build it again with `pincite index`"
        )
    lexical = Bm25.load(version / LEXICAL, len(chunks))
    return Stored(documents, sentences, chunks, vectors, lexical, ChunkConfig(**manifest["chunks"]["config"]))


def _refuse_foreign(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise IndexStoreError(f"{str(folder)!r} is a file; name a folder for the index")
    foreign = sorted(p.name for p in folder.iterdir() if not _is_ours(p)) if folder.is_dir() else []
    if foreign:
        raise IndexStoreError(f"{str(folder)!r} holds {foreign[0]!r}, no file of ours; name an empty or a new folder")


def _is_ours(path: Path) -> bool:
    if path.name == CURRENT:
        return path.is_file() and _live(path.parent) is not None
    if path.name in (LOCK, f"{CURRENT}.tmp"):
        return path.is_file()
    return path.is_dir() and _VERSION.fullmatch(path.name) is not None


def _live(folder: Path) -> str | None:
    """The name of the live version, None where nothing names one."""
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return None
    return name if _VERSION.fullmatch(name) else None


def _versions(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and _VERSION.fullmatch(path.name))


def _write_files(version: Path, stored: Stored, embedder: Embedder) -> None:
    version.mkdir()
    ordinal = {document.id: i for i, document in enumerate(stored.documents)}
    with (version / DOCUMENTS).open("w", encoding="utf-8", newline="\n") as file:
        for document in stored.documents:
            file.write(json.dumps(_plain(document), ensure_ascii=False) + "\n")
    np.savez(
        version / SPANS,
        chunks=_array((ordinal[c.document_id], c.start, c.end) for c in stored.chunks),
        sentences=_array((ordinal[i], start, end) for i, spans in stored.sentences.items() for start, end in spans),
    )
    stored.vectors.save(version / VECTORS)
    stored.lexical.save(version / LEXICAL)
    manifest = {
        "format_version": FORMAT_VERSION,
        "embedder": embedder.id,
        "dimension": embedder.dimension,
        "documents": len(stored.documents),
        "chunks": {"count": len(stored.chunks), "config": asdict(stored.chunk_config)},
        "sha256": {path.relative_to(version).as_posix(): _sha256(path) for path in _files(version)},
    }
    (version / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    for path in [*_files(version), version / LEXICAL, version]:
        _sync(path)


def _replace_current(folder: Path, name: str) -> None:
    temporary = folder / f"{CURRENT}.tmp"
    temporary.write_text(name + "\n", encoding="utf-8")
    _sync(temporary)
    temporary.replace(folder / CURRENT)
    _sync(folder)


def _current(folder: Path) -> str:
    name = _live(folder)
    if name is None:
        raise IndexNotFoundError(f"{str(folder)!r} holds no index; make one with `pincite index PATH --out DIR`")
    return name


def _manifest(version: Path) -> dict[str, Any]:
    again = "build it again with `pincite index`"
    try:
        manifest = json.loads((version / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise IndexCorruptError(f"{str(version / MANIFEST)!r} is missing or not a manifest; {again}") from error
    found = manifest.get("format_version") if isinstance(manifest, dict) else None
    if isinstance(found, int) and found != FORMAT_VERSION:
        raise IndexVersionError(
            f"{str(version)!r} has format version {found}, this Pincite reads {FORMAT_VERSION}; {again}"
        )
    if found is None or not all(isinstance(manifest.get(name), kind) for name, kind in _REQUIRED.items()):
        raise IndexCorruptError(f"{str(version / MANIFEST)!r} lacks an entry; {again}")
    present = {path.relative_to(version).as_posix(): path for path in _files(version)} if version.is_dir() else {}
    for name, digest in manifest["sha256"].items():
        if name not in present:
            raise IndexCorruptError(f"{str(version / name)!r} is missing; {again}")
        if _sha256(present[name]) != digest:
            raise IndexCorruptError(f"{str(version / name)!r} is not the file that was written; {again}")
    return dict(manifest)


def _plain(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "sha256": document.sha256,
        "source": document.source,
        "media_type": document.media_type,
        "metadata": dict(document.metadata),
        "segments": [[s.kind, s.start, s.end, s.level, s.number] for s in document.segments],
        "text": document.text,
    }


def _read_documents(path: Path) -> Iterable[Document]:
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            row = json.loads(line)
            segments = tuple(Segment(SegmentKind(kind), *rest) for kind, *rest in row["segments"])
            yield Document(row["id"], row["text"], row["source"], row["media_type"], segments, row["metadata"])


def _array(rows: Iterable[tuple[int, int, int]]) -> NDArray[np.int64]:
    return np.array(list(rows), dtype=np.int64).reshape(-1, 3)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
