"""Defines what an update takes, refuses and returns, whichever kind of store keeps the index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple, TypedDict

from index.config import ChunkConfig
from index.errors import LoadError
from index.load.finding import holders
from index.near_copies import NearCopy
from index.types import Document

Prune = Callable[[str, str], bool]
"""Whether the document with this id and this source is to go, asked when all documents are read."""

OnError = Callable[[Document, LoadError], None]
"""Told of a document that cannot be indexed, in place of an error."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of an update, as ids of documents; `kept` counts those that stayed as they were.

    `embedded`: how many chunks were embedded, of `chunks` that the index holds now. `is_new`: there was none before.
    `near_copies`: documents of the index as it is now that say nearly what others say; None where there are more than
    are compared with each other.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: int
    embedded: int
    chunks: int
    is_new: bool = False
    near_copies: tuple[NearCopy, ...] | None = ()

    def __bool__(self) -> bool:
        """Return whether anything changed."""
        return bool(self.added or self.changed or self.removed)


class Arrivals:
    """The documents that an update was given."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._sources: set[str] = set()

    def add(self, document: Document) -> None:
        """Raise `LoadError` if its id came before."""
        if document.id in self._ids:
            raise LoadError(f"two documents have the id {document.id!r}; ids must differ")
        self._ids.add(document.id)
        self._sources.add(document.source)

    def drop(self, document_id: str, source: str, prune: Prune | None) -> bool:
        """Return whether a document is to go: its file came without it, or it is missing and `prune` says so."""
        if document_id in self._ids:
            return False
        is_held = not self._sources.isdisjoint(holders(source))
        return is_held or (prune is not None and prune(document_id, source))


class Options(TypedDict, total=False):
    """The options of every `update`; see `Index.update`."""

    chunks: ChunkConfig | None
    prune: Prune | None
    rebuild: bool
    on_error: OnError | None
    progress: bool


class KnownDocuments(NamedTuple):
    """How documents are split, and the sha256 of those that are in an index, by id."""

    chunks: ChunkConfig
    documents: Mapping[str, str]


def unknown_document(where: str, document_id: str, known: Iterable[str]) -> str:
    """Return the message for an id that no document of the index `where` has."""
    near = get_close_matches(document_id, list(known), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "see its documents with `pincite chat`"
    return f"{where!r} holds no document {document_id!r}; {hint}"


def refuse_namesake(document: Document, before: str) -> None:
    """Raise if a file would replace another, `before`, that has the same name in another folder."""
    source = Path(before)
    if document.source and source.is_file() and source.resolve() != Path(document.source).resolve():
        raise LoadError(
            f"the index holds a document {document.id!r} already, from {before!r}, not {document.source!r}; "
            "name the folders together so that their ids differ, and --rebuild"
        )
