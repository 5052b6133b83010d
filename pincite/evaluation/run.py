"""Asks every question once, in order, and judges what came back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from index import Chunk, Index
from pincite.evaluation.gold import LocatedPair
from pincite.evaluation.judging import EvalRow, Judge
from pincite.evaluation.protocol import Conditions
from pincite.evaluation.types import Pair, Scope
from qa.answerer import Answerer
from qa.config import AskConfig, AskOptions
from qa.errors import PairsError, QuestionError
from qa.types import Form


def evaluate(
    asked: Sequence[LocatedPair],
    answerer_for: Callable[[Pair], Answerer],
    conditions: Conditions,
    *,
    top_k: int = 5,
    min_confidence: float | None = None,
    several: bool = False,
    form: Form | None = Form.SPAN,
) -> Iterator[EvalRow]:
    """Ask the questions in their order; a row as each is answered.

    In the scope of paragraphs, `answerer_for` is called once for each run of pairs that bring the same one, and what it
    returned is let go before the next call; otherwise it is called once. `several`: ask for several answers each.
    `form`: what is cited, None for what each question asks for.
    Raises `PairsError`, naming the row, for a question that cannot be asked.
    """
    each_its_own = conditions.protocol.scope is Scope.PARAGRAPH
    answers = AskConfig().answers if several else None
    options = AskOptions(top_k=top_k, min_confidence=min_confidence, answers=answers, form=form)
    for _, group in groupby(asked, key=lambda located: id(located.pair.document) if each_its_own else None):
        questions = list(group)
        answerer = answerer_for(questions[0].pair)
        sentences = None if form is Form.SPAN else answerer.index.sentences
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
    """Return the passages of every document that holds a gold answer."""
    homes = {place.document_id for located in asked for place in located.places}
    chunks: dict[str, list[Chunk]] = defaultdict(list)
    if homes:
        for chunk in index.chunks:
            if chunk.document_id in homes:
                chunks[chunk.document_id].append(chunk)
    return chunks
