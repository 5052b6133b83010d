"""Gives the text around a citation, from its document or, if that is missing, from the citation itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from index.types import Document
from qa.types import Answer, Citation

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """`text` is at `start` in the document; its part `[sentence_start, sentence_end)` belongs to the cited sentence.

    `whole`: whether it has the whole sentence.
    """

    text: str
    start: int
    sentence_start: int
    sentence_end: int
    whole: bool

    def between(self, start: int, end: int) -> str:
        """Return the text at `[start, end)` of the document."""
        return self.text[max(0, start - self.start) : max(0, end - self.start)]


Known = Mapping[str, Document] | Callable[[Citation], Excerpt]
"""The source of the text around citations: documents by id, or a function that returns a citation's excerpt."""


def excerpt(citation: Citation, documents: Known) -> Excerpt:
    """Return the sentence of the citation, with its prefix and suffix where they extend beyond the sentence."""
    if callable(documents):
        return documents(citation)
    first, last = citation.start - len(citation.prefix), citation.end + len(citation.suffix)
    document = documents.get(citation.document_id)
    if document is not None and document.sha256 == citation.document_sha256:
        first, last = min(first, citation.sentence_start), max(last, citation.sentence_end)
        return Excerpt(document.text[first:last], first, citation.sentence_start, citation.sentence_end, whole=True)
    start, end = max(first, citation.sentence_start), min(last, citation.sentence_end)
    whole = (start, end) == (citation.sentence_start, citation.sentence_end)
    return Excerpt(citation.prefix + citation.quote + citation.suffix, first, start, end, whole)


def grouped(citations: Sequence[Citation], documents: Known) -> list[tuple[Excerpt, list[Citation]]]:
    """Group neighbouring citations of one sentence, and of one part of the answer, with that sentence, in order."""
    groups: list[tuple[Excerpt, list[Citation]]] = []
    for citation in citations:
        around = excerpt(citation, documents)
        if groups and around.whole and groups[-1][0].whole and _sentence(groups[-1][1][0]) == _sentence(citation):
            groups[-1][1].append(citation)
        else:
            groups.append((around, [citation]))
    return groups


def pieces(around: Excerpt, cited: Sequence[Citation]) -> list[tuple[str, bool]]:
    """Return the sentence on one line, as pieces of (text, emphasised), with an ellipsis where it is cut."""
    pieces: list[tuple[str, bool]] = []
    position = around.sentence_start
    for start, end in sorted(map(emphasis, cited), key=lambda place: (place[0], -place[1])):
        if start >= position:
            pieces += [(around.between(position, start), False), (around.between(start, end), True)]
            position = end
    pieces.append((around.between(position, around.sentence_end), False))
    lead = ELLIPSIS if around.sentence_start > cited[0].sentence_start else ""
    trail = ELLIPSIS if around.sentence_end < cited[0].sentence_end else ""
    inside = [(" ".join(text.split()) if quoted else _spaced(text), quoted) for text, quoted in pieces]
    inside[0] = (lead + inside[0][0].lstrip(), inside[0][1])
    inside[-1] = (inside[-1][0].rstrip() + trail, inside[-1][1])
    return [piece for piece in inside if piece[0]]


def headline(quotes: Sequence[str]) -> str:
    """Return the distinct quotes of an answer on one line."""
    words: dict[str, str] = {}
    for quote in quotes:
        words.setdefault(quote.casefold(), " ".join(quote.split()))
    return "; ".join(words.values())


def emphasis(citation: Citation) -> tuple[int, int]:
    """Return the span to emphasise: the most important words of a sentence or passage, else the whole quote."""
    if citation.focus_start is None or citation.focus_end is None:
        return citation.start, citation.end
    return citation.focus_start, citation.focus_end


def _sentence(citation: Citation) -> tuple[str, str, int, int, str | None]:
    sentence = citation.sentence_start, citation.sentence_end
    return citation.document_id, citation.document_sha256, *sentence, citation.part


def _spaced(text: str) -> str:
    """Return `text` with each run of white space, also at its ends, replaced by one space."""
    bare = " ".join(text.split())
    if not bare:
        return " " if text else ""
    return f"{' ' * text[0].isspace()}{bare}{' ' * text[-1].isspace()}"


def citations_of(answer: Answer) -> tuple[Citation, ...]:
    """Return the citations of `answer`, and its nearest statement if it has one."""
    return answer.citations if answer.nearest is None else (*answer.citations, answer.nearest)


def cited_documents(answers: Sequence[Answer]) -> list[Citation]:
    """Return the first citation of each version of each document, in the order in which they are cited."""
    cited_documents: dict[tuple[str, str], Citation] = {}
    for citation in (citation for answer in answers for citation in citations_of(answer)):
        cited_documents.setdefault((citation.document_id, citation.document_sha256), citation)
    return list(cited_documents.values())
