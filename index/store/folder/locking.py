"""Who reads and who writes. The kernel releases every lock when its process ends, however it ends.

A reader holds a shared lock on the manifest of the version that it opened; a superseded version whose manifest
nobody holds can go. The one writer holds `LOCK`.
"""

from __future__ import annotations

import fcntl
import os
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import IndexCorruptError, IndexStoreError
from index.store.folder.layout import LOCK, MANIFEST, Pointer, read_current, rebuild_hint

# A version is locked against readers only while it is being removed, which `CURRENT` knew before.
_ATTEMPTS, _PAUSE = 200, 0.02


class Held:
    """A version that stays while this object lives. `manifest`: the bytes of its manifest."""

    def __init__(self, descriptor: int) -> None:
        self.release = weakref.finalize(self, os.close, descriptor)
        with os.fdopen(os.dup(descriptor), "rb") as file:
            self.manifest = file.read()


def hold_live(folder: Path) -> tuple[Pointer, Held]:
    """The live version of `folder`, held. Writes nothing.

    Raises `IndexNotFoundError` where there is none, `IndexCorruptError` if its manifest is missing.
    """
    for _ in range(_ATTEMPTS):
        pointer = read_current(folder)
        held = _hold(folder / pointer.name / MANIFEST)
        if held is not None:
            return pointer, held
        if read_current(folder) == pointer and not (folder / pointer.name / MANIFEST).exists():
            raise IndexCorruptError(f"{str(folder / pointer.name / MANIFEST)!r} is missing; {rebuild_hint(folder)}")
        time.sleep(_PAUSE)
    raise IndexStoreError(f"the version {pointer.name!r} of {str(folder)!r} is locked by another program; end that")


def _hold(manifest: Path) -> Held | None:
    """None if the file is gone or going."""
    try:
        descriptor = os.open(manifest, os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        return Held(descriptor)  # a file system without locks, on which nobody can write or remove a version
    if os.fstat(descriptor).st_nlink == 0:
        os.close(descriptor)
        return None
    return Held(descriptor)


@contextmanager
def unread(version: Path) -> Iterator[bool]:
    """Whether surely nobody reads `version`; inside the `with` nobody begins to."""
    try:
        descriptor = os.open(version / MANIFEST, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:  # its writer was killed, or was removing it when it was killed
        yield True
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        free = True
    except OSError:  # a reader holds it; or a file system without locks, where nobody can tell
        free = False
    try:
        yield free
    finally:
        os.close(descriptor)


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Raises `IndexStoreError` if another process, or another thread, is writing to `folder`."""
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
