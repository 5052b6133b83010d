"""Locates people's answers in the documents, by offsets or by their words, and cuts excerpts that show them.

This is how answers are judged, not how they are made: a quote's place is never searched for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from index import Chunk, Document
from pincite.evaluation.types import Pair, Span
from qa.errors import PairsError

# So many places of one answer are kept: more are found only of an answer such as "the".
MOST_PLACES = 20


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """A place of a gold answer: `[start, end)` in the text of the document."""

    document_id: str
    start: int
    end: int

    def overlaps(self, document_id: str, start: int, end: int) -> bool:
        """Return whether it shares a character with `[start, end)` of that document."""
        return self.document_id == document_id and self.start < end and start < self.end


@dataclass(frozen=True, slots=True)
class GoldAnswer:
    """One of the answers that people gave, and its places; none if its words are not found."""

    text: str
    places: tuple[GoldSpan, ...]


@dataclass(frozen=True, slots=True)
class LocatedPair:
    """A pair whose answers have been located: `pair.answers` and the texts of `gold` are the same."""

    pair: Pair
    gold: tuple[GoldAnswer, ...]

    @property
    def places(self) -> tuple[GoldSpan, ...]:
        """All places of all answers."""
        return tuple(place for answer in self.gold for place in answer.places)


def locate(pairs: Iterable[Pair], documents: Mapping[str, Document], *, by_text: bool = False) -> list[LocatedPair]:
    """Look the answers of `pairs` up in `documents`, or in the paragraph that a pair brings along.

    An answer with a span stands there alone (unless `by_text`); one without stands wherever its words do, as whole
    words, in the pair's source or, if it names none, in any document. Raises `PairsError` for a source that is not
    among the documents, a span that lies outside its text or holds other words, and a span without a source where
    there are several documents.
    """
    checked = [_with_texts(pair, documents) for pair in pairs]
    loose = [pair for pair in checked if pair.answers and not _home(pair, documents)]
    anywhere = _search_all(loose, documents.values())
    return [LocatedPair(pair, tuple(_gold(pair, documents, anywhere, by_text))) for pair in checked]


def find_words(text: str, words: str) -> list[Span]:
    """Find `words` in `text` as whole words, whatever the white space; in another case only where there is no other."""
    pattern = _pattern(words)
    spans = [match.span() for match in re.finditer(pattern, text)]
    return spans or [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]


def _with_texts(pair: Pair, documents: Mapping[str, Document]) -> Pair:
    """Return the pair, its spans checked against its source, and answers that are spans alone given their words."""
    home = _home(pair, documents)
    if pair.source and home is None:
        named = ", ".join(repr(name) for _, name in zip(range(5), documents, strict=False))
        problem = f"no document {pair.source!r} among {len(documents)}; there are {named}, …"
        raise PairsError(f"{pair.place}, field 'source': {problem}")
    answers = list(pair.answers)
    for i, span in enumerate(pair.spans):
        if span is None or pair.document is not None:  # those of SQuAD have been checked on reading
            continue
        if home is None:
            problem = "a span needs to say which document it counts in; add the field 'source'"
            raise PairsError(f"{pair.place}, field 'answers': {problem}")
        answers[i] = _checked(pair, home, answers[i], span)
    return replace(pair, answers=tuple(answers))


def _checked(pair: Pair, document: Document, text: str, span: Span) -> str:
    start, end = span
    words = document.text[start:end]
    if end > len(document.text):
        problem = f"the span [{start}, {end}) ends after the {len(document.text)} characters of {document.id!r}"
    elif text and words != text:
        problem = f"[{start}, {end}) of {document.id!r} is {words[:60]!r}, not {text[:60]!r}"
    elif not words.strip():
        problem = f"[{start}, {end}) of {document.id!r} holds nothing but white space"
    else:
        return words
    raise PairsError(f"{pair.place}, field 'answers': {problem}; `pincite show` prints the text that is counted")


def _home(pair: Pair, documents: Mapping[str, Document]) -> Document | None:
    """Return the document that the answers of `pair` stand in, or None where it can be any."""
    if pair.document is not None:
        return pair.document
    if pair.source:
        return documents.get(pair.source)
    return next(iter(documents.values())) if len(documents) == 1 else None


def _gold(
    pair: Pair, documents: Mapping[str, Document], anywhere: Mapping[str, tuple[GoldSpan, ...]], by_text: bool
) -> Iterator[GoldAnswer]:
    home = _home(pair, documents)
    spans: Sequence[Span | None] = pair.spans or [None] * len(pair.answers)
    for text, span in zip(pair.answers, spans, strict=True):
        if home is None:
            yield GoldAnswer(text, anywhere[text])
        elif span is not None and not by_text:
            yield GoldAnswer(text, (GoldSpan(home.id, *span),))
        else:
            yield GoldAnswer(text, _places(home, text))


def _search_all(pairs: Iterable[Pair], documents: Iterable[Document]) -> dict[str, tuple[GoldSpan, ...]]:
    """Return the places of every answer of `pairs` in all documents, which are gone through once."""
    spans: dict[str, tuple[GoldSpan, ...]] = {text: () for pair in pairs for text in pair.answers}
    if spans:
        for document in documents:
            for text, places in spans.items():
                if len(places) < MOST_PLACES:
                    spans[text] = (*places, *_places(document, text))[:MOST_PLACES]
    return spans


def _places(document: Document, text: str) -> tuple[GoldSpan, ...]:
    return tuple(GoldSpan(document.id, *span) for span in find_words(document.text, text)[:MOST_PLACES])


def _pattern(words: str) -> str:
    parts = words.split()
    before = r"(?<!\w)" if parts[0][0].isalnum() else ""
    after = r"(?!\w)" if parts[-1][-1].isalnum() else ""
    return before + r"\s+".join(re.escape(part) for part in parts) + after


AROUND = 300  # characters before and after a span that lies in no passage


@dataclass(frozen=True, slots=True)
class EvalExcerpt:
    """`[start, end)` of the document, and the text that stands there."""

    document_id: str
    start: int
    end: int
    text: str


def excerpts(
    spans: Iterable[GoldSpan], passages: Sequence[Chunk], documents: Mapping[str, Document]
) -> list[EvalExcerpt]:
    """Cut disjoint excerpts that hold `spans`, the passage around each or some text.

    A span whose document is not there (it was withheld) is left out.
    """
    wanted = [_around(span, passages, documents) for span in spans if span.document_id in documents]
    merged: list[GoldSpan] = []
    for span in sorted(set(wanted), key=lambda s: (s.document_id, s.start, s.end)):
        last = merged[-1] if merged else None
        if last is not None and last.document_id == span.document_id and span.start <= last.end:
            merged[-1] = GoldSpan(last.document_id, last.start, max(last.end, span.end))
        else:
            merged.append(span)
    return [
        EvalExcerpt(span.document_id, span.start, span.end, documents[span.document_id].text[span.start : span.end])
        for span in merged
    ]


def _around(span: GoldSpan, passages: Sequence[Chunk], documents: Mapping[str, Document]) -> GoldSpan:
    for chunk in passages:
        if chunk.document_id == span.document_id and chunk.start <= span.start and span.end <= chunk.end:
            return GoldSpan(chunk.document_id, chunk.start, chunk.end)
    text = documents[span.document_id].text
    return GoldSpan(span.document_id, max(0, span.start - AROUND), min(len(text), span.end + AROUND))
