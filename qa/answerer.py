"""Question in, cited answer out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Self

from index import Document, Hit, Index, load_all
from index.config import SearchConfig
from index.embed import Embedder, load_embedder
from qa.abstention import Decider
from qa.calibrations import kept_calibration
from qa.compose.draft import Material
from qa.compose.evidence import UNFITTED, Fusion
from qa.compose.previous_answer import NOWHERE, Nearby, beside, nearby
from qa.compose.reply import reply_to
from qa.confidence import SHORT, Calibration, default_calibration, is_short
from qa.config import AskConfig, AskOptions
from qa.errors import EmptyQuestionError, QuestionError, QuestionTooLongError
from qa.languages import Languages
from qa.passage_readings import ConsideredMany, PassageQueue, PassageReadings
from qa.query_rewriting import in_their_words
from qa.read import OnnxReader, Reader, load_reader
from qa.reading_support import better_supported
from qa.types import Answer, Form, Reason, Timings, Turn
from qa.understand.followup import Readings, carried_words, read_follow_up
from qa.understand.form import understand
from qa.understand.parsed_question import ParsedQuestion
from qa.understand.question_clause import without_story
from qa.unread import weighty_text
from qa.versions import Versions

Source = str | Path | Document
AS_USUAL = AskOptions()
LONGEST_QUESTION = 4_000  # characters, before it is looked at any closer


class Answerer:
    """Answers questions from an index in the documents' own words, or says that the documents do not answer.

    `calibration` is None for any reader but the shipped one: answers then have no confidence, and an answer is
    given if the reader prefers a span to "no answer".
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
        fitted = self.calibration.fusion if self.calibration else None
        self._fusion = Fusion(*fitted) if fitted else UNFITTED
        self._languages = Languages(index.documents)
        self._versions = Versions(index, self.config)

    @classmethod
    def from_sources(
        cls,
        sources: Sequence[Source] | Source,
        *,
        reader: Reader | str | None = None,
        embedder: Embedder | str | None = None,
        encoding: str | None = None,
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
        form: Form | None = None,
    ) -> Answer:
        """Answer `question`, rewritten with the turns of `history` before it.

        `top_k`: passages that are read. `min_confidence`: from 0 (always answer) to 1; None takes the
        calibrated threshold. `where`: conditions on the documents, such as "source=Reuters" or
        "date>=2024-01-01". `answers`: the largest number of different answers to cite, if the reader finds them
        likely; each item of an enumeration counts as one. None: several if the question asks for several ("Which
        countries …"), an enumeration counts as one. `form`: what is cited; None: what the question asks for.
        Raises `EmptyQuestionError`, `QuestionTooLongError`, `FilterError`.
        """
        options = AskOptions(top_k=top_k, min_confidence=min_confidence, where=where, answers=answers, form=form)
        return self.answer(question, history, options)

    def answer(self, question: str, history: Sequence[Turn] = (), options: AskOptions = AS_USUAL) -> Answer:
        """Answer `question` as `ask` does, with all options in one value."""
        return self.examine(question, history, options)[0]

    def examine(
        self, question: str, history: Sequence[Turn] = (), options: AskOptions = AS_USUAL
    ) -> tuple[Answer, PassageReadings]:
        """Answer `question`, and return what was read for it too: to measure or explain it without a second search."""
        _refuse_long(question)

        asked = partial(self._answer, question)

        def again(question: str, *, answers: int | None = None, where: Sequence[str] = ()) -> Answer:
            return asked(question, replace(options, answers=answers, where=[*options.conditions, *where]))[0]

        if options.form is None and (reply := reply_to(question, history, self.index, again)) is not None:
            return reply, PassageReadings([], [], False, 0.0, 0.0, [])
        readings = read_follow_up(question, history) if history else Readings(question)
        near = nearby(history, self.index, options.where)
        read = [asked(read_as, options, near) for read_as in readings]
        return better_supported(read, readings.focus)

    def consider(self, questions: Sequence[str], *, top_k: int = 5, where: Sequence[str] | str = ()) -> ConsideredMany:
        """Return what is found for each of `questions` before it is decided whether to answer: passages and spans."""
        considered = [self._consider(question, top_k=top_k, where=where) for question in questions]
        return ConsideredMany(
            [passages.hits for passages in considered],
            [passages.candidates for passages in considered],
            [passages.short for passages in considered],
            [passages.readings for passages in considered],
        )

    def _consider(
        self,
        question: str,
        *,
        top_k: int,
        where: Sequence[str] | str,
        clause: str | None = None,
        unread: bool = False,
        before: Sequence[Hit] = (),
    ) -> PassageReadings:
        """Return what is found for a question. `clause`: the part that the passages are read with, None for all of it.
        `unread`: whether they are only found. `before`: passages that are read beside those that are found.
        """
        began = time.perf_counter()
        hits = beside(self._versions.find(question, top_k, where), before)
        retrieved = time.perf_counter()
        texts = [] if unread else [self.index.readable(hit.chunk) for hit in hits]
        passages = PassageQueue(self.reader, clause or question, hits, texts)
        short = is_short(len(hits), top_k, len(self.index.chunks))
        passages.read(best=self.config.candidates)
        candidates = self._versions.read(passages, self.calibration, question, where)
        return PassageReadings(hits, candidates, short, _ms(began, retrieved), passages.milliseconds, passages.readings)

    def _answer(
        self, question: str, reading: str, options: AskOptions, near: Nearby = NOWHERE
    ) -> tuple[Answer, PassageReadings]:
        """Return the answer to `question`, which is read as `reading`, and what was considered for it."""
        began = time.perf_counter()
        read_as = self._readable(question, reading)
        asked = understand(read_as) if options.form is None else ParsedQuestion(read_as, options.form)
        consider = partial(self._consider, top_k=options.top_k, where=options.where, before=near.passages)
        considered = consider(
            read_as,
            clause=without_story(read_as),
            unread=asked.form is Form.OVERVIEW,  # sentences are weighed against each other, not read
        )
        read = time.perf_counter()
        material = self._material(asked, considered, question, near)
        draft = self._decider.decide(
            question,
            material,
            minimum=options.min_confidence,
            answers=options.answers,
            strict=options.form is not None,
            consider=lambda part: self._material(part, consider(part.question), question, near),
        )
        draft = draft if draft.answered else self._with_unread(draft, material.documents)
        likeliest = [candidate.document_id for candidate in material.candidates[:1]] or material.documents
        warned = self._languages.warnings(question, likeliest[:1]) if self.calibration else ()
        draft = self._versions.cited(replace(draft, warnings=warned), material.candidates, options.where)
        ended = time.perf_counter()
        timings = Timings(considered.retrieve, considered.read, _ms(read, ended), _ms(began, ended))
        return replace(draft, timings=timings), considered

    def _with_unread(self, abstention: Answer, searched: Sequence[str]) -> Answer:
        """Return `abstention` with the reason that parts of the searched documents could not be read."""
        unread = weighty_text(self.documents[document_id] for document_id in searched)
        return replace(abstention, reason=Reason.UNREAD, unread=unread) if unread else abstention

    def _material(self, asked: ParsedQuestion, considered: PassageReadings, typed: str, near: Nearby) -> Material:
        return Material(
            asked, self.index, considered.hits, considered.readings, considered.candidates, considered.short,
            self.config, self._fusion, carried_words(typed, asked.question), near,
        )  # fmt: skip

    def _readable(self, question: str, reading: str) -> str:
        question = question.strip()
        if not question:
            raise EmptyQuestionError("the question is empty; ask something in words")
        try:
            question.encode("utf-8")
        except UnicodeEncodeError as error:
            raise QuestionError(
                f"the question holds half a character (a lone surrogate) at position {error.start}; type it again"
            ) from error
        respelt = in_their_words(reading.strip() or question, self.index, self.reader)
        for asked in (respelt, question):  # a follow-up that grew too long is read as it stands
            tokens = self.reader.count_tokens(asked)
            if tokens <= self.reader.max_question_tokens:
                return asked
        raise QuestionTooLongError(
            f"the question is {tokens} tokens long, the reader takes {self.reader.max_question_tokens}; "
            "ask it more briefly"
        )


def _refuse_long(question: str) -> None:
    """Raise `QuestionTooLongError` before the question is analysed."""
    length = len(question.strip())
    if length > LONGEST_QUESTION:
        raise QuestionTooLongError(
            f"the question is {length} characters long, the limit is {LONGEST_QUESTION}; ask it more briefly"
        )


def _ms(began: float, ended: float) -> float:
    return (ended - began) * 1000


def calibration_of(reader: Reader) -> Calibration | None:
    """Return the user's own calibration or the shipped one; only for the reader that it was fitted on."""
    if not isinstance(reader, OnnxReader):
        return None
    shipped = default_calibration()
    return (kept_calibration(reader.id) or shipped) if shipped.reader == reader.id else None


def _embedder(named: Embedder | str | None) -> Embedder:
    return load_embedder(named) if named is None or isinstance(named, str) else named


def _reader(named: Reader | str | None) -> Reader:
    return load_reader(named) if named is None or isinstance(named, str) else named
