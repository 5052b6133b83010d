"""Reads sources in a separate process, so that no file can stop or spy on the program that asked.

Run by `index.sandbox` as `python -m index.worker SOCKET SECONDS BYTES`. It imports what reading needs, once,
and for each task makes a copy of itself: the copy reads the task, as JSON from one file, writes what it read to
another, the documents and the sentences of each, and ends. Nothing of one person's documents is there when another's
are read.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import PurePosixPath
from typing import Any, NoReturn

from index.errors import LoadError
from index.load import formats
from index.load.files import LoadConfig, load_as, load_text
from index.load.ocr.recogniser import budget
from index.load.parsed import Raw
from index.split.sentences import split_sentences
from index.store.segment_data import plain_segments, segments_of
from index.types import Document, Unread, UnreadKind

__all__ = ["document_of", "main", "plain_of"]

_RECOGNISING = 1.25  # of the seconds of processor time, on the clock: what is left of twice as many is for the rest
NICER = 5  # reading steps aside for whoever answers
LARGEST = 200_000_000  # bytes of what is written


def main(arguments: Sequence[str]) -> None:
    """Answer each task with the id of the process that does it, until whoever gives them has gone."""
    number, seconds, memory = map(int, arguments)
    _get_ready()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever gave the task sees to its end
    with socket.socket(fileno=number) as tasks:
        while True:
            message, handles, _, _ = socket.recv_fds(tasks, 16, 3)
            if not message:
                return
            child = os.fork()
            if child == 0:
                tasks.close()
                _work(handles, seconds, memory)
            for handle in handles:
                os.close(handle)
            tasks.send(str(child).encode())


def _work(handles: Sequence[int], seconds: int, memory: int) -> NoReturn:
    """Return one task, then the end.

    `handles`: of the task, of what is read, and one that is open as long as this lives.
    """
    task, out, _ = handles
    status = 1
    try:
        os.nice(NICER)
        os.setsid()  # so that it can be ended together with processes below it
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with os.fdopen(task, "rb") as file:
            wanted = json.load(file)
        _limit(seconds, memory)
        budget(_RECOGNISING * seconds)
        with os.fdopen(out, "wb") as file:
            file.write(json.dumps(_done(wanted)).encode())
        status = 0
    finally:
        os._exit(status)


def _get_ready() -> None:
    """Import what reading needs, so that no copy has to."""
    logging.disable(logging.CRITICAL)
    split_sentences(Document("ready", "One sentence. Another one."))
    page = "<html><body><nav><a>Menu</a></nav><article><h1>Ready</h1><p>So it is.</p></article></body></html>"
    for name, text in (("ready.html", page), ("ready.md", "# Ready")):
        known = formats.by_suffix(PurePosixPath(name).suffix)
        assert known is not None
        known.read(Raw(name, text.encode()))


def _limit(seconds: int, memory: int) -> None:
    """From here on the kernel ends this process when it has computed for long enough, or writes too much.

    Soft limits: PDFium, which runs below this process, sets its own.
    """
    import resource

    for what, soft in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, LARGEST),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _done(wanted: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    read = []
    try:
        for task in wanted:
            for document in _read(task):
                read.append({"document": plain_of(document), "sentences": split_sentences(document)})
    except LoadError as error:
        return {"error": type(error).__name__, "message": str(error), "offset": getattr(error, "offset", None)}
    except (MemoryError, RecursionError):
        return {"error": "SourceTooLargeError", "message": f"{task['name']!r} is too large to read; split it"}
    return {"read": read}


def _read(task: Mapping[str, Any]) -> list[Document]:
    if "text" in task:
        return [load_text(task["name"], task["text"])]
    return load_as(task["source"], task["name"], LoadConfig(max_bytes=task["max_bytes"]))


def plain_of(document: Document) -> dict[str, Any]:
    """Return a document as JSON has it."""
    names = [field.name for field in fields(Document) if field.init]
    plain: dict[str, Any] = {name: getattr(document, name) for name in names}
    plain["segments"] = plain_segments(document.segments)
    plain["unread"] = [[getattr(entry, field.name) for field in fields(Unread)] for entry in document.unread]
    plain["metadata"] = dict(document.metadata)
    return plain


def document_of(plain: Mapping[str, Any]) -> Document:
    """Return the document that `plain_of` made `plain` of.

    Raises `ValueError`, `TypeError` or `KeyError` for what is none.
    """
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    values["segments"] = segments_of(plain["segments"])
    values["unread"] = tuple(_unread_of(*entry) for entry in plain["unread"])
    return Document(**values)


def _unread_of(kind: str, pages: Sequence[int], count: int, detail: str) -> Unread:
    return Unread(UnreadKind(kind), tuple(pages), count, detail)


if __name__ == "__main__":
    main(sys.argv[1:])
