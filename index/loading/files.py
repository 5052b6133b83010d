"""Finds files, decodes them strictly and hands their text to the loader of their format."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from index.errors import EncodingError, LoadError, SourceNotFoundError, UnsupportedFormatError
from index.loading import markdown, plain
from index.types import Document, Segment

# Suffix -> (media type, how the text is divided).
SUFFIXES: dict[str, tuple[str, Callable[[str], tuple[Segment, ...]]]] = {
    ".txt": ("text/plain", plain.segments),
    ".md": ("text/markdown", markdown.segments),
    ".markdown": ("text/markdown", markdown.segments),
}


def load(path: str | Path, *, root: str | Path | None = None, encoding: str = "utf-8") -> Document:
    """The file at `path` as a Document whose id is its path relative to `root` (default: its own folder).

    The bytes are decoded strictly; newlines and a byte order mark stay as they are. Raises
    `SourceNotFoundError`, `UnsupportedFormatError`, `EncodingError` (naming the byte) or `EmptyDocumentError`.
    """
    path = Path(path)
    if not _exists(path):
        raise SourceNotFoundError(f"there is no file {str(path)!r}; check the path")
    if path.suffix.lower() not in SUFFIXES or not path.is_file():
        raise UnsupportedFormatError(
            f"cannot read {str(path)!r}; Pincite reads files that end in {', '.join(SUFFIXES)}"
        )
    media_type, divide = SUFFIXES[path.suffix.lower()]
    name = path.resolve().relative_to(Path(root).resolve()).as_posix() if root is not None else path.name
    if not name.isprintable():
        raise LoadError(f"{name!r} has characters in its name that cannot be shown; rename the file")
    text = _decode(path.read_bytes(), name, encoding)
    return Document(name, text, source=str(path), media_type=media_type, segments=divide(text))


def load_all(paths: Iterable[str | Path], *, encoding: str = "utf-8") -> list[Document]:
    """Every file that `paths` name, with ids relative to the folder that all of them share."""
    files = find_files(paths)
    root = os.path.commonpath([file.resolve().parent for file in files])
    return [load(file, root=root, encoding=encoding) for file in files]


def find_files(paths: Iterable[str | Path]) -> list[Path]:
    """The files among `paths`, and those below its folders that a loader reads; hidden ones are passed over.

    Each file once, in the order named, a folder's sorted. Raises `SourceNotFoundError` where there are none.
    """
    given = list(paths)
    if any(str(path) == "" for path in given):
        raise SourceNotFoundError("an empty path names no source; check the variable it came from")
    named = [Path(path) for path in given]
    found: dict[Path, Path] = {}
    for path in named:
        if not _exists(path):
            raise SourceNotFoundError(f"there is no file or folder {str(path)!r}; check the path")
        for file in _below(path) if path.is_dir() else [path]:
            found.setdefault(file.resolve(), file)
    if not found:
        where = ", ".join(repr(str(path)) for path in named) or "an empty list"
        raise SourceNotFoundError(f"no file that ends in {', '.join(SUFFIXES)} stands in {where}")
    return list(found.values())


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a text taken for a path is too long to be one
        return False


def _below(folder: Path) -> Sequence[Path]:
    visible = (p for p in folder.rglob("*") if not any(part.startswith(".") for part in p.relative_to(folder).parts))
    return sorted(path for path in visible if path.is_file() and path.suffix.lower() in SUFFIXES)


def _decode(data: bytes, name: str, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        byte = data[error.start]
        message = (
            f"{name!r} is not {encoding}: byte 0x{byte:02x} at offset {error.start}; name its encoding with --encoding"
        )
        raise EncodingError(message, offset=error.start) from error
    except LookupError as error:
        raise LoadError(f"there is no encoding {encoding!r}; try utf-8, latin-1 or cp1252") from error
