"""The passages of questions read, the likeliest first, and the rest only where those leave it unsure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from index import Chunk, Hit
from qa.candidates import Candidate, gather
from qa.confidence import Calibration, features
from qa.config import AskConfig
from qa.read import PassageReading, Reader

FIRST = 2  # passages that are read before it is decided whether to go on: the next one often holds a better answer


class Passages:
    """The `hits` of questions and their `texts`, as far as `reader` has read them."""

    def __init__(
        self, reader: Reader, questions: Sequence[str], hits: Sequence[list[Hit]], texts: Sequence[list[str]]
    ) -> None:
        self.milliseconds = 0.0
        self._reader = reader
        self._questions = questions
        self._hits = hits
        self._texts = texts
        self._readings: list[list[PassageReading]] = [[] for _ in questions]

    def read(self, which: Sequence[int], most: int | None, *, best: int) -> None:
        """Read what is unread of the first `most` passages of the questions `which`, all together."""
        new = {i: self._texts[i][len(self._readings[i]) : most] for i in which}
        pairs = [(self._questions[i], text) for i, texts in new.items() for text in texts]
        if not pairs:
            return
        reading = self._reader.read(pairs, best=best)
        self.milliseconds += reading.milliseconds
        passages = iter(reading.passages)
        for i, texts in new.items():
            self._readings[i] += islice(passages, len(texts))

    def read_too(self, which: int, passages: Sequence[tuple[Hit, str]], *, best: int) -> None:
        """Read passages that were not among the hits of a question: they come next after those that were read."""
        read = len(self._readings[which])
        self._hits[which][read:read] = [hit for hit, _ in passages]
        self._texts[which][read:read] = [text for _, text in passages]
        self.read([which], read + len(passages), best=best)

    def hit(self, which: int, rank: int) -> Hit:
        """The passage of a question that has this place."""
        return self._hits[which][rank]

    def chunks_read(self, which: int) -> set[Chunk]:
        """Of a question, what has been read."""
        return {hit.chunk for hit in self._hits[which][: len(self._readings[which])]}

    def readings(self, which: int) -> list[PassageReading]:
        """Of the passages of a question, as far as they have been read."""
        return list(self._readings[which])

    def candidates(self, which: int, calibration: Calibration | None) -> list[Candidate]:
        """What stands in the passages of a question that have been read, best first."""
        read = self._readings[which]
        weight = calibration.retrieval_weight if calibration else 0.0
        hits, texts = self._hits[which][: len(read)], self._texts[which][: len(read)]
        return gather(hits, texts, read, retrieval_weight=weight)


def read_as_needed(
    passages: Passages,
    may_stop: Sequence[bool],
    short: Sequence[bool],
    calibration: Calibration | None,
    config: AskConfig,
) -> list[list[Candidate]]:
    """The candidates of every question, best first; each the same as if its question were asked alone.

    Where it `may_stop`, a question's first passages are read before the others, which are left unread if the best
    candidate's confidence is at least `config.enough`. `short`: for each question, as in `qa.confidence`.
    """
    every = range(len(may_stop))
    sure: set[int] = set()
    if config.enough is not None and calibration is not None:
        early = [i for i in every if may_stop[i]]
        passages.read(early, FIRST, best=config.candidates)
        for i in early:
            found = passages.candidates(i, calibration)
            if found and calibration.probability(features(found, short=short[i])) >= config.enough:
                sure.add(i)
    passages.read([i for i in every if i not in sure], None, best=config.candidates)
    return [passages.candidates(i, calibration) for i in every]
