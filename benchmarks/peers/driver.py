"""A peer as a process of its own, driven over its standard streams."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.material import Passage
from benchmarks.peers.protocol import ScoredSpan
from benchmarks.readme import ROOT
from index import Document

QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "TOKENIZERS_PARALLELISM": "true",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """`answer`: None where the peer declines, or fails, of which `failure` is the error. `passages`: best first.

    `processor`: seconds that processors worked for it.
    """

    answer: str | None
    passages: tuple[Passage, ...]
    failure: str | None
    seconds: float
    processor: float = 0.0


class PeerError(Exception):
    """A peer that has failed; the message is its error line."""


class Driver:
    """Starts `python -m benchmarks.peers.NAME` in the peer's environment; `log` receives what it prints.

    `started`: when the process was, as `time.perf_counter` tells it.
    """

    def __init__(self, name: str, python: Path, log: Path) -> None:
        self.name = name
        self._log = log
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
        self.started = time.perf_counter()
        with log.open("ab") as stream:
            self._process = subprocess.Popen(
                [str(python), "-m", f"benchmarks.peers.{name}"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stream,
                text=True,
                encoding="utf-8",
                cwd=ROOT,
                env={**environment, **QUIET},
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self, reader: Path, embedder: Path) -> float:
        """Load the models; seconds."""
        return float(self._asked({"op": "open", "reader": str(reader), "embedder": str(embedder)})["seconds"])

    def index(self, texts: list[Document]) -> tuple[int, float]:
        """Return how many passages, seconds."""
        told = self._asked({"op": "index", "texts": [{"id": text.id, "text": text.text} for text in texts]})
        return int(told["passages"]), float(told["seconds"])

    def reopen(self, folder: Path) -> tuple[int, float]:
        """Ask the index saved in `folder` from now on; how many passages it holds, seconds. Pincite alone can."""
        told = self._asked({"op": "reopen", "folder": str(folder)})
        return int(told["passages"]), float(told["seconds"])

    def ask(self, question: str, top_k: int = 5) -> Reply:
        """Return what the peer makes of the question."""
        told = self._asked({"op": "ask", "question": question, "top_k": top_k})
        passages = tuple(Passage(found["document"], found["text"]) for found in told["passages"])
        return Reply(told["answer"], passages, told["failure"], float(told["seconds"]), float(told["processor"]))

    def ask_likeliest(self, question: str, top_k: int = 5) -> ScoredSpan | None:
        """Return the peer's likeliest answer and its score; None where the peer gives no score."""
        try:
            told = self._asked({"op": "ask_likeliest", "question": question, "top_k": top_k})
        except PeerError as error:
            if "NotImplementedError" in str(error):
                return None
            raise
        return ScoredSpan(told["answer"], float(told["score"]))

    def save(self, folder: Path) -> int | None:
        """Bytes on disk; None where the peer keeps its index in memory alone."""
        try:
            self._asked({"op": "save", "folder": str(folder)})
        except PeerError as error:
            if "NotImplementedError" in str(error):
                return None
            raise
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    def memory(self) -> tuple[int, int]:
        """Bytes that the process holds now, and the most that it ever held."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        told = dict(line.split(":", 1) for line in status.splitlines() if line.startswith("Vm"))
        return int(told["VmRSS"].split()[0]) * 1024, int(told["VmHWM"].split()[0]) * 1024

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _asked(self, wanted: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(wanted) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise PeerError(self._last_words())
        told: dict[str, Any] = json.loads(line)
        if "error" in told:
            raise PeerError(str(told["error"]))
        return told

    def _last_words(self) -> str:
        lines = [line for line in self._log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        return lines[-1].strip() if lines else f"ended with {self._process.wait()} and said nothing"
