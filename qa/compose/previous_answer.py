"""Reads the previous answer from the turns of a conversation, and finds what stands near it.

A follow-up has few words of its own to search with, so beside the passages that search finds those of the answer
before are read, and its sentences count for more the nearer they are to it: what is found for a turn depends on the
turns before it, as in Qu et al., Open-Retrieval Conversational Question Answering (2020).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from index import Hit, Index
from qa.citing import cite
from qa.compose.evidence import Sentence
from qa.types import Answer, Citation, Turn
from qa.understand.followup import LOOKED_AT, exchanges_of
from qa.understand.talk import Act, move_of


@dataclass(frozen=True, slots=True)
class PreviousAnswer:
    """`question`: as it was read. `places`: what was cited; for an abstention, the nearest statement."""

    question: str
    answered: bool
    places: tuple[Citation, ...]
    confidence: float | None


def previous_answer(history: Sequence[Turn], index: Index, ask: Callable[[str], Answer]) -> PreviousAnswer | None:
    """Return the answer of the last turn that asked the document; None if no turn did.

    It is asked again unless the turn says what it cited.
    """
    turn = next((turn for turn in reversed(history) if _asks_document(turn)), None)
    exchanges = exchanges_of(history)
    if turn is None or not exchanges:
        return None
    question = exchanges[-1].question
    places = tuple(_places(turn, index))
    if places:
        confidence = turn.get("confidence")
        answered = turn.get("status") == "answered"
        return PreviousAnswer(question, answered, places, confidence if isinstance(confidence, float) else None)
    answer = ask(question)
    nearest = () if answer.nearest is None else (answer.nearest,)
    return PreviousAnswer(question, answer.answered, answer.citations or nearest, answer.confidence)


def shown_earlier(history: Sequence[Turn], index: Index) -> list[Citation]:
    """Return what the last turn that asked the document cited, and what replies have shown since, in that order."""
    shown: list[Citation] = []
    for turn in reversed(history):
        shown = [*_places(turn, index), *shown]
        if _asks_document(turn):
            break
    return shown


def last_places(history: Sequence[Turn], index: Index) -> list[Citation]:
    """Return what the last turn that asked the document says that it cited; empty where it does not say."""
    return next((list(_places(turn, index)) for turn in reversed(history) if _asks_document(turn)), [])


def _asks_document(turn: Turn) -> bool:
    if "status" in turn and turn["status"] is not None:
        return bool(turn["status"] != "replied")
    move = move_of(str(turn.get("question") or "")[:LOOKED_AT])
    return move is None or move.act is Act.CORRECTION


def _places(turn: Turn, index: Index) -> Iterator[Citation]:
    """Yield the turn's citations as they stand in the documents that are there, those that do not left out."""
    nearest = turn.get("nearest")
    for given in [*(turn.get("citations") or ()), *([nearest] if nearest else [])]:
        if isinstance(given, Mapping) and (place := _stands(given, index)):
            document_id, start, end = place
            yield _with_focus(cite(index, document_id, start, end), given)


def _with_focus(place: Citation, given: Mapping[str, Any]) -> Citation:
    """Return `place` with the words that matter most, if the turn says which they are."""
    start, end = given.get("focus_start"), given.get("focus_end")
    if not isinstance(start, int) or not isinstance(end, int) or not place.start <= start < end <= place.end:
        return place
    return replace(place, focus_start=start, focus_end=end)


def _stands(given: Mapping[str, Any], index: Index) -> tuple[str, int, int] | None:
    document_id, start, end = given.get("document_id"), given.get("start"), given.get("end")
    if not isinstance(document_id, str) or not isinstance(start, int) or not isinstance(end, int):
        return None
    if document_id not in index.documents or not 0 <= start < end:
        return None
    quoted = index.documents[document_id].text[start:end]
    return (document_id, start, end) if quoted == given.get("quote") else None


DEEP = 10  # passages among which the answer before is looked for
MOST = 2  # places of it that count
WORDS = 12  # of it that are looked for
# What a sentence gains, in logits, by how many sentences after the answer before (below 0: before it) it stands: half
# of what fits the conversations of coqa-abg best, whose people went through a text from its beginning to its end.
GAIN = {0: 1.1, 1: 1.2, 2: 1.0, 3: 0.5, 4: 0.5, -1: 0.25}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Nearby:
    """The `places` of the answer before, each a document and the half-open span of its characters, and the `passages`
    that hold them."""

    passages: tuple[Hit, ...] = ()
    places: tuple[tuple[str, int, int], ...] = ()

    def shows(self, document_id: str, start: int, end: int) -> bool:
        """Return whether the answer before shows words from there."""
        return any(of == document_id and first < end and start < last for of, first, last in self.places)


NOWHERE = Nearby()


def nearby(history: Sequence[Turn], index: Index, where: Sequence[str] | str = ()) -> Nearby:
    """Return where the last answer stands, by its citations or, without any, by its words."""
    exchanges = exchanges_of(history)
    if not exchanges or not exchanges[-1].answer:
        return NOWHERE
    last, cited = exchanges[-1], last_places(history, index)[:MOST]
    words = cited[0].quote if cited else last.answer
    hits = index.search(f"{last.question} {words}"[:LOOKED_AT], DEEP, where=where)
    spans = [(place.document_id, place.start, place.end) for place in cited] or list(_said_in(hits, last.answer, index))
    holding = [hit for hit in hits if any(_holds(hit, *span) for span in spans[:MOST])]
    return Nearby(tuple(holding[:MOST]), tuple(spans[:MOST]))


def beside(hits: Sequence[Hit], before: Sequence[Hit]) -> list[Hit]:
    """Return `hits`, and after them those of `before` that are not among them, scored as the last of `hits`."""
    known = {hit.chunk for hit in hits}
    return [*hits, *(replace(hits[-1], chunk=hit.chunk) for hit in before if hits and hit.chunk not in known)]


def nearest_first(sentences: Sequence[Sentence], near: Nearby, index: Index) -> list[Sentence]:
    """Return `sentences`, best first, after those near the answer before have gained by it."""
    if not near.places:
        return list(sentences)
    gained = [replace(sentence, score=sentence.score + _gain(sentence, near, index)) for sentence in sentences]
    return sorted(gained, key=lambda sentence: -sentence.score)


def _gain(sentence: Sentence, near: Nearby, index: Index) -> float:
    starts = [start for start, _ in index.sentences(sentence.document_id)]
    at = bisect_right(starts, sentence.start)
    apart = (at - bisect_right(starts, start) for document, start, _ in near.places if document == sentence.document_id)
    return max((GAIN.get(sentences, 0.0) for sentences in apart), default=0.0)


def _said_in(hits: Sequence[Hit], answer: str, index: Index) -> Iterator[tuple[str, int, int]]:
    """Yield where the first words of `answer` stand in the passages, whatever marks are between them."""
    words = _WORD.findall(answer)[:WORDS]
    pattern = re.compile(r"(?<!\w)" + r"\W+".join(map(re.escape, words)) + r"(?!\w)", re.IGNORECASE)
    for hit in hits if words else ():
        if match := pattern.search(index.text(hit.chunk)):
            yield hit.chunk.document_id, hit.chunk.start + match.start(), hit.chunk.start + match.end()


def _holds(hit: Hit, document_id: str, start: int, end: int) -> bool:
    return hit.chunk.document_id == document_id and hit.chunk.start <= start < end <= hit.chunk.end
