"""Question in, cited answer out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from index import Document, Hit, Index, load_all
from index.config import SearchConfig
from index.embed import Embedder, load_embedder
from prompts import render
from qa.calibrations import kept_calibration
from qa.candidates import Candidate
from qa.compose.reply import reply_to
from qa.confidence import SHORT, Calibration, default_calibration, is_short
from qa.config import AskConfig
from qa.deciding import Decider
from qa.errors import EmptyQuestionError, QuestionError, QuestionTooLongError
from qa.read import OnnxReader, Reader, load_reader
from qa.stopping import Passages, read_as_needed
from qa.types import Answer, Timings, Turn
from qa.understand.followup import Readings, read_follow_up
from qa.understand.language import other_language, other_language_of_document
from qa.understand.several import asks_for_several

Source = str | Path | Document


@dataclass(frozen=True, slots=True)
class Considered:
    """For each question its passages and its candidate spans, best first, and whether a short text was searched.

    `short`: as in `qa.confidence`. `retrieve` and `read` (the model's own run time): milliseconds for all of the
    questions together.
    """

    hits: list[list[Hit]]
    candidates: list[list[Candidate]]
    short: list[bool]
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
        self.calibration = calibration or calibration_of(self.reader)
        self.config = config or AskConfig()
        self._decider = Decider(index, self.reader.id, self.calibration, self.config)
        self._languages: dict[str, str | None] = {}

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
        cls,
        folder: str | Path,
        *,
        reader: Reader | str | None = None,
        embedder: Embedder | str | None = None,
        dense_only: bool = False,
    ) -> Self:
        """Ask the index saved in `folder`, or in Milvus: `milvus://HOST:PORT/COLLECTION`, `milvus+file:PATH`.

        `dense_only`: search by meaning alone. Raises `IndexStoreError` as `Index.open` does.
        """
        search = SearchConfig(dense_weight=1.0) if dense_only else None
        return cls(Index.open(folder, embedder=_embedder(embedder), search=search), reader=_reader(reader))

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id."""
        return self.index.documents

    @property
    def short(self) -> bool:
        """Whether all documents together are a short text (see `qa.confidence`)."""
        return len(self.index.chunks) <= SHORT

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        top_k: int = 5,
        min_confidence: float | None = None,
        where: Sequence[str] | str = (),
        answers: int | None = None,
    ) -> Answer:
        """The answer to `question`, read with the turns of `history` before it.

        `top_k`: passages that are read. `min_confidence`: from 0 (always answer) to 1; None takes the
        calibrated threshold. `where`: conditions that the documents meet, such as "source=Reuters" or
        "date>=2024-01-01". `answers`: how many different answers are cited at most, where the reader holds them
        for likely, the items of an enumeration each as one; None: several if the question asks for several ("Which
        countries …"), an enumeration as one.
        Raises `EmptyQuestionError`, `QuestionTooLongError`, `FilterError`.
        """
        return self.examine(
            question, history, top_k=top_k, min_confidence=min_confidence, where=where, answers=answers
        )[0]

    def examine(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        top_k: int = 5,
        min_confidence: float | None = None,
        where: Sequence[str] | str = (),
        answers: int | None = None,
    ) -> tuple[Answer, Considered]:
        """`ask`, and what was considered for this one question: to measure or explain it without a second search."""
        conditions = [where] if isinstance(where, str) else list(where)

        def asked(read_as: str, answers: int | None, further: Sequence[str]) -> tuple[Answer, Considered]:
            given, considered = self._answer(
                [question], [read_as], top_k, min_confidence, [*conditions, *further], answers
            )
            return given[0], considered

        def again(question: str, *, answers: int | None = None, where: Sequence[str] = ()) -> Answer:
            return asked(question, answers, where)[0]

        if (reply := reply_to(question, history, self.index, again)) is not None:
            return reply, Considered([[]], [[]], [False], 0.0, 0.0)
        readings = read_follow_up(question, history) if history else Readings(question)
        read = [asked(read_as, answers, ()) for read_as in readings]
        return max(read, key=lambda one: (one[0].answered, one[0].confidence or 0.0))  # of equals the first

    def ask_many(
        self, questions: Sequence[str], *, top_k: int = 5, min_confidence: float | None = None
    ) -> list[Answer]:
        """Answers to unrelated questions, the same as one by one; searching and reading are batched.

        `timings` are the batch's, divided evenly among its questions.
        """
        answers: list[Answer] = []
        for first in range(0, len(questions), self.config.batch):
            batch = questions[first : first + self.config.batch]
            answers += self._answer(batch, batch, top_k, min_confidence, (), None)[0]
        return answers

    def consider(
        self,
        questions: Sequence[str],
        *,
        top_k: int = 5,
        where: Sequence[str] | str = (),
        may_stop: Sequence[bool] = (),
    ) -> Considered:
        """What is found for `questions` before it is decided whether to answer: passages, and spans in them.

        `may_stop`: for each question whether `AskConfig.enough` applies to it; by default to none.
        """
        began = time.perf_counter()
        hits = self.index.search_many(questions, top_k, where=where)
        retrieved = time.perf_counter()
        texts = [[self.index.text(hit.chunk) for hit in found] for found in hits]
        passages = Passages(self.reader, questions, hits, texts)
        stops = may_stop or [False] * len(questions)
        short = [is_short(len(found), top_k, len(self.index.chunks)) for found in hits]
        candidates = read_as_needed(passages, stops, short, self.calibration, self.config)
        return Considered(hits, candidates, short, _ms(began, retrieved), passages.milliseconds)

    def _answer(
        self,
        questions: Sequence[str],
        readings: Sequence[str],
        top_k: int,
        min_confidence: float | None,
        where: Sequence[str] | str,
        answers: int | None,
    ) -> tuple[list[Answer], Considered]:
        if min_confidence is not None and not 0.0 <= min_confidence <= 1.0:
            raise QuestionError(f"min_confidence is {min_confidence}; give a probability from 0 to 1")
        if top_k < 1:
            raise QuestionError(f"top_k is {top_k}; read at least one passage")
        if answers is not None and answers < 1:
            raise QuestionError(f"answers is {answers}; ask for at least one")
        began = time.perf_counter()
        read_as = [self._readable(q, reading) for q, reading in zip(questions, readings, strict=True)]
        may_stop = [answers in (None, 1) and not asks_for_several(asked) for asked in read_as]
        considered = self.consider(read_as, top_k=top_k, where=where, may_stop=may_stop)
        read = time.perf_counter()
        drafts = []
        for i, (question, asked) in enumerate(zip(questions, read_as, strict=True)):
            candidates, short = considered.candidates[i], considered.short[i]
            draft = self._decider.decide(
                question, asked, candidates, short=short, minimum=min_confidence, answers=answers
            )
            drafts.append(replace(draft, warnings=self._warnings(question, candidates)))
        ended = time.perf_counter()
        share = len(questions)
        timings = Timings(
            considered.retrieve / share, considered.read / share, _ms(read, ended) / share, _ms(began, ended) / share
        )
        return [draft.with_timings(timings) for draft in drafts], considered

    def _readable(self, question: str, reading: str) -> str:
        question = question.strip()
        if not question:
            raise EmptyQuestionError("the question is empty; ask something in words")
        _refuse_surrogates(question)
        for asked in (reading.strip() or question, question):  # a follow-up that grew too long is read as it stands
            tokens = self.reader.count_tokens(asked)
            if tokens <= self.reader.max_question_tokens:
                return asked
        raise QuestionTooLongError(
            f"the question is {tokens} tokens long, the reader takes {self.reader.max_question_tokens}; "
            "ask it more briefly"
        )

    def _warnings(self, question: str, candidates: Sequence[Candidate]) -> tuple[str, ...]:
        """One, if question or best candidate's document is in a language that the shipped reader does not know."""
        if self.calibration is None:
            return ()
        of_question = other_language(question)
        of_document = self._language_of(candidates[0].document_id) if candidates else None
        if of_question and of_document:
            document = candidates[0].document_id
            words = {"language": of_question, "document": document, "document_language": of_document}
            return (render("warning_both_languages", **words),)
        if of_question:
            return (render("warning_question_language", language=of_question),)
        if of_document:
            return (render("warning_document_language", document=candidates[0].document_id, language=of_document),)
        return ()

    def _language_of(self, document_id: str) -> str | None:
        if document_id not in self._languages:
            self._languages[document_id] = other_language_of_document(self.documents[document_id].text)
        return self._languages[document_id]


def _refuse_surrogates(question: str) -> None:
    try:
        question.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QuestionError(
            f"the question holds half a character (a lone surrogate) at position {error.start}; type it again"
        ) from error


def _ms(began: float, ended: float) -> float:
    return (ended - began) * 1000


def calibration_of(reader: Reader) -> Calibration | None:
    """The user's own calibration, or the shipped one, for the reader that it was fitted on alone."""
    if not isinstance(reader, OnnxReader):
        return None
    shipped = default_calibration()
    return (kept_calibration(reader.id) or shipped) if shipped.reader == reader.id else None


def _embedder(named: Embedder | str | None) -> Embedder:
    return load_embedder(named) if named is None or isinstance(named, str) else named


def _reader(named: Reader | str | None) -> Reader:
    return load_reader(named) if named is None or isinstance(named, str) else named
