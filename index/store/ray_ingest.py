"""Loads, splits and embeds documents on a Ray cluster; ray is imported here alone and on first use.

A task loads a few sources, divides them and embeds their passages; each worker process loads the model once. Ray runs
a task again elsewhere when its node is lost. Results come back in the order of the sources, so that what is made of
them is what one machine makes.
"""

from __future__ import annotations

import logging
import socket
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from index.config import ChunkConfig
from index.embed import load_embedder
from index.errors import ClusterError, EmptyDocumentError, MissingExtraError
from index.load import Failure, Loading
from index.store.building import Prepared, Splitter
from index.types import Document

# Sources of a task: enough that the work outweighs the errand, few enough that little is lost with a node.
SOURCES = 16
# Tasks that wait or run for each processor of the cluster; more would pile up results that nobody has taken yet.
AHEAD = 3
RETRIES = 10
AUTO = "auto"
# Seconds in which the head of a cluster has to answer.
KNOCKS = 10

Item = Document | Prepared | Failure


@dataclass(frozen=True, slots=True)
class IngestTask:
    """What a worker needs to know. `known`: the sha256 of documents that are there, by id, and need no embedding."""

    embedder: str | None
    chunks: ChunkConfig
    known: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Distributed:
    """`loading`, gone through on the Ray cluster at `address` ("auto": the one that this machine belongs to)."""

    loading: Loading
    address: str
    task: IngestTask

    def __len__(self) -> int:
        return len(self.loading)

    def __iter__(self) -> Iterator[Item]:
        with connected_cluster(self.address) as ray:
            work = ray.remote(max_retries=RETRIES, scheduling_strategy="SPREAD")(prepare)
            task = ray.put(self.task)
            running: deque[Any] = deque()
            for part in self.loading.parts(SOURCES):
                running.append(work.remote(part, task))
                if len(running) >= AHEAD * max(1, round(ray.cluster_resources().get("CPU", 1))):
                    yield from _batches(ray, running.popleft())
            while running:
                yield from _batches(ray, running.popleft())


def prepare(loading: Loading, task: IngestTask) -> list[Item]:
    """Load, divide and embed; runs on a worker. A document that is known, or has no words, comes back as it is."""
    embedder = load_embedder(task.embedder)
    divider = Splitter(embedder, task.chunks)
    items: list[Item] = list(loading)
    for i, item in enumerate(items):
        if isinstance(item, Document) and task.known.get(item.id) != item.sha256:
            try:
                divided = divider.divide(item)
            except EmptyDocumentError:  # said again, and dealt with, where the index is written
                continue
            items[i] = Prepared(divided, embedder.embed(divided.passages))
    return items


def _batches(ray: Any, result: Any) -> Sequence[Item]:
    try:
        items: Sequence[Item] = ray.get(result)
    except ray.exceptions.RayError as error:
        first = str(error).strip().splitlines()[-1]
        raise ClusterError(f"the Ray cluster could not finish: {first}; run it again, what is done is kept") from error
    return items


@contextmanager
def connected_cluster(address: str) -> Iterator[Any]:
    """Yield Ray, connected to the cluster at `address`. Raises `MissingExtraError`, `ClusterError`."""
    try:
        import ray
    except ImportError as error:
        raise MissingExtraError("Ray", "ray") from error
    try:
        _knock(address)
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, RuntimeError, ValueError) as error:
        first = str(error).strip().partition("\n")[0]
        raise ClusterError(
            f"no Ray cluster answers at {address!r}: {first}; start one with `ray start --head`, or check the address"
        ) from error
    try:
        yield ray
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """Raise `OSError` or `ValueError` where nobody listens; Ray itself would try for minutes."""
    if address != AUTO:
        host, _, port = address.removeprefix("ray://").rpartition(":")
        socket.create_connection((host, int(port)), KNOCKS).close()
