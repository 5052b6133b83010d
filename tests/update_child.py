"""An update in a process of its own, to be killed. Imported ahead by the server that forks these processes."""

from __future__ import annotations

import os
import signal
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path

from fakes import HashingEmbedder
from tqdm import tqdm

from index import Document, Index

EMBEDDER = HashingEmbedder()
# tqdm's own lock is shared by processes that are forked: one killed while it holds it would stop all that follow.
tqdm.set_lock(threading.RLock())


def documents(state: int) -> list[Document]:
    """Ten documents that both states share, ten that differ, and some that are in one state alone."""
    shared = [Document(f"same{i}", f"Text {i} stays. It is about stone {i}.") for i in range(10)]
    differing = [Document(f"text{i}", f"This is text {i} in state {state}. " * 12) for i in range(10)]
    alone = [Document(f"only{state}-{i}", f"State {state} has the heron {i}.") for i in range(3 + state)]
    return shared + differing + alone


def update(folder: Path, state: int) -> None:
    """Bring the index to a state."""
    Index.update(folder, documents(state), embedder=EMBEDDER, prune=lambda *_: True)


def update_and_die(folder: Path, state: int, pipe: Connection, events: int | None) -> None:
    """Say when it begins and when it is done; die by SIGKILL before the file system is touched for the nth time."""
    left = events

    def count(event: str, _: tuple[object, ...]) -> None:
        nonlocal left
        if left is not None and (event == "open" or event.startswith(("os.", "shutil."))):
            left -= 1
            if left < 0:
                left = None  # the kill is an event as well
                os.kill(os.getpid(), signal.SIGKILL)

    pipe.send("begun")
    sys.addaudithook(count)
    update(folder, state)
    pipe.send("done")


# What every process needs is loaded, once, before it is forked.
Index.build(documents(0)[:1], embedder=EMBEDDER).search("stone")
