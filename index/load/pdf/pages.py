"""Reads a PDF's pages by PDFium, in a separate process with limits of memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO, Any

from index.errors import DamagedFileError, EncryptedFileError, LoadError, SourceTooLargeError, UnsupportedFormatError
from index.load.pdf import pdfium
from index.load.pdf.glyphs import Glyphs, with_marks

SECONDS = 1800.0  # on the clock, for a process that waits; `pdfium` bounds the time that it computes
_LAST = 10**9


class Pages:
    """The pages `first` to `last` of a PDF, one at a time; what else it says of the whole holds at the end.

    That is `metadata`, `count`, the pages that are `unreadable`, and the names of the files that are `attached`.
    Raises `EncryptedFileError`, `DamagedFileError`, or `SourceTooLargeError` for a file made to exhaust its reader.
    """

    def __init__(self, name: str, data: bytes, *, first: int = 1, last: int = _LAST) -> None:
        self._name, self._data = name, data
        self._request = ("pages", str(first), str(last))
        self.metadata: dict[str, str] = {}
        self.count = 0
        self.unreadable: list[int] = []
        self.is_xfa = False
        self.attached: list[str] = []

    def __iter__(self) -> Iterator[Glyphs]:
        with _worker(self._name, self._data, self._request) as out:
            while "done" not in (reply := _heard(self._name, out)):
                yield _glyphs(self._name, reply, out)
        self.count, self.unreadable, self.metadata = reply["done"], reply["unreadable"], reply["metadata"]
        self.is_xfa, self.attached = reply["xfa"], reply["attached"]


def image(name: str, data: bytes, page: int, scale: float) -> bytes:
    """Return the page as PNG, `scale` pixels a point.

    Raises as `Pages` does, and `ValueError` for a page that does not exist.
    """
    with _worker(name, data, ("image", str(page), str(scale))) as out:
        return _exactly(name, out, _heard(name, out)["bytes"])


@contextmanager
def _worker(name: str, data: bytes, request: tuple[str, ...]) -> Iterator[IO[bytes]]:
    # -P keeps the script's own folder off sys.path: the modules beside it are named like others of the library.
    command = [sys.executable, "-P", str(Path(pdfium.__file__)), *request]
    with tempfile.TemporaryFile() as stdin:
        stdin.write(data)
        stdin.seek(0)
        process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    late = Timer(SECONDS, process.kill)
    late.daemon = True
    late.start()
    try:
        assert process.stdout is not None
        yield process.stdout
    finally:
        late.cancel()
        process.kill()
        process.communicate()


def _heard(name: str, out: IO[bytes]) -> dict[str, Any]:
    line = out.readline()
    if not line.endswith(b"\n"):
        raise _gave_up(name)
    reply: dict[str, Any] = json.loads(line)
    match reply.get("error"):
        case None:
            return reply
        case "encrypted":
            raise EncryptedFileError(f"{name!r} opens with a password only; save it without one")
        case "damaged":
            raise DamagedFileError(f"{name!r} is not a PDF, or is damaged; export it again")
        case "unbounded":
            raise UnsupportedFormatError(
                f"cannot read {name!r}: this system cannot limit the memory that a PDF takes to read; give its text"
            )
        case "pages":
            raise SourceTooLargeError(
                f"{name!r} has {reply['found']} pages; the limit is {reply['limit']}, so split it"
            )
        case "page":
            raise ValueError(f"{name!r} has no page {reply['found']}, only 1 to {reply['limit']}")
        case _:
            raise SourceTooLargeError(
                f"{name!r} holds more text than a document would, at page {reply.get('page')} more than "
                f"{pdfium.MAX_GLYPHS_ON_A_PAGE} characters or {pdfium.MAX_GLYPHS} in all; split it"
            )


def _glyphs(name: str, reply: dict[str, Any], out: IO[bytes]) -> Glyphs:
    count = reply["count"]
    codes, boxes, flags = array("I"), array("f"), array("B")
    codes.frombytes(_exactly(name, out, count * codes.itemsize))
    boxes.frombytes(_exactly(name, out, 4 * count * boxes.itemsize))
    flags.frombytes(_exactly(name, out, count))
    dots = [(x0, y0, x1, y1) for kind, x0, y0, x1, y1 in reply["shapes"] if kind == "dot"]
    page = Glyphs(
        reply["page"],
        reply["width"],
        reply["height"],
        codes,
        boxes,
        flags,
        rules=tuple((kind, x0, y0, x1, y1) for kind, x0, y0, x1, y1 in reply["shapes"] if kind != "dot"),
        remarks=tuple(reply["remarks"]),
        garbled=reply["garbled"],
        picture=reply["picture"],
        pictures=reply["pictures"],
        placed=tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in reply["placed"]),
        drawn=len(reply["shapes"]),
    )
    return with_marks(page, dots, reply["fields"])


def _exactly(name: str, out: IO[bytes], size: int) -> bytes:
    data = out.read(size)
    if len(data) != size:
        raise _gave_up(name)
    return data


def _gave_up(name: str) -> LoadError:
    return SourceTooLargeError(
        f"{name!r} took more than {pdfium.SECONDS_FOR_A_PAGE} s for a page, {pdfium.SECONDS} s in all or "
        f"{pdfium.MEMORY >> 30} GiB to read, or broke its reader; export it again, or split it"
    )
