"""Turns the bytes of a source into Documents: its own, and one for each file attached to it, as to a message.

An attachment is named after the file that holds it: `audit.eml/vats.csv`, `choir.mbox/2/notes.pdf` for one of a
mailbox's second message, `https://example.org/audit.eml#vats.csv`. So its id and its source both say whose it is, and
whoever drops a file drops what came with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from index.errors import EmptyDocumentError, LoadError, SourceNotFoundError, SourceTooLargeError
from index.load import formats
from index.load.finding import held_in, is_url
from index.load.parsed import Attached, Format, Parsed, Raw
from index.types import Document, SegmentKind, Unread, UnreadKind

MAX_DEPTH = 10  # messages within messages
MAX_FILES = 1_000  # attached to one source, in all depths
MAX_CHARACTERS = 50_000_000  # of all that is attached to one source
MAX_REFUSED = 5  # attachments that are too large to read; those after them are not opened
_NAMED = 20  # attachments that are not read whose names are said, and so many of which it is said why
_Missing = list[tuple[Attached, LoadError | None]]  # what is attached and cannot be read, and why, where that is told
ATTACHED_TO = "attached_to"
"""The metadata of an attachment: the id of the document that it came with."""


def documents_of(known: Format, raw: Raw, source: str) -> list[Document]:
    """Return the document of a source, and after it those of what is attached. Raises `LoadError` as its format does.

    An attachment that cannot be read is one of the first document's `unread`.
    """
    return _Reading().documents(known, raw, source)


def attached_bytes(place: str | Path, most: int | None = None) -> bytes:
    """Return the bytes of the file at `place`, or of an attachment, where `place` goes on below the file that holds it.

    Raises `OSError`, and `LoadError` where the file holds no such attachment, or has more than `most` bytes.
    """
    path = Path(place)
    holder = held_in(path)
    if most is not None and holder.stat().st_size > most:
        raise SourceTooLargeError(f"{str(holder)!r} has more than {most} bytes, the limit; raise --max-bytes")
    data = holder.read_bytes()
    if holder == path:
        return data
    known = formats.by_suffix(holder.suffix)
    inner_path = path.relative_to(holder).as_posix()
    inner = None if known is None else _inner(known, Raw(holder.name, data), inner_path)
    if inner is None:
        raise SourceNotFoundError(f"{str(holder)!r} holds no file {inner_path!r}; see `pincite show {holder.name}`")
    return inner


def _inner(known: Format, raw: Raw, wanted: str) -> bytes | None:
    for attached in known.read(raw).attached:
        if attached.name == wanted:
            return attached.data
        inner = formats.of_attached(attached.name, attached.media_type)
        if inner is not None and wanted.startswith(f"{attached.name}/"):
            return _inner(inner, Raw(attached.name, attached.data), wanted.removeprefix(f"{attached.name}/"))
    return None


class _Reading:
    """One source and what is attached to it, within bounds."""

    def __init__(self) -> None:
        self._files, self._characters, self._refused = MAX_FILES, MAX_CHARACTERS, MAX_REFUSED

    def documents(self, known: Format, raw: Raw, source: str, holders: tuple[str, ...] = ()) -> list[Document]:
        """Return the document and its attachments; `holders`: the ids of what it is attached to, outermost first."""
        parsed = _parsed(known, raw)
        missing: _Missing = []
        inner = [one for attached in parsed.attached for one in self._within(attached, raw, source, holders, missing)]
        own = _document(known, raw, source, parsed, tuple(_unread(missing)), holders)
        return [own, *inner]

    def _within(
        self, attached: Attached, raw: Raw, source: str, holders: tuple[str, ...], missing: _Missing
    ) -> list[Document]:
        known = formats.of_attached(attached.name, attached.media_type)
        self._files -= 1
        if known is None or self._files < 0 or len(holders) + 1 >= MAX_DEPTH:
            missing.append((attached, None))
            return []
        inner = Raw(_joined(raw.name, attached.name, depth=len(holders)), attached.data)
        try:
            if self._characters <= 0 or self._refused <= 0:
                raise SourceTooLargeError(f"{inner.name!r} comes after more than can be read; send it by itself")
            documents = self.documents(
                known, inner, _joined(source, attached.name, depth=len(holders)), (*holders, raw.name)
            )
        except LoadError as error:
            self._refused -= isinstance(error, SourceTooLargeError)
            missing.append((attached, error))
            return []
        self._characters -= len(documents[0].text)
        return documents


def _unread(missing: _Missing) -> Iterator[Unread]:
    """Yield what is attached to one source and cannot be read: names, reasons, and how many pictures."""
    errors = [error for _, error in missing if error is not None][:_NAMED]
    rest = [attached for attached, error in missing if error not in errors]
    names = [attached.name for attached in rest if not attached.media_type.startswith("image/")]
    if names:
        more = [f"{len(names) - _NAMED} more"] if len(names) > _NAMED else []
        yield Unread(UnreadKind.ATTACHMENT, count=len(names), detail=", ".join([*names[:_NAMED], *more]))
    for error in errors:
        yield Unread(UnreadKind.ATTACHMENT, count=1, detail=str(error))
    if len(rest) > len(names):
        yield Unread(UnreadKind.IMAGE, count=len(rest) - len(names))


def _joined(holder: str, name: str, *, depth: int) -> str:
    """Return the name or place of an attachment, from that of its holder, which is itself inside so many files."""
    holder = holder.partition("#")[0] if is_url(holder) and depth == 0 else holder  # the user's own fragment
    return f"{holder}{'/' if not is_url(holder) or '#' in holder else '#'}{name}"


def _parsed(known: Format, raw: Raw) -> Parsed:
    if not raw.data.strip():
        raise EmptyDocumentError(f"{raw.name!r} is empty; give a document with some words in it")
    try:
        parsed = known.read(raw)
    except (RecursionError, MemoryError) as error:
        raise SourceTooLargeError(
            f"{raw.name!r} is nested too deep or too large to read; simplify or split it"
        ) from error
    if not parsed.text.strip():
        raise EmptyDocumentError(f"{raw.name!r} holds no text to quote; give a document with some words in it")
    return parsed


def _document(
    known: Format, raw: Raw, source: str, parsed: Parsed, missing: tuple[Unread, ...], holders: tuple[str, ...]
) -> Document:
    digest = hashlib.sha256(raw.data).hexdigest()
    loader = f"{known.suffixes[0].removeprefix('.')} {known.version}"
    names = dict.fromkeys(s.name for s in parsed.segments if s.kind is SegmentKind.RECOGNISED)
    recognised = {"recognised_by": ", ".join(names)} if names else {}
    metadata = {**recognised, **parsed.metadata, "file_sha256": digest, "loader": loader}
    if holders:
        metadata[ATTACHED_TO] = holders[-1]
    unread = parsed.unread + missing
    return Document(raw.name, parsed.text, source, known.media_types[0], parsed.segments, metadata, unread)
