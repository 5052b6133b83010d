"""Reads the previous answer from the turns of a conversation: what was asked, cited, and how sure it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from index import Index
from qa.citing import cite
from qa.types import Answer, Citation, Turn
from qa.understand.followup import LOOKED_AT, exchanges_of
from qa.understand.talk import Act, move_of

__all__ = ["PreviousAnswer", "last_places", "previous_answer", "shown_earlier"]


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
    turn = next((turn for turn in reversed(history) if _asks_document(turn)), None)
    return [] if turn is None else list(_places(turn, index))


def _asks_document(turn: Turn) -> bool:
    if "status" in turn and turn["status"] is not None:
        return bool(turn["status"] != "replied")
    move = move_of(str(turn.get("question") or "")[:LOOKED_AT])
    return move is None or move.act is Act.CORRECTION


def _places(turn: Turn, index: Index) -> Iterator[Citation]:
    """The turn's citations as they stand in the documents that are there; what does not stand there is left out."""
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
