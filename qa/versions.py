"""Handles near copies: reads what they say alike once, and reads each of them where they differ.

Passages that mostly repeat others are left out before reading. After reading, the near copies of the best candidate's
document are looked up again: if they have another sentence in its place, that one is read too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index import Hit, Index
from prompts import render
from qa.alignment import Alignment, asked_words, plain_words
from qa.candidates import Candidate, plain
from qa.citing import cite
from qa.compose.blocks import Span
from qa.compose.evidence import stems
from qa.confidence import Calibration
from qa.config import AskConfig
from qa.dated_documents import documents_named
from qa.passage_readings import PassageQueue
from qa.passage_selection import find_passages
from qa.types import Answer, Citation, Form

MOST = 3  # other versions of a sentence that are read, and cited
_LOOKED_AT = 50  # near copies that are asked for the answering sentence
_DEEPER = 6  # times as many passages are looked at, where near copies leave places free
_CITED = (Form.SPAN, Form.STATEMENT, Form.PASSAGE)


class Versions:
    """The near copies in `index`. For an index without any, every method does nothing."""

    def __init__(self, index: Index, config: AskConfig) -> None:
        self._index = index
        self._config = config
        self._alignment = Alignment(index)

    def find(self, question: str, top_k: int, where: Sequence[str] | str) -> list[Hit]:
        """Find passages as `find_passages` does, with the next best in the place of those that repeat near copies."""
        hits = find_passages(self._index, question, top_k, where)
        if not self._index.near_copies:
            return hits
        distinct = self._apart(question, hits)
        if len(distinct) == len(hits):
            return hits
        chunks = {hit.chunk for hit in hits}
        deeper = find_passages(self._index, question, _DEEPER * top_k, where)
        return self._apart(question, [*distinct, *(hit for hit in deeper if hit.chunk not in chunks)])[: len(hits)]

    def read(
        self,
        passages: PassageQueue,
        calibration: Calibration | None,
        question: str,
        where: Sequence[str] | str,
    ) -> list[Candidate]:
        """Return the candidates, after reading what near copies have in place of the best one's sentence."""
        candidates = passages.candidates(calibration)
        if not self._index.near_copies or not candidates:
            return candidates
        best = candidates[0]
        others = self._others(best.document_id, (best.start, best.end), question, where)
        return passages.candidates(calibration) if self._read(passages, best, others) else candidates

    def cited(self, answer: Answer, candidates: Sequence[Candidate], where: Sequence[str] | str) -> Answer:
        """Add citations of near copies to `answer`: those that say the same, and those that have another version."""
        if not answer.citations or answer.form not in _CITED or answer.parts or not self._index.near_copies:
            return answer
        first = answer.citations[0]
        at = first.start if first.focus_start is None else first.focus_start
        sentence = self._index.sentence_at(first.document_id, at, at + 1)
        words = (first.start, first.end) if answer.form is Form.SPAN else (at, first.focus_end or at)
        others = self._others(first.document_id, words, answer.read_as, where)
        same, differing = self._beside(first, sentence, others, candidates, answer.form)
        taken = {(c.document_id, c.sentence_start) for c in answer.citations}
        room = max(0, self._config.further + 1 - len(answer.citations))
        added = [c for c in same if (c.document_id, c.sentence_start) not in taken][:room]
        added += [c for c in differing if (c.document_id, c.sentence_start) not in taken][:MOST]
        warnings = answer.warnings
        if differing:
            named = ", ".join(c.document_id for c in differing[:MOST])
            warnings = (*warnings, render("warning_versions", document=first.document_id, others=named))
        return replace(answer, citations=(*answer.citations, *added), warnings=warnings)

    def _others(self, document_id: str, words: Span, question: str, where: Sequence[str] | str) -> Sequence[str]:
        """Return the near copies of a document that may be cited too.

        Not one that has fewer of the question's words (the data sheet of another product), apart from the `words` that
        answer and their neighbours ("30 days", "six weeks"); nor one of another time, if the question names a time.
        """
        copies = self._index.alike(document_id, where=where)
        named = documents_named(question, self._index.names) if copies else None
        asked = asked_words(question) - self._alignment.stems_at(document_id, words)
        copies = [other for other in copies if named is None or other in named.asked][:_LOOKED_AT]
        return [other for other in copies if self._speaks_as_much(other, document_id, asked)]

    def _speaks_as_much(self, document_id: str, other: str, asked: frozenset[str]) -> bool:
        """Return whether a document has every word of what is asked that another one has."""
        return self._alignment.spoken_of(asked, other) <= self._alignment.spoken_of(asked, document_id)

    # -- before reading

    def _apart(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Drop hits that mostly repeat a better one of a near copy, unless the question asks for their own words."""
        asked = asked_words(question)
        kept: list[Hit] = []
        for hit in hits:
            own = hit.chunk.document_id
            alike = {i for i in self._index.alike(own) if self._speaks_as_much(i, own, asked)}
            before = {s for other in kept if other.chunk.document_id in alike for s in self._said(other)}
            if not before or not _repeats(self._said(hit), before, asked):
                kept.append(hit)
        return kept

    def _said(self, hit: Hit) -> set[str]:
        """Return the sentences of a passage, by their words."""
        document_id = hit.chunk.document_id
        spans = self._index.sentences_within(hit.chunk)
        return {plain_words(self._alignment.text(document_id, span)) for span in spans}

    # -- after reading

    def _read(self, passages: PassageQueue, best: Candidate, others: Sequence[str]) -> bool:
        """Read what near copies have in place of the best candidate's sentence; return whether there was anything."""
        hit, document_id = passages.hits[best.rank], best.document_id
        sentence = self._index.sentence_at(document_id, best.start, best.end)
        versions: dict[str, Hit] = {}  # by their words: of those that agree one is read
        for other in others:
            version = self._alignment.version(document_id, sentence, other)
            if version is not None and len(versions) < MOST:
                chunk = next(c for c in self._index.chunks_of(other) if c.start <= version[0] < c.end)
                versions.setdefault(plain_words(self._alignment.text(other, version)), replace(hit, chunk=chunk))
        known = {hit.chunk for hit in passages.hits[: len(passages.readings)]}
        new = [hit for hit in versions.values() if hit.chunk not in known]
        passages.read_too([(hit, self._index.readable(hit.chunk)) for hit in new], best=self._config.candidates)
        return bool(new)

    def _beside(
        self, first: Citation, sentence: Span, others: Sequence[str], candidates: Sequence[Candidate], form: Form
    ) -> tuple[list[Citation], list[Citation]]:
        """Return citations in `others`: of what says the same as `first`, and of other versions of its `sentence`."""
        same, differing = [], []
        for other in others:
            other_sentence = self._alignment.same(first.document_id, sentence, other)
            if other_sentence is not None:
                same += self._cite_same(first, sentence, other, other_sentence)
                continue
            version = self._alignment.version(first.document_id, sentence, other)
            cited = None if version is None else self._cite_version(version, other, candidates, form)
            if cited is not None and form is Form.SPAN and plain(cited.quote) == plain(first.quote):
                same.append(cited)
            elif cited is not None:
                differing.append(cited)
        return same, differing

    def _cite_same(self, first: Citation, sentence: Span, other: str, other_sentence: Span) -> list[Citation]:
        """Return the words of `first`, moved from its sentence to the same in `other`; none if they go beyond it."""
        exact = self._alignment.text(first.document_id, sentence) == self._alignment.text(other, other_sentence)
        if not exact or first.start < sentence[0] or first.end > sentence[1]:
            return []
        by = other_sentence[0] - sentence[0]
        cited = self._cite(other, first.start + by, first.end + by)
        if first.focus_start is None or first.focus_end is None:
            return [cited]
        return [replace(cited, focus_start=first.focus_start + by, focus_end=first.focus_end + by)]

    def _cite_version(self, version: Span, other: str, candidates: Sequence[Candidate], form: Form) -> Citation | None:
        """Return the words that answer in another version of a sentence; of wider forms the sentence."""
        inside = [c for c in candidates if c.document_id == other and version[0] <= c.start and c.end <= version[1]]
        likely = next((c for c in inside if c.margin > 0), None)
        if form is Form.SPAN:
            return None if likely is None else self._cite(other, likely.start, likely.end)
        cited = self._cite(other, *version)
        return cited if likely is None else replace(cited, focus_start=likely.start, focus_end=likely.end)

    def _cite(self, document_id: str, start: int, end: int) -> Citation:
        return cite(self._index, document_id, start, end, context=self._config.context)


def _repeats(passage_stems: set[str], before: set[str], asked: frozenset[str]) -> bool:
    """Return whether most sentences of a passage stood before, and its new ones have fewer of the question's words."""
    own, shared = passage_stems - before, passage_stems & before
    if 2 * len(own) > len(passage_stems):
        return False
    spoken_of = max((len(asked & stems(sentence)) for sentence in shared), default=0)
    return all(len(asked & stems(sentence)) < max(1, spoken_of) for sentence in own)
