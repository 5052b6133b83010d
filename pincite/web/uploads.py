"""Keeps visitors' files while the server runs, and deletes what a server that was killed has left."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from filelock import FileLock, Timeout

__all__ = ["PREFIX", "Uploads"]

PREFIX = "pincite-uploads-"
_LOCK = ".lock"
JUST_MADE = 60.0  # seconds


class Uploads:
    """A folder of this process, deleted by `close`, or by a later server's `Uploads` once this process is dead.

    `parent`: the folder of such folders, by default the system's folder for temporary files.
    """

    def __init__(self, parent: str | Path | None = None) -> None:
        self._parent = Path(parent or tempfile.gettempdir())
        self._sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=self._parent))  # for this user alone
        # The kernel releases it when the process dies, however that comes about.
        self._lock = FileLock(self.folder / _LOCK)
        self._lock.acquire(blocking=False)

    def close(self) -> None:
        """Delete everything."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.release()

    def _sweep(self) -> None:
        for folder in self._parent.glob(f"{PREFIX}*"):
            if folder.is_symlink() or not folder.is_dir() or not _is_ours(folder):
                continue
            if not (folder / _LOCK).exists() and time.time() - folder.stat().st_mtime < JUST_MADE:
                continue  # a server that is just starting has not locked it yet
            try:
                with FileLock(folder / _LOCK, blocking=False):
                    shutil.rmtree(folder, ignore_errors=True)
            except (Timeout, OSError):
                continue  # somebody else's, or still in use


def _is_ours(folder: Path) -> bool:
    """Return whether it is this user's; on systems without user numbers, each user has their own temporary folder."""
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()
