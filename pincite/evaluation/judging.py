"""Judges one question and its answer as a row of the result: scores, passages, verdict.

Verdicts: an answer to an answerable question is *right* if its F1 is at least 0.5; the calibrated confidence is the
probability of this. Otherwise the verdict names the first step that failed: no passage with a gold answer was retrieved
(*not retrieved*, whether the question was answered or declined); one was retrieved, but the question was declined
(*wrongly declined*); the answer came from a passage without a gold answer (*not read*), or from other words of a
passage with one (*wrong span*). An unanswerable question is *rightly declined* or *wrongly answered*. In a form wider
than a span, an answer that cites a sentence with a gold answer is *right*, whatever its F1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from pydantic import JsonValue, TypeAdapter

from index import Chunk, Document, Hit
from pincite.evaluation.gold import EvalExcerpt, GoldAnswer, GoldSpan, LocatedPair, excerpts
from pincite.evaluation.metrics import ListScore, Score, SentenceScore, SentencesOf, score, score_list, score_sentences
from pincite.evaluation.types import EvalVerdict, Pair, Rules, Withheld, answer_length, question_type
from qa.candidates import Candidate
from qa.passage_readings import PassageReadings
from qa.types import Answer, Citation, Status, Timings, Turn

RIGHT = 50.0  # F1 from which an answer counts as right


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """A citation of an answer, and the sentence around it."""

    document_id: str
    start: int
    end: int
    sentence_start: int
    sentence_end: int


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One of the answers given, and the places cited for it."""

    text: str
    places: list[CitedPlace]


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A retrieved passage with its scores. `holds`: the indices of its gold answers. `gold`: whether it has any."""

    document_id: str
    start: int
    end: int
    score: float
    dense: float | None
    lexical: float | None
    gold: bool
    holds: list[int]


@dataclass(frozen=True, slots=True)
class EvalRow:
    """One question of the result; docs/evaluation.md describes the fields.

    `exact`, `f1`, `best_f1` are from 0 to 100; `official` has the first two from 0 to 1, as the scripts sum them.
    Places are half-open spans of a document's text, in code points.
    """

    id: str
    question: str
    read_as: str
    place: str
    history: list[Turn]
    title: str
    source: str | None
    type: str
    answer_length: str
    document: str
    answerable: bool
    withheld: str | None
    gold: list[GoldAnswer]
    status: str
    reason: str | None
    confidence: float | None
    answers: list[GivenAnswer]
    best: EvalExcerpt | None
    exact: float
    f1: float
    best_f1: float
    list_score: ListScore | None
    verdict: str
    retrieved: list[RetrievedPassage]
    relevant: int | None
    passages: list[EvalExcerpt]
    timings: Timings
    official: Score
    form: str = "span"
    sentences: SentenceScore | None = None

    def to_dict(self) -> dict[str, JsonValue]:
        """Return plain data for JSON."""
        plain: dict[str, JsonValue] = _ROW.dump_python(self, mode="json")
        return plain

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> EvalRow:
        """Return the row that `to_dict` wrote; older rows without `official` get it from the percentages.

        Raises `ValueError`, `KeyError` or `TypeError` for data that are no row.
        """
        if unknown := record.keys() - {field.name for field in fields(cls)}:
            raise ValueError(f"unknown: {', '.join(map(repr, sorted(unknown)))}")
        official = {name: record[name] / 100 for name in ("exact", "f1")}
        return _ROW.validate_python({"official": official, **record})

    @property
    def declined(self) -> bool:
        """Return whether no answer was given; a reply to small talk is no answer."""
        return self.status != Status.ANSWERED

    @property
    def right(self) -> bool:
        """Return whether the best candidate is right, answered or not; in a wider form, if a gold sentence is cited."""
        if self.sentences is not None and self.sentences.right is not None:
            return self.sentences.right
        return self.best_f1 >= RIGHT

    @property
    def placed(self) -> bool:
        """Return whether a gold answer has a known place, so that retrieval and citation can be judged."""
        return self.answerable and any(answer.places for answer in self.gold)


_ROW = TypeAdapter(EvalRow)


@dataclass(frozen=True, slots=True)
class Judge:
    """Makes rows. `documents`: the documents asked. `chunks`: the passages of each document with a gold answer.

    `several`: all gold answers are wanted, not one of them. `sentences_of`: returns a document's sentences if sentences
    are cited; None if spans are.
    """

    documents: Mapping[str, Document]
    chunks: Mapping[str, Sequence[Chunk]]
    several: bool = False
    sentences_of: SentencesOf | None = None

    def row(
        self, asked: LocatedPair, withheld: Withheld | None, answer: Answer, considered: PassageReadings
    ) -> EvalRow:
        """Return the row of one question."""
        pair, hits, candidates = asked.pair, considered.hits, considered.candidates
        answerable = pair.answerable and withheld is None
        references, rules = references_of(pair, answerable=answerable)
        given = score(answer.text if answer.answered else None, references, rules)
        best = self._best(candidates)
        best_f1 = 100 * score(best.text, references, rules).f1 if best and answerable else 0.0
        answers = _answers(answer.citations)
        retrieved = [_retrieved(hit, asked, answerable) for hit in hits]
        sentences = self._sentences(answer, asked, answerable=answerable)
        by_words = sentences is None or sentences.right is None
        right = 100 * given.f1 >= RIGHT if by_words else sentences is not None and sentences.good > 0
        verdict = _verdict(answerable, answer, right, hits, asked)
        return EvalRow(
            id=pair.id,
            question=pair.question,
            read_as=answer.read_as,
            place=pair.place,
            history=list(pair.history),
            title=pair.title,
            source=pair.source or None,
            type=question_type(pair.question),
            answer_length=answer_length(references),
            document=_group(pair, asked),
            answerable=answerable,
            withheld=withheld,
            gold=list(asked.gold),
            status=answer.status,
            reason=answer.reason,
            confidence=answer.confidence,
            answers=answers,
            best=best,
            exact=100 * given.exact,
            f1=100 * given.f1,
            best_f1=best_f1,
            list_score=score_list([entry.text for entry in answers], references) if self.several else None,
            verdict=verdict,
            retrieved=retrieved,
            relevant=self._relevant(asked) if answerable and asked.places else None,
            passages=self._passages(asked, answers, best, hits),
            timings=answer.timings,
            official=given,
            form=answer.form,
            sentences=sentences,
        )

    def _sentences(self, answer: Answer, asked: LocatedPair, *, answerable: bool) -> SentenceScore | None:
        if self.sentences_of is None:
            return None
        wanted = asked if answerable else replace(asked, gold=())
        return score_sentences(answer, wanted, self.sentences_of, several=self.several)

    def _best(self, candidates: Sequence[Candidate]) -> EvalExcerpt | None:
        for c in candidates[:1]:
            return EvalExcerpt(c.document_id, c.start, c.end, self.documents[c.document_id].text[c.start : c.end])
        return None

    def _relevant(self, asked: LocatedPair) -> int:
        """Return how many passages of the documents contain a gold answer."""
        document_ids = {place.document_id for place in asked.places}
        return sum(_holds(chunk, asked.places) for key in document_ids for chunk in self.chunks.get(key, ()))

    def _passages(
        self, asked: LocatedPair, answers: Sequence[GivenAnswer], best: EvalExcerpt | None, hits: Sequence[Hit]
    ) -> list[EvalExcerpt]:
        cited = [place for answer in answers for place in answer.places]
        spans = [GoldSpan(place.document_id, place.start, place.end) for place in cited or filter(None, [best])]
        spans += [place for answer in asked.gold for place in answer.places[:1]]
        gold_documents = sorted({place.document_id for place in asked.places})
        near = [hit.chunk for hit in hits] + [chunk for key in gold_documents for chunk in self.chunks.get(key, ())]
        return excerpts(spans, near, self.documents)


def references_of(pair: Pair, *, answerable: bool) -> tuple[tuple[str, ...], Rules]:
    """Return the references and rules of a question; unanswerable ones are scored by 2.0, as 1.1 has none."""
    return (pair.answers, pair.rules) if answerable else ((), Rules.V2_0)


def _verdict(answerable: bool, answer: Answer, right: bool, hits: Sequence[Hit], asked: LocatedPair) -> EvalVerdict:
    if not answerable:
        return EvalVerdict.WRONGLY_ANSWERED if answer.answered else EvalVerdict.RIGHTLY_DECLINED
    if answer.answered and right:
        return EvalVerdict.RIGHT
    holding = [hit.chunk for hit in hits if _holds(hit.chunk, asked.places)]
    if asked.places and not holding:
        return EvalVerdict.NOT_RETRIEVED
    if not answer.answered:
        return EvalVerdict.WRONGLY_DECLINED
    first = answer.citations[0]
    inside = any(c.document_id == first.document_id and c.start <= first.start < c.end for c in holding)
    return EvalVerdict.WRONG_SPAN if inside or not asked.places else EvalVerdict.NOT_READ


def _holds(chunk: Chunk, places: Sequence[GoldSpan]) -> bool:
    return any(place.overlaps(chunk.document_id, chunk.start, chunk.end) for place in places)


def _retrieved(hit: Hit, asked: LocatedPair, answerable: bool) -> RetrievedPassage:
    holds = [i for i, gold in enumerate(asked.gold) if answerable and _holds(hit.chunk, gold.places)]
    chunk, parts = hit.chunk, hit.parts
    return RetrievedPassage(
        chunk.document_id, chunk.start, chunk.end, hit.score, parts.dense, parts.lexical, bool(holds), holds
    )


def _answers(citations: Sequence[Citation]) -> list[GivenAnswer]:
    """Return the distinct answers, each with its places; citations of the same words are one answer."""
    answers: dict[str, GivenAnswer] = {}
    for c in citations:
        answer = answers.setdefault(c.quote.casefold(), GivenAnswer(c.quote, []))
        answer.places.append(CitedPlace(c.document_id, c.start, c.end, c.sentence_start, c.sentence_end))
    return list(answers.values())


def _group(pair: Pair, asked: LocatedPair) -> str:
    """Return the group of a question in the figures by document: its article, its source, or its answer's document."""
    document_ids = [place.document_id for place in asked.places]
    return pair.title or pair.source or next(iter(document_ids), "(no document)")
