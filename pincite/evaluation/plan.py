"""Plans a measurement, which is the same for every setting of a sweep; asks each question in order, and judges it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib.metadata import version
from itertools import groupby

from index import Chunk, Document, Index
from index.opening import open_store
from pincite.evaluation.gold import LocatedPair, locate
from pincite.evaluation.judging import EvalRow, Judge
from pincite.evaluation.protocol import Conditions, Protocol
from pincite.evaluation.shapes import Settings
from pincite.evaluation.types import Pair, Scope
from pincite.evaluation.workshop import Workshop
from qa.answerer import Answerer
from qa.config import AskConfig, AskOptions
from qa.errors import PairsError, QuestionError
from qa.read import Reader
from qa.types import Form


@dataclass(frozen=True, slots=True)
class Plan:
    """`asked`: the questions, in order. `documents`: the documents to index, or `index`: the saved index to ask.

    `several`: all gold answers are wanted. `described`: the settings for the result, except those of the setup.
    """

    asked: Sequence[LocatedPair]
    conditions: Conditions
    documents: Sequence[Document]
    index: str | None
    several: bool
    described: Settings

    def settings(self, workshop: Workshop) -> Settings:
        """Return the models and settings of the measurement with `workshop`, for the result and for resuming."""
        setup = workshop.setup
        threshold = short_threshold = setup.min_confidence
        calibration = workshop.calibration
        if threshold is None and calibration is not None:
            threshold, short_threshold = calibration.least(short=False), calibration.least(short=True)
        return {
            "pincite": version("pincite"),
            **self.described,
            **asdict(setup),
            "reader": workshop.reader.id,
            "embedder": workshop.embedder.id,
            "calibration": calibration.id if calibration else None,
            "threshold": threshold,
            "short_threshold": short_threshold,
        }

    def prepare(self, workshop: Workshop) -> None:
        """Index the documents before the first question, so that it is not slower than the others."""
        if self.index is None and not self._own_paragraph_only:
            workshop.over_all(self.documents)

    @property
    def _own_paragraph_only(self) -> bool:
        """Return whether each question is asked only of the paragraph that comes with it."""
        has_paragraphs = bool(self.asked) and self.asked[0].pair.document is not None
        return has_paragraphs and self.conditions.protocol.scope is Scope.PARAGRAPH

    def rows(self, workshop: Workshop, done: Mapping[str, EvalRow]) -> Iterator[EvalRow]:
        """Ask the questions that are not `done`, and yield their rows."""
        setup = workshop.setup
        options = AskOptions(
            top_k=setup.top_k,
            min_confidence=setup.min_confidence,
            answers=AskConfig().answers if self.several else None,
            form=setup.asked_form,
        )
        asked = [located for located in self.asked if located.pair.id not in done]
        return evaluate(asked, partial(self._answerer, workshop), self.conditions, options)

    def _answerer(self, workshop: Workshop, pair: Pair) -> Answerer:
        if self.index is not None:
            return workshop.open(self.index)
        if self._own_paragraph_only and pair.document is not None:
            return workshop.over(pair.document)
        return workshop.over_all(self.documents)


def make_plan(
    pairs: Sequence[Pair],
    chosen: Sequence[Pair],
    protocol: Protocol,
    documents: Sequence[Document],
    index: str | None,
    *,
    workshop: Workshop,
    several: bool,
    by_text: bool,
    described: Settings,
) -> Plan:
    """Return a plan to ask the questions `chosen` from `pairs`, of `documents` or of the saved `index`.

    Raises `PairsError`, before any question is asked, for a pair whose answers are not at their spans, and for a
    question that is too long for the reader.
    """
    _check_lengths(chosen, workshop.reader)
    known: Mapping[str, Document] = {document.id: document for document in documents}
    if index is not None:
        known = workshop.open(index).documents
    conditions = Conditions.of(protocol, pairs)
    asked = locate(chosen, known, by_text=by_text)
    contents = open_store(index).contents() if index is not None else _digest(documents)
    return Plan(asked, conditions, documents, index, several, {**described, "documents_sha256": contents})


def unplaced(plan: Plan) -> list[str]:
    """Return the places, in the pairs' file, of answerable questions whose answers the documents do not contain."""
    return [located.pair.place for located in plan.asked if located.pair.answerable and not located.places]


def _check_lengths(pairs: Sequence[Pair], reader: Reader) -> None:
    for pair in pairs:
        if (tokens := reader.count_tokens(pair.question.strip())) > reader.max_question_tokens:
            problem = f"the question is {tokens} tokens long, the reader takes {reader.max_question_tokens}"
            raise PairsError(f"{pair.place}, field 'question': {problem}; ask it more briefly")


def _digest(documents: Sequence[Document]) -> str:
    listed = "".join(f"{document.id}\0{document.sha256}\n" for document in documents)
    return hashlib.sha256(listed.encode()).hexdigest()[:12]


def evaluate(
    asked: Sequence[LocatedPair],
    answerer_for: Callable[[Pair], Answerer],
    conditions: Conditions,
    options: AskOptions,
) -> Iterator[EvalRow]:
    """Ask the questions in order, and yield the row of each when it is answered.

    In the scope of paragraphs, `answerer_for` is called once for each run of pairs with the same paragraph, and its
    answerer is released before the next call; otherwise it is called once. `options`: those of every question, except
    the conditions on documents. Raises `PairsError`, with the row, for a question that cannot be asked.
    """
    by_paragraph = conditions.protocol.scope is Scope.PARAGRAPH
    for _, group in groupby(asked, key=lambda located: id(located.pair.document) if by_paragraph else None):
        questions = list(group)
        answerer = answerer_for(questions[0].pair)
        sentences = None if options.form is Form.SPAN else answerer.index.sentences
        several = options.answers is not None
        judge = Judge(answerer.documents, _chunks(answerer.index, questions), several, sentences)
        for question in questions:
            yield _ask(question, answerer, judge, conditions, options)
        del answerer, judge


def _ask(asked: LocatedPair, answerer: Answerer, judge: Judge, conditions: Conditions, options: AskOptions) -> EvalRow:
    pair = asked.pair
    withheld, where = conditions.of_question(asked)
    try:
        answer, considered = answerer.examine(pair.question, pair.history, replace(options, where=where))
    except QuestionError as error:
        raise PairsError(f"{pair.place}, field 'question': {error}") from error
    return judge.row(asked, withheld, answer, considered)


def _chunks(index: Index, asked: Sequence[LocatedPair]) -> Mapping[str, list[Chunk]]:
    """Return the passages of every document that contains a gold answer."""
    document_ids = {place.document_id for located in asked for place in located.places}
    chunks: dict[str, list[Chunk]] = defaultdict(list)
    if document_ids:
        for chunk in index.chunks:
            if chunk.document_id in document_ids:
                chunks[chunk.document_id].append(chunk)
    return chunks
