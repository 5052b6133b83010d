"""Finds what has changed in the files and folders named since the last look, and tells when to look again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from index.errors import LoadError, SourceNotFoundError
from index.load.finding import Globs, exists, is_url, lexical, list_files

QUIET = 300  # milliseconds without a change, after which those before are one
LONGEST = 5_000  # milliseconds, at most, that changes are waited for which go on and on
WAITED = 1_000  # milliseconds that changes are waited for at a time
LOOKED = 10  # so many times waited for nothing, and it is looked again: some file systems tell of no change

Stamp = tuple[int, int, int]
"""When a file was last written, in nanoseconds; its size; which file it is."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The existing files with their stamps, and those that no loader reads."""

    files: Mapping[Path, Stamp] = field(default_factory=dict)
    skipped: frozenset[Path] = frozenset()


@dataclass(frozen=True, slots=True)
class FileChanges:
    """Files that are new or were written to, files that are gone, and new ones that no loader reads."""

    changed: Sequence[Path]
    gone: frozenset[Path]
    skipped: Sequence[Path] = ()

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone or self.skipped)


def snapshot(paths: Sequence[str | Path], globs: Globs) -> Snapshot:
    """Return the files below `paths` now; URLs and missing paths are skipped."""
    existing = [path for path in paths if not is_url(path) and exists(Path(path))]
    try:
        listing = list_files(existing, globs)
    except SourceNotFoundError:
        return Snapshot()
    stamps = {lexical(path): stamp for path in listing.files if (stamp := _stamp(path)) is not None}
    return Snapshot(stamps, frozenset(listing.skipped))


def difference(before: Snapshot, after: Snapshot, paths: Sequence[str | Path]) -> FileChanges:
    """Return the changes since `before`.

    Files in a folder that cannot be listed now, or below one of `paths` that is missing (perhaps a drive that is not
    mounted), count as unchanged.
    """
    changed = [path for path, stamp in after.files.items() if before.files.get(path) != stamp]
    shut = [lexical(path) for path in paths if not is_url(path) and not exists(Path(path))]
    shut += [path for path in after.files if path.is_dir()]
    missing = [path for path in before.files if path not in after.files]
    gone = frozenset(path for path in missing if not any(folder in path.parents for folder in shut))
    return FileChanges(changed, gone, sorted(after.skipped - before.skipped))


def changes(paths: Sequence[str | Path], stop: Event | None = None) -> Iterator[None]:
    """Yield when something below `paths` may have changed, once for many changes at a time, until `stop` is set.

    Raises `KeyboardInterrupt` in the main thread, and `LoadError` if the system can watch no more folders.
    """
    from watchfiles import watch

    places = {lexical(path) for path in paths if not is_url(path)}
    folders = {place if place.is_dir() else place.parent for place in places}
    existing = [folder for folder in folders if folder.is_dir()]
    # The folder of a file that is named, as many programs write a new file in the place of the old one.
    changes = watch(
        *existing,
        watch_filter=None,
        debounce=LONGEST,
        step=QUIET,
        rust_timeout=WAITED,
        yield_on_timeout=True,
        recursive=any(place.is_dir() for place in places),
        ignore_permission_denied=True,
        stop_event=stop,
    )
    waited = LOOKED - 1  # the first time soon: something may have changed before it was watched
    try:
        for told_paths in changes:
            waited = 0 if told_paths else waited + 1
            if told_paths or waited % LOOKED == 0:
                yield None
    except RuntimeError as error:  # the library's own kind, of whatever the system says
        raise LoadError(
            f"cannot watch {', '.join(map(str, existing))} ({error}); raise fs.inotify.max_user_watches, "
            "or set WATCHFILES_FORCE_POLLING=1"
        ) from error


def _stamp(path: Path) -> Stamp | None:
    try:
        stat = path.stat()
    except FileNotFoundError:
        if not path.is_symlink():
            return None  # gone since it was listed
        stat = path.lstat()  # a link that leads nowhere, which is said when it is read
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
