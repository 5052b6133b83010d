"""Plans a measurement: the questions, their documents and how they are asked; the same for every setting of a sweep."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version

from index import Document
from index.opening import open_store
from pincite.evaluation.gold import LocatedPair, locate
from pincite.evaluation.judging import EvalRow
from pincite.evaluation.protocol import Conditions, Protocol
from pincite.evaluation.run import evaluate
from pincite.evaluation.shapes import Settings
from pincite.evaluation.types import Pair, Scope
from pincite.evaluation.workshop import Workshop
from qa.answerer import Answerer
from qa.errors import PairsError
from qa.read import Reader


@dataclass(frozen=True, slots=True)
class Plan:
    """`asked`: the questions, in order. `documents`: those to be indexed, or `index`: the saved index to ask.

    `several`: every gold answer is wanted. `described`: what a result says of how it was measured, setup apart.
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
        """Index the documents first, so that the first question is not slower than the others."""
        if self.index is None and not self._each_alone:
            workshop.over_all(self.documents)

    @property
    def _each_alone(self) -> bool:
        """Whether a question is asked of the paragraph that it brings along, and of nothing else."""
        brought = bool(self.asked) and self.asked[0].pair.document is not None
        return brought and self.conditions.protocol.scope is Scope.PARAGRAPH

    def rows(self, workshop: Workshop, done: Mapping[str, EvalRow]) -> Iterator[EvalRow]:
        """Ask the questions that are not `done`."""
        setup = workshop.setup
        return evaluate(
            [located for located in self.asked if located.pair.id not in done],
            self._answerer_for(workshop),
            self.conditions,
            top_k=setup.top_k,
            min_confidence=setup.min_confidence,
            several=self.several,
            form=setup.asked_form,
        )

    def _answerer_for(self, workshop: Workshop) -> Callable[[Pair], Answerer]:
        def answerer_for(pair: Pair) -> Answerer:
            if self.index is not None:
                return workshop.open(self.index)
            if self._each_alone and pair.document is not None:
                return workshop.over(pair.document)
            return workshop.over_all(self.documents)

        return answerer_for


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
    """The plan to ask `chosen`, some of `pairs`, of `documents` (if they bring paragraphs, all of these) or of `index`.

    Raises `PairsError` for a pair whose answers are not where it says, and for a question that is too long for the
    reader, before anything is asked.
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
    """The places of the answerable questions that have no answer that stands verbatim in what they are asked of."""
    return [located.pair.place for located in plan.asked if located.pair.answerable and not located.places]


def _check_lengths(pairs: Sequence[Pair], reader: Reader) -> None:
    for pair in pairs:
        if (tokens := reader.count_tokens(pair.question.strip())) > reader.max_question_tokens:
            problem = f"the question is {tokens} tokens long, the reader takes {reader.max_question_tokens}"
            raise PairsError(f"{pair.place}, field 'question': {problem}; ask it more briefly")


def _digest(documents: Sequence[Document]) -> str:
    total = hashlib.sha256()
    for document in documents:
        total.update(f"{document.id}\0{document.sha256}\n".encode())
    return total.hexdigest()[:12]
