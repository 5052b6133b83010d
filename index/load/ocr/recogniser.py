"""Recognises words in pictures, with their places, by a process that starts with the first picture.

Its memory, and its time for a picture, are limited (`rapid.py`); pictures over the limits are reported as unread.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

from index.geometry import Box
from index.load.ocr import extra, rapid
from index.offline import SETTINGS

SECONDS = 3600.0  # on the clock, for all pictures of a document, unless `budget` says less
SECONDS_FOR_A_PAGE = 5.0 * rapid.SECONDS_FOR_A_PAGE  # on the clock; of processor time `rapid` says how much
_SECONDS_TO_SHOW = 40  # on the clock, for a picture that is shown
_STARTS = 3  # of the process, for a document: a picture that breaks it costs one

Placed = tuple[str, Box, Box, bool]
"""A word, its box in pixels as if the picture stood upright, its box in it, and whether a space stands before it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words, and its slope to the right in radians."""

    words: tuple[Placed, ...]
    angle: float = 0.0


@dataclass(frozen=True, slots=True)
class Pictured:
    """The content of a picture: its size in pixels, how many pictures the file has, and the lines of this one."""

    width: int
    height: int
    lines: tuple[Line, ...]
    frames: int = 1


_allowed: ContextVar[float | None] = ContextVar("pincite_recognising", default=None)


def budget(seconds: float) -> None:
    """Limit the time on the clock for all pictures together, from now on."""
    _allowed.set(time.monotonic() + seconds)


@contextmanager
def opened() -> Iterator[Recogniser | None]:
    """Yield the recogniser, or None without the extra. Nothing is loaded before it reads its first picture."""
    if not extra.can_recognise():
        yield None
        return
    with closing(Recogniser()) as recogniser:
        yield recogniser


class Recogniser:
    """Reads pictures by a process that runs `rapid.py`, started on first use.

    `name`: with its version; `models`: its models. Both are known once it has read one.
    """

    def __init__(self) -> None:
        self.name = ""
        self.models: tuple[str, ...] = ()
        self._deadline = _allowed.get() or time.monotonic() + SECONDS
        self._starts = 0
        self._process: subprocess.Popen[bytes] | None = None

    def is_spent(self) -> bool:
        """Return whether its time is up, or the process cannot be started again."""
        return time.monotonic() >= self._deadline or (self._process is None and self._starts == _STARTS)

    def read(self, picture: bytes, *, frame: int = 0, part: Box | None = None) -> Pictured | None:
        """Return what stands in `picture`, or in a part of it, given in shares of its sides.

        None where that took too long, or it cannot be read.
        """
        left = min(self._deadline - time.monotonic(), SECONDS_FOR_A_PAGE)
        if self.is_spent() or not self._started(left):
            return None
        reply = self._asked({"size": len(picture), "frame": frame, "part": part}, picture, left)
        if reply is None:
            self.close()
            return None
        return None if "error" in reply else _pictured(reply)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _started(self, seconds: float) -> bool:
        if self._process is not None:
            return True
        self._starts += 1
        single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            _command(), stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env={**os.environ, **single, **SETTINGS}
        )
        reply = self._heard(seconds)
        if reply is None or "error" in reply:
            self.close()
            return False
        self.name, self.models = str(reply["engine"]), tuple(map(str, reply["models"]))
        return True

    def _asked(self, request: dict[str, Any], picture: bytes, seconds: float) -> dict[str, Any] | None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n" + picture)
            self._process.stdin.flush()
        except BrokenPipeError:
            return None
        return self._heard(seconds)

    def _heard(self, seconds: float) -> dict[str, Any] | None:
        """Return the next answer; None where the process ends without one, or has to be ended."""
        assert self._process is not None
        assert self._process.stdout is not None
        late = Timer(seconds, self._process.kill)
        late.daemon = True
        late.start()
        try:
            line = self._process.stdout.readline()
        finally:
            late.cancel()
        if not line.endswith(b"\n"):
            return None
        reply: dict[str, Any] = json.loads(line)
        return reply


def frame_png(data: bytes, number: int) -> bytes | None:
    """Return the picture `number`, from 0, of a TIFF file as PNG; None where it cannot be had within the limits."""
    try:
        done = subprocess.run(
            _command(str(number)), input=data, capture_output=True, timeout=_SECONDS_TO_SHOW, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 and done.stdout else None


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", str(Path(rapid.__file__)), *arguments]  # -P: the script's folder is not on sys.path


def _pictured(reply: dict[str, Any]) -> Pictured:
    lines = tuple(Line(tuple(_placed(*word) for word in line["words"]), line["angle"]) for line in reply["lines"])
    return Pictured(reply["width"], reply["height"], lines, reply["frames"])


def _placed(text: str, upright: Sequence[float], place: Sequence[float], space: bool) -> Placed:
    (a, b, c, d), (x0, y0, x1, y1) = upright, place
    return text, (a, b, c, d), (x0, y0, x1, y1), space
