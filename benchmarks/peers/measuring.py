"""Measures all peers in one run and in turns, so that other load on the machine meets all alike."""

from __future__ import annotations

import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks.material import Material
from benchmarks.peers.choosing import choose_thresholds
from benchmarks.peers.driver import Driver, PeerError, Reply
from benchmarks.peers.scoring import OURS, ahead_by, percentiles, quality
from index import Document

TOP_K = 5
WARM_UP = 3  # questions that are asked before any is timed
WORDS = 40  # of a text that costs are measured on: one passage for every peer
PART = 30  # questions asked where costs are measured


@dataclass(frozen=True, slots=True)
class Setting:
    """`pythons`: each peer's interpreter. `reader`, `embedder`: folders of models. `logs`: where peers print."""

    pythons: Mapping[str, Path]
    reader: Path
    embedder: Path
    logs: Path

    @contextlib.contextmanager
    def driver(self, peer: str) -> Iterator[Driver]:
        """A process of the peer with its models loaded."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with Driver(peer, self.pythons[peer], self.logs / f"{peer}.log") as driver:
            driver.open(self.reader, self.embedder)
            yield driver


def find_runnable(setting: Setting, material: Material) -> dict[str, str]:
    """Return why peers cannot be run, by name: their error line. Each is asked one question."""
    failed = {}
    for peer in setting.pythons:
        print(f"trying {peer}", file=sys.stderr, flush=True)
        try:
            with setting.driver(peer) as driver:
                driver.index(material.texts)
                driver.ask(material.pairs[0].question, TOP_K)
        except PeerError as error:
            failed[peer] = str(error)
    return failed


def answers(setting: Setting, material: Material, rounds: int) -> tuple[dict[str, Any], dict[str, list[Reply]]]:
    """Quality, latency, indexing rate and peak memory of each peer, and its replies of the first round.

    All peers' processes live side by side; each question goes to all of them, beginning with another each time.
    """
    peers = list(setting.pythons)
    found: dict[str, dict[str, Any]] = {}
    replies: dict[str, list[Reply]] = {peer: [] for peer in peers}
    with contextlib.ExitStack() as stack:
        drivers = {peer: stack.enter_context(setting.driver(peer)) for peer in peers}
        for peer, driver in drivers.items():
            passages, seconds = driver.index(material.texts)
            found[peer] = {"passages": passages, "index_seconds": seconds}
            for pair in material.pairs[:WARM_UP]:
                driver.ask(pair.question, TOP_K)
        asked = [pair.question for _ in range(rounds) for pair in material.pairs]
        for i, question in enumerate(tqdm(asked, desc=material.name, unit=" questions")):
            for peer in _turned(peers, i):
                replies[peer].append(_asked(drivers[peer], question))
        for peer, driver in drivers.items():
            found[peer]["peak_memory_mb"] = driver.memory()[1] / 1e6
        chosen = choose_thresholds(drivers, material, material.development) if material.development else {}
    first = {peer: given[: len(material.pairs)] for peer, given in replies.items()}
    for peer in peers:
        seconds_each = [reply.seconds for reply in replies[peer]]
        worked = 1000 * statistics.median(reply.processor for reply in replies[peer])
        found[peer] |= {**quality(material.pairs, first[peer]), **percentiles(seconds_each), "processor_ms": worked}
        if OURS in peers and peer != OURS:
            found[peer]["f1_ahead_by"] = ahead_by(material.pairs, first[peer], first[OURS])
        if peer in chosen:
            found[peer]["chosen"] = chosen[peer]
    return found, first


def starts(setting: Setting, material: Material, rounds: int) -> dict[str, Any]:
    """Seconds from the start of a process to its first answer: imports, models, indexing and one question.

    A first round, which brings the files into memory, is not counted.
    """
    taken: dict[str, list[float]] = {peer: [] for peer in setting.pythons}
    for round_ in tqdm(range(rounds + 1), desc="starts", unit=" rounds"):
        for peer in _turned(list(setting.pythons), round_):
            with setting.driver(peer) as driver:
                driver.index(material.texts)
                driver.ask(material.pairs[0].question, TOP_K)
                if round_:
                    taken[peer].append(time.perf_counter() - driver.started)
    return {peer: {"median_s": statistics.median(times), "all_s": times} for peer, times in taken.items()}


def growth(
    setting: Setting, texts: Sequence[Document], counts: Sequence[int], questions: Sequence[str], limit: float
) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """What indexing so many texts and asking them costs each peer, in a process of its own each time; after each count.

    A peer that would take longer than `limit` seconds to index, going by its rate so far, is left out from there on.
    """
    found: dict[str, list[dict[str, Any]]] = {peer: [] for peer in setting.pythons}
    for count in counts:
        for peer in setting.pythons:
            if count * seconds_a_text(found[peer]) > limit:
                continue
            print(f"{count} texts: {peer}", file=sys.stderr, flush=True)
            try:
                found[peer].append(_cost(setting, peer, texts[:count], questions))
            except PeerError as error:
                print(f"{peer} failed at {count} texts: {error}", file=sys.stderr, flush=True)
        yield found


def seconds_a_text(rows: Sequence[Mapping[str, Any]]) -> float:
    """Return how long a text more takes to index, going by the last two rows; 0 while that is not known."""
    if len(rows) < 2:
        return 0.0
    before, last = rows[-2:]
    more = float(last["index_seconds"] - before["index_seconds"])
    return max(more, 0.0) / int(last["texts"] - before["texts"])


def _asked(driver: Driver, question: str) -> Reply:
    """Return what the peer makes of it; an error is a question failed, not a comparison broken off."""
    began = time.perf_counter()
    try:
        return driver.ask(question, TOP_K)
    except PeerError as error:
        return Reply(None, (), str(error), time.perf_counter() - began)


def _cost(setting: Setting, peer: str, texts: Sequence[Document], questions: Sequence[str]) -> dict[str, Any]:
    with setting.driver(peer) as driver, tempfile.TemporaryDirectory() as scratch:
        empty, _ = driver.memory()
        passages, seconds = driver.index(list(texts))
        for question in questions[:WARM_UP]:
            driver.ask(question, TOP_K)
        taken = [_asked(driver, question).seconds for question in questions]
        held, peak = driver.memory()
        return {
            "texts": len(texts),
            "passages": passages,
            "index_seconds": seconds,
            **percentiles(taken),
            "memory_mb": held / 1e6,
            "memory_of_index_mb": max(held - empty, 0) / 1e6,
            "peak_memory_mb": peak / 1e6,
            "disk_bytes": driver.save(Path(scratch) / "index"),
        }


def _turned(peers: list[str], times: int) -> list[str]:
    by = times % len(peers)
    return peers[by:] + peers[:by]
