"""Finds the files that a list of paths names: searches folders and skips hidden files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from index.errors import SourceNotFoundError
from index.load import formats


@dataclass(frozen=True, slots=True)
class Globs:
    """Selects files of a folder by shell patterns over their path within it, such as `*.pdf`, `2024/*`.

    `*` matches across folders. A pattern that names a folder matches everything in it. An empty `include` is all.
    `apart`: a folder that is always skipped, such as the index that is being made.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    apart: Path | None = None

    def wants(self, relative: str) -> bool:
        """Return whether the file at `relative`, a posix path, is included and not excluded."""
        return (not self.include or _matches(relative, self.include)) and not self.leaves_out(relative)

    def leaves_out(self, relative: str) -> bool:
        """Return whether the file or folder at `relative` is excluded."""
        return _matches(relative, self.exclude)


def _matches(relative: str, patterns: Sequence[str]) -> bool:
    parts = relative.split("/")
    heads = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    return any(fnmatchcase(head, pattern.rstrip("/")) for pattern in patterns for head in (heads if pattern else []))


def is_url(source: str | Path) -> bool:
    """Return whether `source` is fetched rather than opened."""
    return isinstance(source, str) and source.lower().startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class FileListing:
    """The files to read, and those of the folders that no loader reads."""

    files: list[Path]
    skipped: list[Path]


def find_files(paths: Iterable[str | Path], globs: Globs | None = None) -> list[Path]:
    """Return the files of `list_files`."""
    return list_files(paths, globs).files


def list_files(paths: Iterable[str | Path], globs: Globs | None = None) -> FileListing:
    """Return the files among `paths`, and those below its folders that `globs` wants, by whether a loader reads them.

    Each file once, in the order named, a folder's sorted. Hidden files are skipped, and so are links to folders, which
    could form a circle. A folder that cannot be listed is returned itself: reading it tells why.
    Raises `SourceNotFoundError` where there are none.
    """
    sources = list(paths)
    if any(str(path) == "" for path in sources):
        raise SourceNotFoundError("an empty path names no source; check the variable it came from")
    named = [Path(path) for path in sources]
    list_files: dict[str, Path] = {}
    skipped: list[Path] = []
    for path in named:
        if not exists(held_in(path)):
            raise SourceNotFoundError(f"there is no file or folder {str(path)!r}; check the path")
        for file in _below(path, globs or Globs(), skipped) if path.is_dir() else [path]:
            list_files.setdefault(os.path.realpath(file), file)
    if not list_files:
        where = ", ".join(repr(str(path)) for path in named) or "an empty list"
        chosen = globs is not None and bool(globs.include or globs.exclude)
        which = " and that --include and --exclude leave" if chosen else ""
        raise SourceNotFoundError(f"no file that ends in {', '.join(formats.suffixes())}{which} is in {where}")
    return FileListing(list(list_files.values()), sorted(skipped))


def root_of(paths: Iterable[str | Path]) -> Path:
    """Return the folder that document ids are relative to: the deepest that holds every folder and file of `paths`."""
    folders = [lexical(path) for path in paths]
    return Path(os.path.commonpath([path if path.is_dir() else held_in(path).parent for path in folders]))


def lexical(path: str | Path) -> Path:
    """Return `path` as absolute, without "..", and with its links not followed."""
    return Path(os.path.normpath(Path(path).absolute()))


def held_in(path: Path) -> Path:
    """Return the file that holds the attachment at `path`; `path` itself if it is no attachment."""
    if exists(path):
        return path
    return next((parent for parent in path.parents if exists(parent) and parent.is_file()), path)


def holders(source: str) -> Iterator[str]:
    """Yield what may hold the file at `source`: the paths above it; of a URL, what stands before its "#"."""
    if not is_url(source):
        yield from map(str, Path(source).parents)
        return
    inside = source
    while "#" in inside:
        inside = inside.rpartition("/" if "/" in inside.partition("#")[2] else "#")[0]
        yield inside


def exists(path: Path) -> bool:
    """Return whether `path` exists; a text that is too long or invalid as a path does not."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _below(folder: Path, globs: Globs, skipped: list[Path]) -> list[Path]:
    """Yield the files that a loader reads; `skipped` collects the others."""
    closed: list[OSError] = []
    wanted: list[Path] = []
    for path in _visible(folder, closed, globs.apart):
        if globs.wants(path.relative_to(folder).as_posix()):
            (wanted if formats.is_read(path.suffix) else skipped).append(path)
    shut = [Path(error.filename) for error in closed]
    return sorted(wanted + [path for path in shut if not globs.leaves_out(path.relative_to(folder).as_posix())])


def _visible(folder: Path, closed: list[OSError], apart: Path | None) -> Iterator[Path]:
    """Yield the files below a folder. `closed` collects folders that cannot be listed; `apart` is skipped."""
    apart = None if apart is None else lexical(apart)
    for parent, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = [
            n for n in folders if not n.startswith(".") and (apart is None or lexical(Path(parent, n)) != apart)
        ]
        for name in files:
            path = Path(parent, name)
            if not name.startswith(".") and _is_file(path):
                yield path


def _is_file(path: Path) -> bool:
    """Return whether `path` is a file, or a broken link, so that reading it reports the error."""
    return path.is_file() or (path.is_symlink() and not exists(path))
