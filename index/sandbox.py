"""Reads sources in separate processes with limits on time and memory, which can be killed at any moment.

The standard library's pools cannot end a task that has begun. Pools that can, pass results as pickles, which a process
taken over by a hostile file could forge. Here a process reads one task and answers in JSON.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from functools import cache
from pathlib import Path
from threading import Lock

from index.errors import LoadError, SourceTooLargeError, UnsupportedFormatError
from index.worker import ReadResult, ReadTask, results_of

__all__ = ["ReadResult", "ReadTask", "Sandbox", "default_sandbox"]

SECONDS = 60.0  # of processor time; the limit in wall-clock time is twice as long
MEMORY = 2 << 30  # bytes of address space
_START = 120.0  # seconds that a busy machine may take to start the parent process
_POLL = 0.05  # seconds between two calls of `stop`


class Sandbox:
    """Reads sources in separate processes, forked from one that is kept ready. Any thread may call it."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self.seconds = seconds
        self._memory = memory
        self._parent: _Parent | None = None
        self._lock = Lock()

    def get_ready(self) -> None:
        """Start the parent process, which takes a second or two; otherwise the first task starts it."""
        if _can_fork():
            with self._lock:
                self._started()

    def read(
        self, tasks: Sequence[ReadTask], *, stop: Callable[[], bool] = lambda: False, seconds: float | None = None
    ) -> list[ReadResult]:
        """Return the documents of `tasks`, each followed by its attachments.

        `stop` is called again and again. `seconds`: a shorter limit in wall-clock time.
        Raises `LoadError` as `index.load` does, `SourceTooLargeError` if reading takes too much time or memory, and
        `InterruptedError` once `stop` returns true.
        """
        if not _can_fork():
            raise UnsupportedFormatError(
                f"cannot read {tasks[0].name!r}: this system cannot limit time and memory; use `pincite index`"
            )
        limit = 2 * self.seconds if seconds is None else min(2 * self.seconds, seconds)
        with closing(_Files(tasks)) as files:
            with self._lock:
                process = self._fork(files)
            files.close_alive()
            deadline = time.monotonic() + limit
            try:
                while not files.is_done(_POLL):
                    if stop():
                        raise InterruptedError("reading was stopped")
                    if time.monotonic() > deadline:
                        raise self._too_much(tasks)
            finally:
                if not files.is_done(0):
                    _end(process)
            try:
                results = results_of(files.reply())
            except (KeyError, TypeError, ValueError, RecursionError) as error:
                raise self._too_much(tasks) from error
        if isinstance(results, LoadError):
            raise results
        if len(results) < len(tasks):
            raise self._too_much(tasks)
        return results

    def close(self) -> None:
        """End the parent process. Running tasks end by themselves."""
        with self._lock:
            if self._parent is not None:
                self._parent.end()
                self._parent = None

    def _started(self) -> _Parent:
        if self._parent is None:
            self._parent = _Parent(self.seconds, self._memory)
        return self._parent

    def _fork(self, files: _Files) -> int:
        """Return the id of a process for the task; start a new parent process if the old one was ended."""
        try:
            return self._started().fork(files)
        except OSError:
            self._started().end()
            self._parent = None
            return self._started().fork(files)

    def _too_much(self, tasks: Sequence[ReadTask]) -> SourceTooLargeError:
        name = tasks[0].name if len(tasks) == 1 else f"{len(tasks)} documents"
        return SourceTooLargeError(
            f"{name!r} took more than {self.seconds:g} s or {self._memory >> 30} GiB to read, or broke its reader; "
            "split it"
        )


@cache
def default_sandbox() -> Sandbox:
    """Return the sandbox that the whole process shares."""
    shared = Sandbox()
    atexit.register(shared.close)
    return shared


class _Parent:
    """The parent process, which forks for each task."""

    def __init__(self, seconds: float, memory: int) -> None:
        self._tasks, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._tasks.settimeout(_START)
        with theirs:
            numbers = [str(theirs.fileno()), str(max(1, round(seconds))), str(memory)]
            self._process = subprocess.Popen(
                [sys.executable, "-m", "index.worker", *numbers],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=_environment(),
                start_new_session=True,
            )

    def fork(self, files: _Files) -> int:
        """Return the id of a new process for the task in `files`. Raises `OSError` if the parent process has ended."""
        socket.send_fds(self._tasks, [b"task"], files.handles())
        answer = self._tasks.recv(16)
        if not answer:
            raise OSError("the parent process has ended")
        return int(answer)

    def end(self) -> None:
        self._tasks.close()
        self._process.kill()
        self._process.wait()


class _Files:
    """The files with a task and its reply, and a pipe that shows whether the process lives."""

    def __init__(self, tasks: Sequence[ReadTask]) -> None:
        self._task, self._out = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115
        self._task.write(json.dumps([asdict(task) for task in tasks]).encode())
        self._task.flush()
        self._task.seek(0)
        self._done, self._alive = os.pipe()

    def handles(self) -> list[int]:
        return [self._task.fileno(), self._out.fileno(), self._alive]

    def close_alive(self) -> None:
        """Close this process's copy of the end that the reading process keeps open as long as it lives."""
        os.close(self._alive)
        self._alive = -1

    def is_done(self, seconds: float) -> bool:
        """Wait up to `seconds` for the process to end; return whether it has."""
        return bool(select.select([self._done], [], [], seconds)[0])

    def reply(self) -> bytes:
        """Return what the process wrote: nothing, or only a part, if it was killed."""
        self._out.seek(0)
        return self._out.read()

    def close(self) -> None:
        self._task.close()
        self._out.close()
        for handle in (self._done, self._alive):
            if handle >= 0:
                os.close(handle)


def _can_fork() -> bool:
    """Return whether this system can fork processes, which Windows cannot."""
    return hasattr(os, "fork")


def _end(process: int) -> None:
    """Kill a process and its children."""
    for kill in (os.killpg, os.kill):  # it may not lead a process group of its own yet
        try:
            kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue
        return


def _environment() -> dict[str, str]:
    """Return this process's environment and module path, with one thread for each library that would start more."""
    root = str(Path(__file__).parent.parent)
    paths = [root, *(path for path in sys.path if path)]
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **single, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}
