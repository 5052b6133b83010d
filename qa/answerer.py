"""Question in, cited answer out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Self

from index import Document, Hit, Index, load_all
from index.embedding import Embedder, load_embedder
from index.errors import PinciteError
from qa.candidates import Candidate, gather
from qa.citing import cite
from qa.confidence import Calibration, default_calibration, features
from qa.config import AskConfig
from qa.errors import EmptyQuestionError, QuestionError, QuestionTooLongError
from qa.followup import resolve
from qa.reading import OnnxReader, Reader, load_reader
from qa.types import Answer, Citation, Reason, Status, Timings, Turn

Source = str | Path | Document


@dataclass(frozen=True, slots=True)
class Considered:
    """For each question its passages, best first, and its candidate spans, best first.

    `retrieve` and `read` (the model's own run time): milliseconds for all of the questions together.
    """

    hits: list[list[Hit]]
    candidates: list[list[Candidate]]
    retrieve: float
    read: float


class Answerer:
    """Answers questions from an index with the documents' own words, or says that they do not answer.

    `calibration` None (any reader but the shipped one): answers carry no confidence, and one is given where
    the reader prefers a span to "no answer".
    """

    def __init__(
        self,
        index: Index,
        *,
        reader: Reader | None = None,
        calibration: Calibration | None = None,
        config: AskConfig | None = None,
    ) -> None:
        self.index = index
        self.reader = reader or load_reader()
        self.calibration = calibration or _calibration_of(self.reader)
        self.config = config or AskConfig()

    @classmethod
    def from_sources(
        cls,
        sources: Sequence[Source] | Source,
        *,
        reader: Reader | str | None = None,
        embedder: Embedder | str | None = None,
        encoding: str = "utf-8",
    ) -> Self:
        """Index `sources` (files, folders, Documents) in memory. `reader` and `embedder`: an object, or a model's name.

        Raises `LoadError` for a source that cannot be read, `ModelError` for a model that cannot be loaded.
        """
        listed = [sources] if isinstance(sources, str | Path | Document) else list(sources)
        documents = [source for source in listed if isinstance(source, Document)]
        paths = [source for source in listed if not isinstance(source, Document)]
        if paths:
            documents += load_all(paths, encoding=encoding)
        return cls(Index.build(documents, embedder=_embedder(embedder)), reader=_reader(reader))

    @classmethod
    def open(
        cls, folder: str | Path, *, reader: Reader | str | None = None, embedder: Embedder | str | None = None
    ) -> Self:
        """Ask the index saved in `folder`. Raises `IndexStoreError` as `Index.open` does."""
        return cls(Index.open(folder, embedder=_embedder(embedder)), reader=_reader(reader))

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id."""
        return self.index.documents

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        top_k: int = 5,
        min_confidence: float | None = None,
        where: Sequence[str] | str = (),
    ) -> Answer:
        """The answer to `question`, read with the turns of `history` before it.

        `top_k`: passages that are read. `min_confidence`: from 0 (always answer) to 1; None takes the
        calibrated threshold. `where`: conditions that the documents meet, such as "source=Reuters" or
        "date>=2024-01-01". Raises `EmptyQuestionError`, `QuestionTooLongError`, `FilterError`.
        """
        return self._answer([question], [history], top_k, min_confidence, where)[0]

    def ask_many(
        self, questions: Sequence[str], *, top_k: int = 5, min_confidence: float | None = None
    ) -> list[Answer]:
        """Answers to unrelated questions, the same as one by one; searching and reading are batched.

        `timings` are the batch's, divided evenly among its questions.
        """
        answers: list[Answer] = []
        for first in range(0, len(questions), self.config.batch):
            batch = questions[first : first + self.config.batch]
            answers += self._answer(batch, [()] * len(batch), top_k, min_confidence, ())
        return answers

    def consider(self, questions: Sequence[str], *, top_k: int = 5, where: Sequence[str] | str = ()) -> Considered:
        """What is found for `questions` before it is decided whether to answer: passages, and spans in them."""
        began = time.perf_counter()
        hits = self.index.search_many(questions, top_k, where=where)
        retrieved = time.perf_counter()
        pairs = [(q, self.index.text(hit.chunk)) for q, found in zip(questions, hits, strict=True) for hit in found]
        reading = self.reader.read(pairs, best=self.config.candidates)
        passages = iter(reading.passages)
        weight = self.calibration.retrieval_weight if self.calibration else 0.0
        candidates = [gather(found, list(islice(passages, len(found))), retrieval_weight=weight) for found in hits]
        return Considered(hits, candidates, _ms(began, retrieved), reading.milliseconds)

    def _answer(
        self,
        questions: Sequence[str],
        histories: Sequence[Sequence[Turn]],
        top_k: int,
        min_confidence: float | None,
        where: Sequence[str] | str,
    ) -> list[Answer]:
        if min_confidence is not None and not 0.0 <= min_confidence <= 1.0:
            raise QuestionError(f"min_confidence is {min_confidence}; give a probability from 0 to 1")
        if top_k < 1:
            raise QuestionError(f"top_k is {top_k}; read at least one passage")
        began = time.perf_counter()
        read_as = [self._readable(q, history) for q, history in zip(questions, histories, strict=True)]
        considered = self.consider(read_as, top_k=top_k, where=where)
        read = time.perf_counter()
        found = zip(questions, read_as, considered.hits, considered.candidates, strict=True)
        drafts = [self._decide(*each, min_confidence) for each in found]
        ended = time.perf_counter()
        share = len(questions)
        timings = Timings(
            considered.retrieve / share, considered.read / share, _ms(read, ended) / share, _ms(began, ended) / share
        )
        return [draft.with_timings(timings) for draft in drafts]

    def _readable(self, question: str, history: Sequence[Turn]) -> str:
        question = question.strip()
        if not question:
            raise EmptyQuestionError("the question is empty; ask something in words")
        _refuse_surrogates(question)
        read_as = resolve(question, history)
        for asked in (read_as, question):  # a follow-up that grew too long is read as it stands
            tokens = self.reader.count_tokens(asked)
            if tokens <= self.reader.max_question_tokens:
                return asked
        raise QuestionTooLongError(
            f"the question is {tokens} tokens long, the reader takes {self.reader.max_question_tokens}; "
            "ask it more briefly"
        )

    def _decide(
        self,
        question: str,
        read_as: str,
        hits: Sequence[Hit],
        candidates: Sequence[Candidate],
        min_confidence: float | None,
    ) -> Answer:
        if not candidates:
            return _abstention(question, read_as, 0.0 if self.calibration else None, None, Reason.NOT_DISCUSSED)
        best = candidates[0]
        confidence = self.calibration.probability(features(candidates)) if self.calibration else None
        if self._sure_enough(best, confidence, min_confidence):
            citations = tuple(self._cite(place) for place in self._places(candidates))
            return Answer(
                question,
                read_as,
                Status.ANSWERED,
                citations[0].quote,
                confidence,
                citations,
                None,
                None,
                Timings.none(),
            )
        reason = Reason.LOW_CONFIDENCE if best.margin > 0 else Reason.NOT_DISCUSSED
        start, end = self.index.sentence_at(best.document_id, best.start, best.end)
        nearest = cite(self.index, best.document_id, start, end, context=self.config.context)
        return _abstention(question, read_as, confidence, nearest, reason)

    def _sure_enough(self, best: Candidate, confidence: float | None, minimum: float | None) -> bool:
        if self.calibration is None or confidence is None:
            if minimum:
                raise PinciteError(
                    f"the reader {self.reader.id!r} has no calibration, so min_confidence {minimum} means nothing; "
                    "leave it out, or set it to 0 to answer always"
                )
            return minimum is not None or best.margin > 0
        return confidence >= (self.calibration.threshold if minimum is None else minimum)

    def _places(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The best candidate, and others that say the same words where the reader prefers them to no answer."""
        best = candidates[0]
        words = self._words(best)
        same = [c for c in candidates[1:] if c.margin > 0 and self._words(c) == words]
        return [best, *same[: self.config.further]]

    def _words(self, candidate: Candidate) -> str:
        return self.documents[candidate.document_id].text[candidate.start : candidate.end].casefold()

    def _cite(self, candidate: Candidate) -> Citation:
        return cite(self.index, candidate.document_id, candidate.start, candidate.end, context=self.config.context)


def _refuse_surrogates(question: str) -> None:
    try:
        question.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QuestionError(
            f"the question holds half a character (a lone surrogate) at position {error.start}; type it again"
        ) from error


def _abstention(
    question: str, read_as: str, confidence: float | None, nearest: Citation | None, reason: Reason
) -> Answer:
    return Answer(question, read_as, Status.ABSTAINED, None, confidence, (), nearest, reason, Timings.none())


def _ms(began: float, ended: float) -> float:
    return (ended - began) * 1000


def _calibration_of(reader: Reader) -> Calibration | None:
    """The shipped calibration, for the reader that it was fitted on alone."""
    if not isinstance(reader, OnnxReader):
        return None
    shipped = default_calibration()
    return shipped if shipped.reader == reader.id else None


def _embedder(named: Embedder | str | None) -> Embedder:
    return load_embedder(named) if named is None or isinstance(named, str) else named


def _reader(named: Reader | str | None) -> Reader:
    return load_reader(named) if named is None or isinstance(named, str) else named
