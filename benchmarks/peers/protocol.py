"""Defines the peers' protocol: a JSON object a line on stdin, one back on stdout. The standard library alone.

    {"op": "open", "reader": folder, "embedder": folder}             -> {"seconds": …}
    {"op": "index", "texts": [{"id": …, "text": …}, …]}              -> {"passages": how many, "seconds": …}
    {"op": "ask", "question": …, "top_k": 5}
        -> {"answer": text or null, "passages": [{"document": id, "text": …}, …], "failure": null, "seconds": …}
    {"op": "ask_likeliest", "question": …, "top_k": 5}
        -> {"answer": text or null, "score": how sure the peer is, "seconds": …} or {"error": …}
    {"op": "reopen", "folder": …}                                    -> {"passages": how many, "seconds": …}
    {"op": "save", "folder": …}                                      -> {"seconds": …} or {"error": …}

Each reply also has `processor`: seconds that processors worked for the peer meanwhile, all its threads together, which
tell what is asked of a machine that has other things to do.

`seconds` are spent inside the peer. A failure is answered with {"error": its one line}, and the peer goes on.
The network is off: a peer that reaches for it gets an error.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol


class Text(NamedTuple):
    """A document."""

    id: str
    text: str


class FoundSpan(NamedTuple):
    """`answer`: None where the peer declines. `passages`: (document id, text) that it searched out, best first.

    `failure`: the error by which it came to give no answer.
    """

    answer: str | None
    passages: list[tuple[str, str]]
    failure: str | None = None


class ScoredSpan(NamedTuple):
    """`answer`: the likeliest one, whether or not the peer would decline; None where nothing was found.

    `score`: how sure the peer is of it, on a scale of the peer's own; more is surer.
    """

    answer: str | None
    score: float


class Peer(Protocol):
    """A question-answering system over texts, set up as its own documentation does."""

    def open(self, reader: str, embedder: str) -> None:
        """Load the models from their folders. `reader`: a torch checkpoint; `embedder`: sentence-transformers'."""

    def index(self, texts: Sequence[Text]) -> int:
        """Make `texts` all there is to ask; how many passages they became."""

    def ask(self, question: str, top_k: int) -> FoundSpan:
        """Answer, reading `top_k` passages."""

    def ask_likeliest(self, question: str, top_k: int) -> ScoredSpan:
        """Answer whether or not it is sure. Raises `NotImplementedError` where the peer gives no score to choose by."""

    def save(self, folder: str) -> None:
        """Write the index. Raises `NotImplementedError` where the peer keeps it in memory alone."""


def serve(peer: Peer) -> None:
    """Answer on stdout until stdin ends. What a library prints goes to stderr."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.addaudithook(_refuse_network)
    for line in sys.stdin:
        began, worked = time.perf_counter(), time.process_time()
        try:
            reply = _reply(peer, json.loads(line))
        except Exception as error:  # noqa: BLE001  whatever a library raises is the harness's to report
            traceback.print_exc()
            reply = {"error": f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"}
        reply.setdefault("seconds", time.perf_counter() - began)
        reply["processor"] = time.process_time() - worked
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


def _reply(peer: Peer, wanted: dict[str, Any]) -> dict[str, Any]:
    if wanted["op"] == "open":
        peer.open(wanted["reader"], wanted["embedder"])
        return {}
    if wanted["op"] == "index":
        return {"passages": peer.index([Text(text["id"], text["text"]) for text in wanted["texts"]])}
    if wanted["op"] == "reopen":
        return {"passages": peer.reopen(wanted["folder"])}  # type: ignore[attr-defined]  # Pincite alone has it
    if wanted["op"] == "save":
        peer.save(wanted["folder"])
        return {}
    if wanted["op"] == "ask_likeliest":
        return peer.ask_likeliest(wanted["question"], wanted["top_k"])._asdict()
    began = time.perf_counter()
    found = peer.ask(wanted["question"], wanted["top_k"])
    taken = time.perf_counter() - began
    passages = [{"document": name, "text": text} for name, text in found.passages]
    return {"answer": found.answer, "passages": passages, "failure": found.failure, "seconds": taken}


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        raise OSError(f"the network is off: {arguments[0]} was looked up")
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        raise OSError(f"the network is off: {arguments[1][0]} was called")
