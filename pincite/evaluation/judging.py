"""One question and what it got, as a row of the result: the scores, the passages, the verdict.

Verdicts: an answerable question answered with F1 ≥ 0.5 is *right*, which is also what the calibrated confidence is the
probability of. Otherwise the first thing that went wrong is named: no passage with a gold answer was found (*not
retrieved*, whether it then answered or declined); one was found, but it declined (*wrongly declined*); it answered from
a passage without a gold answer (*not read*); it took other words of a passage that has one (*wrong span*). A question
that is not answerable is *rightly declined* or *wrongly answered*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from index import Chunk, Document, Hit
from pincite.evaluation.excerpts import excerpts
from pincite.evaluation.gold import Asked, GoldSpan
from pincite.evaluation.kinds import answer_length, question_type
from pincite.evaluation.lists import score_list
from pincite.evaluation.metrics import score
from pincite.evaluation.types import Pair, Rules, Verdict, Withheld
from qa.answerer import Considered
from qa.candidates import Candidate
from qa.types import Answer, Citation, Turn

RIGHT = 50.0  # F1 from which an answer counts as right


@dataclass(frozen=True, slots=True)
class Row:
    """One question of the result, as plain data; docs/evaluation.md says what each field holds.

    `exact`, `f1`, `best_f1` run from 0 to 100; `official` has the first two as the scripts sum them up, from 0 to 1.
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
    gold: list[dict[str, Any]]
    status: str
    reason: str | None
    confidence: float | None
    answers: list[dict[str, Any]]
    best: dict[str, Any] | None
    exact: float
    f1: float
    best_f1: float
    list_score: dict[str, Any] | None
    verdict: str
    retrieved: list[dict[str, Any]]
    relevant: int | None
    passages: list[dict[str, Any]]
    timings: dict[str, float]
    official: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, not copied: its fields are plain data already."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """The row that `to_dict` wrote; rows written before there was `official` get it from the percentages."""
        return cls(**{"official": {name: record[name] / 100 for name in ("exact", "f1")}, **record})

    @property
    def declined(self) -> bool:
        """Whether no answer was given."""
        return self.status == "abstained"

    @property
    def right(self) -> bool:
        """Whether the best candidate is right, be it given or not."""
        return self.best_f1 >= RIGHT

    @property
    def placed(self) -> bool:
        """Whether it is answerable and known where an answer stands, so that search and citation can be judged."""
        return self.answerable and any(answer["places"] for answer in self.gold)


@dataclass(frozen=True, slots=True)
class Judge:
    """Makes rows. `documents`: those asked; `chunks`: of each document that holds gold, its passages.

    `several`: every gold answer is wanted, not one of them.
    """

    documents: Mapping[str, Document]
    chunks: Mapping[str, Sequence[Chunk]]
    several: bool = False

    def row(self, asked: Asked, withheld: Withheld | None, answer: Answer, considered: Considered) -> Row:
        """What became of one question."""
        pair, (hits,), (candidates,) = asked.pair, considered.hits, considered.candidates
        answerable = pair.answerable and withheld is None
        references, rules = references_of(pair, answerable=answerable)
        given = score(answer.text, references, rules)
        best = self._best(candidates)
        best_f1 = 100 * score(best["text"], references, rules).f1 if best and answerable else 0.0
        answers = _answers(answer.citations)
        retrieved = [_retrieved(hit, asked, answerable) for hit in hits]
        verdict = _verdict(answerable, answer, 100 * given.f1, hits, asked)
        return Row(
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
            gold=[{"text": one.text, "places": [asdict(place) for place in one.places]} for one in asked.gold],
            status=answer.status,
            reason=answer.reason,
            confidence=answer.confidence,
            answers=answers,
            best=best,
            exact=100 * given.exact,
            f1=100 * given.f1,
            best_f1=best_f1,
            list_score=asdict(score_list([one["text"] for one in answers], references)) if self.several else None,
            verdict=verdict,
            retrieved=retrieved,
            relevant=self._relevant(asked) if answerable and asked.places else None,
            passages=self._passages(asked, answers, best, hits),
            timings=asdict(answer.timings),
            official=asdict(given),
        )

    def _best(self, candidates: Sequence[Candidate]) -> dict[str, Any] | None:
        for c in candidates[:1]:
            text = self.documents[c.document_id].text[c.start : c.end]
            return {"text": text, "document_id": c.document_id, "start": c.start, "end": c.end}
        return None

    def _relevant(self, asked: Asked) -> int:
        """How many passages of all there are hold a gold answer."""
        homes = {place.document_id for place in asked.places}
        return sum(_holds(chunk, asked.places) for home in homes for chunk in self.chunks.get(home, ()))

    def _passages(
        self, asked: Asked, answers: Sequence[dict[str, Any]], best: dict[str, Any] | None, hits: Sequence[Hit]
    ) -> list[dict[str, Any]]:
        said = [place for one in answers for place in one["places"]] or ([best] if best else [])
        spans = [GoldSpan(place["document_id"], place["start"], place["end"]) for place in said]
        spans += [place for one in asked.gold for place in one.places[:1]]
        homes = {place.document_id for place in asked.places}
        near = [hit.chunk for hit in hits] + [chunk for home in sorted(homes) for chunk in self.chunks.get(home, ())]
        return excerpts(spans, near, self.documents)


def references_of(pair: Pair, *, answerable: bool) -> tuple[tuple[str, ...], Rules]:
    """What an answer is scored against; SQuAD 1.1 knows no questions without an answer, so 2.0's rules score those."""
    return (pair.answers, pair.rules) if answerable else ((), Rules.V2_0)


def _verdict(answerable: bool, answer: Answer, f1: float, hits: Sequence[Hit], asked: Asked) -> Verdict:
    if not answerable:
        return Verdict.WRONGLY_ANSWERED if answer.answered else Verdict.RIGHTLY_DECLINED
    if answer.answered and f1 >= RIGHT:
        return Verdict.RIGHT
    holding = [hit.chunk for hit in hits if _holds(hit.chunk, asked.places)]
    if asked.places and not holding:
        return Verdict.NOT_RETRIEVED
    if not answer.answered:
        return Verdict.WRONGLY_DECLINED
    first = answer.citations[0]
    inside = any(c.document_id == first.document_id and c.start <= first.start < c.end for c in holding)
    return Verdict.WRONG_SPAN if inside or not asked.places else Verdict.NOT_READ


def _holds(chunk: Chunk, places: Sequence[GoldSpan]) -> bool:
    return any(place.overlaps(chunk.document_id, chunk.start, chunk.end) for place in places)


def _retrieved(hit: Hit, asked: Asked, answerable: bool) -> dict[str, Any]:
    holds = [i for i, one in enumerate(asked.gold) if answerable and _holds(hit.chunk, one.places)]
    return {
        **asdict(hit.chunk),
        "score": hit.score,
        "dense": hit.parts.dense,
        "lexical": hit.parts.lexical,
        "gold": bool(holds),
        "holds": holds,
    }


def _answers(citations: Sequence[Citation]) -> list[dict[str, Any]]:
    """The different answers, each with its places: citations of the same words are places of one answer."""
    found: dict[str, dict[str, Any]] = {}
    for place in citations:
        one = found.setdefault(place.quote.casefold(), {"text": place.quote, "places": []})
        told = ("document_id", "start", "end", "sentence_start", "sentence_end")
        one["places"].append({name: getattr(place, name) for name in told})
    return list(found.values())


def _group(pair: Pair, asked: Asked) -> str:
    """What the figures by document call it: its article, its source, or the document that holds its answer."""
    homes = [place.document_id for place in asked.places]
    return pair.title or pair.source or next(iter(homes), "(no document)")
