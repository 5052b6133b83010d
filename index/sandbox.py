"""Reads sources in separate processes with limits of time and memory, which can be ended at any moment.

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

SECONDS = 60.0  # of processor time, and twice as many on the clock
MEMORY = 2 << 30  # bytes of address space
_START = 120.0  # seconds, at most, that a busy machine takes to start the process whose copies read
_POLL = 0.05  # seconds between two looks whether it is done


class Sandbox:
    """Reads sources in separate processes, copies of one that is kept ready. Any thread may call it."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self.seconds = seconds
        self._memory = memory
        self._source: _Source | None = None
        self._lock = Lock()

    def get_ready(self) -> None:
        """Start the process that is copied, which takes a second or two; otherwise the first task starts it."""
        if _can_fork():
            with self._lock:
                self._started()

    def read(
        self, given: Sequence[ReadTask], *, stop: Callable[[], bool] = lambda: False, seconds: float | None = None
    ) -> list[ReadResult]:
        """Return what each of `given` says, followed by what is attached to it.

        `stop` is asked now and then; `seconds`: on the clock, where less than usual.
        Raises `LoadError` as `index.load` does, `SourceTooLargeError` for what takes too long or too much memory, and
        `InterruptedError` once `stop` says so.
        """
        if not _can_fork():
            raise UnsupportedFormatError(
                f"cannot read {given[0].name!r}: this system cannot limit time and memory; use `pincite index`"
            )
        longest = 2 * self.seconds if seconds is None else min(2 * self.seconds, seconds)
        with closing(_Files(given)) as files:
            with self._lock:
                process = self._begun(files)
            files.let_go()
            deadline = time.monotonic() + longest
            try:
                while not files.is_done(_POLL):
                    if stop():
                        raise InterruptedError("nobody waits for it any more")
                    if time.monotonic() > deadline:
                        raise self._too_much(given)
            finally:
                if not files.is_done(0):
                    _end(process)
            try:
                results = results_of(files.reply())
            except (KeyError, TypeError, ValueError, RecursionError) as error:
                raise self._too_much(given) from error
        if isinstance(results, LoadError):
            raise results
        if len(results) < len(given):
            raise self._too_much(given)
        return results

    def close(self) -> None:
        """End the process that is kept ready. Tasks under way end by themselves."""
        with self._lock:
            if self._source is not None:
                self._source.end()
                self._source = None

    def _started(self) -> _Source:
        if self._source is None:
            self._source = _Source(self.seconds, self._memory)
        return self._source

    def _begun(self, files: _Files) -> int:
        """Return the id of the process that does the task: of a new one's copy if the one kept ready was ended."""
        try:
            return self._started().begin(files)
        except OSError:
            self._started().end()
            self._source = None
            return self._started().begin(files)

    def _too_much(self, given: Sequence[ReadTask]) -> SourceTooLargeError:
        name = given[0].name if len(given) == 1 else f"{len(given)} documents"
        return SourceTooLargeError(
            f"{name!r} took more than {self.seconds:g} s or {self._memory >> 30} GiB to read, or broke its reader; "
            "split it"
        )


@cache
def default_sandbox() -> Sandbox:
    """Return the sandbox that this whole process shares."""
    shared = Sandbox()
    atexit.register(shared.close)
    return shared


class _Source:
    """The process that is copied for each task."""

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

    def begin(self, files: _Files) -> int:
        """Raise `OSError` if the process has ended."""
        socket.send_fds(self._tasks, [b"task"], files.handles())
        answer = self._tasks.recv(16)
        if not answer:
            raise OSError("the process that reads has ended")
        return int(answer)

    def end(self) -> None:
        self._tasks.close()
        self._process.kill()
        self._process.wait()


class _Files:
    """The files to and from a process."""

    def __init__(self, given: Sequence[ReadTask]) -> None:
        self._task, self._out = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115
        self._task.write(json.dumps([asdict(task) for task in given]).encode())
        self._task.flush()
        self._task.seek(0)
        self._done, self._alive = os.pipe()

    def handles(self) -> list[int]:
        return [self._task.fileno(), self._out.fileno(), self._alive]

    def let_go(self) -> None:
        """Close our end of the handle that shows whether the process lives."""
        os.close(self._alive)
        self._alive = -1

    def is_done(self, seconds: float) -> bool:
        """Return whether the process has ended; waits for it for so long."""
        return bool(select.select([self._done], [], [], seconds)[0])

    def reply(self) -> bytes:
        """Return what it wrote; nothing, or a part, if it was ended."""
        self._out.seek(0)
        return self._out.read()

    def close(self) -> None:
        self._task.close()
        self._out.close()
        for handle in (self._done, self._alive):
            if handle >= 0:
                os.close(handle)


def _can_fork() -> bool:
    """Return whether this system makes copies of processes, which Windows does not."""
    return hasattr(os, "fork")


def _end(process: int) -> None:
    """End a process and those below it."""
    for kill in (os.killpg, os.kill):  # it may not yet have become the head of a group of its own
        try:
            kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue
        return


def _environment() -> dict[str, str]:
    """Return this process's environment with its module path, and one thread for each library that would take more."""
    root = str(Path(__file__).parent.parent)
    paths = [root, *(path for path in sys.path if path)]
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **single, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}
