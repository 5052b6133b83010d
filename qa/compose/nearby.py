"""Finds what stands near the previous answer: follow-ups are often answered there.

A follow-up has few words of its own to search with, so beside the passages that search finds those of the answer
before are read, and its sentences count for more the nearer they are to it: what is found for a turn depends on the
turns before it, as in Qu et al., Open-Retrieval Conversational Question Answering (2020).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index import Hit, Index
from qa.compose.evidence import Sentence
from qa.compose.previous_answer import last_places
from qa.types import Turn
from qa.understand.followup import LOOKED_AT, exchanges_of

__all__ = ["NOWHERE", "Nearby", "beside", "nearby", "nearest_first"]

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
    """`hits`, and after them those of `before` that are not among them, scored as the last of `hits`."""
    known = {hit.chunk for hit in hits}
    return [*hits, *(replace(hits[-1], chunk=hit.chunk) for hit in before if hits and hit.chunk not in known)]


def nearest_first(sentences: Sequence[Sentence], near: Nearby, index: Index) -> list[Sentence]:
    """`sentences`, best first, after those near the answer before have gained by it."""
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
