"""From candidates to an answer with its places, or to an abstention with the nearest statement."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from index import Index
from index.errors import PinciteError
from qa.candidates import Candidate
from qa.citing import cite
from qa.compose.several import several
from qa.confidence import Calibration, features
from qa.config import AskConfig
from qa.types import Answer, Citation, Reason, Status, Timings
from qa.understand.several import asks_for_several


class Decider:
    """Decides whether the best candidate is an answer, and cites it and what else answers the question."""

    def __init__(self, index: Index, reader: str, calibration: Calibration | None, config: AskConfig) -> None:
        """`reader`: its id, for messages."""
        self._index = index
        self._reader = reader
        self._calibration = calibration
        self._config = config

    def decide(
        self,
        question: str,
        read_as: str,
        candidates: Sequence[Candidate],
        *,
        short: bool,
        minimum: float | None,
        answers: int | None,
    ) -> Answer:
        """The answer, without its timings.

        `candidates`: best first; `short`: as in `qa.confidence`; `minimum`, `answers`: as `Answerer.ask`'s.
        """
        if not candidates:
            return self._abstention(question, read_as, 0.0 if self._calibration else None, None, Reason.NOT_DISCUSSED)
        best = candidates[0]
        confidence = self._calibration.probability(features(candidates, short=short)) if self._calibration else None
        if not self._is_sure_enough(best, confidence, minimum, short):
            reason = Reason.LOW_CONFIDENCE if best.margin > 0 else Reason.NOT_DISCUSSED
            start, end = self._index.sentence_at(best.document_id, best.start, best.end)
            nearest = cite(self._index, best.document_id, start, end, context=self._config.context)
            return self._abstention(question, read_as, confidence, nearest, reason)
        most = answers or (self._config.answers if asks_for_several(read_as) else 1)
        places = self._places(candidates, most, itemised=answers is not None)
        cited = tuple(self._cite(place) for place in places)
        return Answer(question, read_as, Status.ANSWERED, cited[0].quote, confidence, cited, None, None, Timings.none())

    def _is_sure_enough(self, best: Candidate, confidence: float | None, minimum: float | None, short: bool) -> bool:
        if self._calibration is None or confidence is None:
            if minimum:
                raise PinciteError(
                    f"the reader {self._reader!r} has no calibration, so min_confidence {minimum} means nothing; "
                    "leave it out, or set it to 0 to answer always"
                )
            return minimum is not None or best.margin > 0
        return confidence >= (self._calibration.least(short=short) if minimum is None else minimum)

    def _places(self, candidates: Sequence[Candidate], most: int, *, itemised: bool) -> list[Candidate]:
        """Up to `most` answers, best first, each followed by further places that say the same words."""
        found = []
        answers = several(candidates, self._text, itemised=itemised) if most > 1 else candidates[:1]
        for answer in islice(answers, most):
            words = self._text(answer).casefold()
            same = [c for c in candidates[1:] if c.margin > 0 and self._text(c).casefold() == words]
            found += [answer, *[c for c in same if not _is_same_place(c, answer)][: self._config.further]]
        return found

    def _text(self, candidate: Candidate) -> str:
        return self._index.documents[candidate.document_id].text[candidate.start : candidate.end]

    def _cite(self, candidate: Candidate) -> Citation:
        return cite(self._index, candidate.document_id, candidate.start, candidate.end, context=self._config.context)

    @staticmethod
    def _abstention(
        question: str, read_as: str, confidence: float | None, nearest: Citation | None, reason: Reason
    ) -> Answer:
        return Answer(question, read_as, Status.ABSTAINED, None, confidence, (), nearest, reason, Timings.none())


def _is_same_place(a: Candidate, b: Candidate) -> bool:
    return (a.document_id, a.start) == (b.document_id, b.start)
