"""Locates gold answers in the documents, by offsets or by their words, and cuts excerpts that show them.

This is used only for judging; the places of citations are never found by searching for their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from index import Chunk, Document
from pincite.evaluation.types import Pair, Span
from qa.errors import PairsError

# Places kept for one answer: only an answer such as "the" has more.
MOST_PLACES = 20


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """A place of a gold answer: `[start, end)` in the text of the document."""

    document_id: str
    start: int
    end: int

    def overlaps(self, document_id: str, start: int, end: int) -> bool:
        """Return whether it shares a character with the span `[start, end)` of that document."""
        return self.document_id == document_id and self.start < end and start < self.end


@dataclass(frozen=True, slots=True)
class GoldAnswer:
    """One gold answer and its places; it has none if its words are not found."""

    text: str
    places: tuple[GoldSpan, ...]


@dataclass(frozen=True, slots=True)
class LocatedPair:
    """A pair with its answers located: the texts of `gold` are `pair.answers`."""

    pair: Pair
    gold: tuple[GoldAnswer, ...]

    @property
    def places(self) -> tuple[GoldSpan, ...]:
        """All places of all answers."""
        return tuple(place for answer in self.gold for place in answer.places)


def locate(pairs: Iterable[Pair], documents: Mapping[str, Document], *, by_text: bool = False) -> list[LocatedPair]:
    """Locate the answers of `pairs` in `documents`, or in the paragraph that comes with a pair.

    An answer with a span has this one place (unless `by_text`). An answer without a span has every place with its
    words, as whole words, in the pair's source or, if it names none, in all documents. Raises `PairsError` for a
    source that is not among the documents, for a span outside the text or with other words, and for a span without a
    source if there are several documents.
    """
    checked = [_with_texts(pair, documents) for pair in pairs]
    unlocated = [pair for pair in checked if pair.answers and not _source_document(pair, documents)]
    anywhere = _search_all(unlocated, documents.values())
    return [LocatedPair(pair, tuple(_gold(pair, documents, anywhere, by_text))) for pair in checked]


def find_words(text: str, words: str) -> list[Span]:
    """Return the spans of `words` in `text`, as whole words, in any white space; if there are none, in any case."""
    pattern = _pattern(words)
    spans = [match.span() for match in re.finditer(pattern, text)]
    return spans or [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]


def _with_texts(pair: Pair, documents: Mapping[str, Document]) -> Pair:
    """Return the pair with its spans checked, and with the words of answers that were given by their spans."""
    document = _source_document(pair, documents)
    if pair.source and document is None:
        named = ", ".join(repr(name) for _, name in zip(range(5), documents, strict=False))
        problem = f"no document {pair.source!r} among {len(documents)}; there are {named}, …"
        raise PairsError(f"{pair.place}, field 'source': {problem}")
    answers = list(pair.answers)
    for i, span in enumerate(pair.spans):
        if span is None or pair.document is not None:  # spans of SQuAD were checked when they were read
            continue
        if document is None:
            problem = "a span needs a document; add the field 'source'"
            raise PairsError(f"{pair.place}, field 'answers': {problem}")
        answers[i] = _checked(pair, document, answers[i], span)
    return replace(pair, answers=tuple(answers))


def _checked(pair: Pair, document: Document, text: str, span: Span) -> str:
    start, end = span
    words = document.text[start:end]
    if end > len(document.text):
        problem = f"the span [{start}, {end}) ends after the {len(document.text)} characters of {document.id!r}"
    elif text and words != text:
        problem = f"[{start}, {end}) of {document.id!r} is {words[:60]!r}, not {text[:60]!r}"
    elif not words.strip():
        problem = f"[{start}, {end}) of {document.id!r} is only white space"
    else:
        return words
    raise PairsError(f"{pair.place}, field 'answers': {problem}; `pincite show` prints the text that is counted")


def _source_document(pair: Pair, documents: Mapping[str, Document]) -> Document | None:
    """Return the document that contains the answers of `pair`, or None if it can be any."""
    if pair.document is not None:
        return pair.document
    if pair.source:
        return documents.get(pair.source)
    return next(iter(documents.values())) if len(documents) == 1 else None


def _gold(
    pair: Pair, documents: Mapping[str, Document], anywhere: Mapping[str, tuple[GoldSpan, ...]], by_text: bool
) -> Iterator[GoldAnswer]:
    document = _source_document(pair, documents)
    spans: Sequence[Span | None] = pair.spans or [None] * len(pair.answers)
    for text, span in zip(pair.answers, spans, strict=True):
        if document is None:
            yield GoldAnswer(text, anywhere[text])
        elif span is not None and not by_text:
            yield GoldAnswer(text, (GoldSpan(document.id, *span),))
        else:
            yield GoldAnswer(text, _places(document, text))


def _search_all(pairs: Iterable[Pair], documents: Iterable[Document]) -> dict[str, tuple[GoldSpan, ...]]:
    """Return the places of every answer of `pairs` in all documents, in one pass over them."""
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


AROUND = 300  # characters before and after a span that no passage contains


@dataclass(frozen=True, slots=True)
class EvalExcerpt:
    """The span `[start, end)` of a document, and its text."""

    document_id: str
    start: int
    end: int
    text: str


def excerpts(
    spans: Iterable[GoldSpan], passages: Sequence[Chunk], documents: Mapping[str, Document]
) -> list[EvalExcerpt]:
    """Return disjoint excerpts around `spans`: the passage that contains a span, or the text around it.

    A span is left out if its document was withheld.
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
