"""Reads sources in a separate process, so that no file can stop or spy on the main program.

Run by `index.sandbox` as `python -m index.worker SOCKET SECONDS BYTES`. It imports what reading needs once, and forks
for each task: the child reads the task as JSON from one file, writes the documents and their sentences to another, and
exits. So the documents of one person are never in memory while those of another are read.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NoReturn

from index import errors
from index.errors import LoadError
from index.load import formats
from index.load.files import LoadConfig, load_as, load_text
from index.load.ocr.recogniser import budget
from index.load.parsed import Raw
from index.split.sentences import split_sentences
from index.store.segment_data import document_of, plain_document
from index.types import Document, Span

__all__ = ["ReadResult", "ReadTask", "main", "results_of"]

_RECOGNISING = 1.25  # times SECONDS: the wall-clock time for recognising words; the rest, up to 2, is for reading
NICER = 5  # added to the niceness of reading, so that answering comes first
LARGEST = 200_000_000  # bytes of a reply


@dataclass(frozen=True, slots=True)
class ReadTask:
    """A source to read: `text`, or the file or URL `source`, under `name`, whose suffix tells the format."""

    name: str
    source: str | None = None
    text: str | None = None
    max_bytes: int = 100_000_000


@dataclass(frozen=True, slots=True)
class ReadResult:
    """A document, and its sentences as `index.split.sentences.split_sentences` gives them."""

    document: Document
    sentences: Sequence[Span]


def main(arguments: Sequence[str]) -> None:
    """Fork a child for each task and send back its process id, until the other end closes the socket."""
    number, seconds, memory = map(int, arguments)
    _get_ready()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # `index.sandbox` waits for the children
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
    """Do one task, then exit.

    `handles`: of the file with the task, of the file for the reply, and one that is open as long as this process lives.
    """
    task, out, _ = handles
    status = 1
    try:
        os.nice(NICER)
        os.setsid()  # so that it can be ended together with processes below it
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with os.fdopen(task, "rb") as file:
            tasks = [ReadTask(**plain) for plain in json.load(file)]
        _limit(seconds, memory)
        budget(_RECOGNISING * seconds)
        with os.fdopen(out, "wb") as file:
            file.write(_reply(tasks))
        status = 0
    finally:
        os._exit(status)


def _get_ready() -> None:
    """Import what reading needs, so that no child has to."""
    logging.disable(logging.CRITICAL)
    split_sentences(Document("ready", "One sentence. Another one."))
    page = "<html><body><nav><a>Menu</a></nav><article><h1>Ready</h1><p>So it is.</p></article></body></html>"
    for name, text in (("ready.html", page), ("ready.md", "# Ready")):
        file_format = formats.by_suffix(PurePosixPath(name).suffix)
        assert file_format is not None
        file_format.read(Raw(name, text.encode()))


def _limit(seconds: int, memory: int) -> None:
    """Let the kernel end this process when it takes too much time or memory, or writes too much.

    Soft limits: PDFium, which runs below this process, sets its own.
    """
    import resource

    for limit, soft in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, LARGEST),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        resource.setrlimit(limit, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _reply(tasks: Sequence[ReadTask]) -> bytes:
    """Return the documents of `tasks`, or the error of one that cannot be read, as `results_of` decodes them."""
    results = []
    try:
        for task in tasks:
            for document in _documents(task):
                results.append({"document": plain_document(document), "sentences": split_sentences(document)})
        reply: dict[str, object] = {"read": results}
    except LoadError as error:
        reply = {"error": type(error).__name__, "message": str(error), "offset": getattr(error, "offset", None)}
    except (MemoryError, RecursionError):
        reply = {"error": "SourceTooLargeError", "message": f"{task.name!r} is too large to read; split it"}
    return json.dumps(reply).encode()


def _documents(task: ReadTask) -> list[Document]:
    if task.text is not None:
        return [load_text(task.name, task.text)]
    return load_as(str(task.source), task.name, LoadConfig(max_bytes=task.max_bytes))


def results_of(reply: bytes) -> list[ReadResult] | LoadError:
    """Return the results in a reply, or the error that it reports.

    Raises `ValueError`, `TypeError`, `KeyError` or `RecursionError` for a malformed reply.
    """
    plain = json.loads(reply)
    if "error" in plain:
        return _error_of(plain["error"], str(plain["message"]), plain.get("offset"))
    results = []
    for read in plain["read"]:
        document = document_of(read["document"])
        sentences = [(int(start), int(end)) for start, end in read["sentences"]]
        if any(end > len(document.text) for _, end in sentences):
            raise ValueError("a sentence ends after its text")
        results.append(ReadResult(document, sentences))
    return results


def _error_of(name: object, message: str, offset: object) -> LoadError:
    kind = vars(errors).get(str(name))
    if not (isinstance(kind, type) and issubclass(kind, LoadError)):
        return LoadError(message)
    if issubclass(kind, errors.EncodingError):
        return kind(message, offset=offset if isinstance(offset, int) else 0)
    return kind(message)


if __name__ == "__main__":
    main(sys.argv[1:])
