"""Builds the index and the reader for the settings of a run or a sweep, and finds the best run of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index import Document, Index
from index.config import ChunkConfig, SearchConfig
from index.embed import Embedder, load_embedder
from pincite.evaluation.definitions import define
from pincite.evaluation.shapes import Result, Sweep, SweepRun
from qa.answerer import Answerer, calibration_of
from qa.confidence import Calibration
from qa.errors import PairsError
from qa.read import Reader, load_reader
from qa.types import Form


@dataclass(frozen=True, slots=True)
class Setup:
    """`reader`, `embedder`: names of models, None for the shipped ones. `min_confidence`: None for the calibrated one.

    `form`: the form of answer, "auto" for the one that each question asks for. `chunk_tokens`, `overlap`,
    `dense_weight`: None for the defaults of indexing and search (`index.config`).
    """

    top_k: int = 5
    min_confidence: float | None = None
    reader: str | None = None
    embedder: str | None = None
    chunk_tokens: int | None = None
    overlap: int | None = None
    dense_weight: float | None = None
    form: str = Form.SPAN.value

    @property
    def asked_form(self) -> Form | None:
        """Return the form as `AskOptions` takes it: None for "auto"."""
        return None if self.form == "auto" else Form(self.form)

    @property
    def chunks(self) -> ChunkConfig:
        """Return how documents are split."""
        given = {"max_tokens": self.chunk_tokens, "overlap": self.overlap}
        return ChunkConfig(**{name: value for name, value in given.items() if value is not None})

    @property
    def search(self) -> SearchConfig:
        """Return how the index is searched."""
        return SearchConfig() if self.dense_weight is None else SearchConfig(dense_weight=self.dense_weight)


class Workshop:
    """Makes answerers for one setup; reuses the models and the index of the `previous` workshop where they fit."""

    def __init__(self, setup: Setup, previous: Workshop | None = None) -> None:
        self.setup = setup
        same = previous if previous is not None and previous.setup.reader == setup.reader else None
        self.reader: Reader = same.reader if same is not None else load_reader(setup.reader)
        same = previous if previous is not None and previous.setup.embedder == setup.embedder else None
        self.embedder: Embedder = same.embedder if same is not None else load_embedder(setup.embedder)
        if same is not None and (same.setup.chunks, same.setup.search) != (setup.chunks, setup.search):
            same = None
        self._collection: Index | None = same._collection if same is not None else None

    @property
    def calibration(self) -> Calibration | None:
        """Return the calibration of the reader's confidence, or None."""
        return calibration_of(self.reader)

    def over(self, document: Document) -> Answerer:
        """Return an answerer over a single document."""
        return self._answerer(self._build([document], progress=False))

    def over_all(self, documents: Sequence[Document]) -> Answerer:
        """Return an answerer over all documents. They are indexed at the first call and must be the same at each."""
        if self._collection is None:
            self._collection = self._build(documents, progress=True)
        return self._answerer(self._collection)

    def open(self, folder: str | Path) -> Answerer:
        """Return an answerer over the index saved in `folder`. Raises `PairsError` if the setup has a chunk size."""
        if self.setup.chunk_tokens is not None or self.setup.overlap is not None:
            raise PairsError("a saved index keeps its chunks; to try other sizes, name the documents with --source")
        return self._answerer(Index.open(folder, embedder=self.embedder, search=self.setup.search))

    def _build(self, documents: Sequence[Document], *, progress: bool) -> Index:
        chunks, search = self.setup.chunks, self.setup.search
        return Index.build(documents, embedder=self.embedder, chunks=chunks, search=search, progress=progress)

    def _answerer(self, index: Index) -> Answerer:
        return Answerer(index, reader=self.reader)


Value = int | float | str


def check_goal(goal: str, top_ks: Sequence[int], *, several: bool, wider: bool = False) -> None:
    """Raise `PairsError` if `goal` is not a figure of all runs for which higher or lower is better."""
    common = [{name for name, d in define(k, several=several, wider=wider).items() if d["better"]} for k in top_ks]
    names = set.intersection(*common)
    if goal not in names:
        listed = ", ".join(name for name in define(top_ks[0], several=several, wider=wider) if name in names)
        raise PairsError(f"{goal!r} is not a goal; choose one of {listed}")


def best_of(results: Sequence[Result], goal: str) -> int:
    """Return the index of the result with the best value of the figure `goal`, the first of equals.

    A result without a value comes last.
    """
    sign = -1.0 if results[0]["definitions"][goal]["better"] == "lower" else 1.0
    values = [result["figures"][goal]["value"] for result in results]
    ranked = [float("-inf") if value is None else sign * value for value in values]
    return ranked.index(max(ranked))


def sweep_summary(swept: Sequence[dict[str, Value]], results: Sequence[Result], goal: str) -> Sweep:
    """Return the runs of a sweep and the best of them, for the result."""
    runs = [
        SweepRun(settings=settings, value=result["figures"][goal]["value"], figures=result["figures"])
        for settings, result in zip(swept, results, strict=True)
    ]
    return Sweep(goal=goal, runs=runs, best=best_of(results, goal))
