"""Locks an index for readers and writers. The kernel releases every lock when its process ends.

A reader holds a shared lock on the manifest of the version that it opened; a superseded version whose manifest
nobody holds can go. The one writer holds `LOCK`.
"""

from __future__ import annotations

import logging
import os
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import IndexCorruptError, IndexStoreError
from index.store.build_info import rebuild_hint
from index.store.folder.layout import LOCK, MANIFEST, Pointer, read_current

_log = logging.getLogger(__name__)
# A version is locked against readers only while it is being removed, which `CURRENT` knew before.
_ATTEMPTS, _PAUSE = 200, 0.02
# Each system has one of the two flags.
_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class HeldVersion:
    """A version that stays while this object lives. `manifest`: the bytes of its manifest."""

    def __init__(self, descriptor: int) -> None:
        self.release = weakref.finalize(self, os.close, descriptor)
        with os.fdopen(os.dup(descriptor), "rb") as file:
            self.manifest = file.read()


def hold_live(folder: Path) -> tuple[Pointer, HeldVersion]:
    """Return the live version of `folder`, held. Writes nothing.

    Raises `IndexNotFoundError` where there is none, `IndexCorruptError` if its manifest is missing.
    """
    for _ in range(_ATTEMPTS):
        pointer = read_current(folder)
        lock = _hold(folder / pointer.name / MANIFEST)
        if lock is not None:
            return pointer, lock
        if read_current(folder) == pointer and not (folder / pointer.name / MANIFEST).exists():
            raise IndexCorruptError(f"{str(folder / pointer.name / MANIFEST)!r} is missing; {rebuild_hint(folder)}")
        time.sleep(_PAUSE)
    raise IndexStoreError(f"the version {pointer.name!r} of {str(folder)!r} is locked by another program; end that")


def _hold(manifest: Path) -> HeldVersion | None:
    """Return the lock; None if the file is gone or going."""
    try:
        descriptor = os.open(manifest, _READ)
    except (FileNotFoundError, NotADirectoryError):
        return None
    locked = _lock(descriptor, shared=True)
    if locked is None:
        return HeldVersion(descriptor)  # without locks, nobody can tell that a version may be removed, and nobody does
    if not locked or os.fstat(descriptor).st_nlink == 0:
        os.close(descriptor)
        return None
    return HeldVersion(descriptor)


def _lock(descriptor: int, *, shared: bool) -> bool | None:
    """Lock a file without waiting; False if somebody's lock forbids it, None where there are no such locks."""
    try:
        import fcntl  # a part of Unix; filelock has no locks that several may share on a file that is there
    except ImportError:
        return None
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return None
    return True


@contextmanager
def unread(version: Path) -> Iterator[bool]:
    """Yield whether surely nobody reads `version`; inside the `with` nobody begins to."""
    try:
        descriptor = os.open(version / MANIFEST, _READ)
    except FileNotFoundError:  # its writer was killed, or was removing it when it was killed
        yield True
        return
    try:
        locked = _lock(descriptor, shared=False)
        if locked is None:
            _log.warning("%r stays: without shared locks here, nobody can tell that no program reads it", str(version))
        yield locked is True
    finally:
        os.close(descriptor)


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Raise `IndexStoreError` if another process, or another thread, is writing to `folder`."""
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexStoreError(
            f"another process is writing to the index {str(folder)!r}; wait until it is done"
        ) from error
    except (OSError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or error
        raise IndexStoreError(
            f"cannot write to the index {str(folder)!r}: {reason}; check who may write there"
        ) from error
    try:
        yield
    finally:
        lock.release()
