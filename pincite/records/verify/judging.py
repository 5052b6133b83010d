"""Judges what became of a citation in a document."""

from __future__ import annotations

from index.split.sentences import split_sentences
from index.types import Document
from pincite.records.verify.cited_passage import CitedPassage
from pincite.records.verify.nearest import LEAST_SIMILARITY, nearest
from pincite.records.verify.pictures import held_to_picture
from pincite.records.verify.types import Claim, Finding, FoundPlace, Verdict
from qa.rendering import where_text
from qa.types import Citation

_REREAD = "the file is unchanged, and is read differently now: ask again to cite it as it is read"


def judge(claim: Claim, document: Document) -> Finding:
    """Judge `claim` against `document`: the cited one, perhaps in another state, or read by another loader.

    As `_judge`; where the file's bytes are the cited ones and its text is not, what is not found word for word is
    REREAD. What was recognised in a picture is held to its place there.
    """
    if claim.citation.boxes:
        return held_to_picture(_judge(claim, document), document)
    finding = _judge(claim, document)
    citation = claim.citation
    same_file = citation.file_sha256 is not None and citation.file_sha256 == document.metadata.get("file_sha256")
    if not same_file or document.sha256 == citation.document_sha256 or claim.problem is not None:
        return finding
    verdict = finding.verdict if finding.verdict in (Verdict.OK, Verdict.MOVED) else Verdict.REREAD
    return Finding(claim, verdict, finding.place, _REREAD)


def _judge(claim: Claim, document: Document) -> Finding:
    """Judge `claim` against `document`: the cited one, perhaps in another state.

    OK: the quote is at its offsets, with the rest of its sentence around it. MOVED: its sentence is elsewhere,
    word for word; of several such places, the one with the most of the old surroundings, then the nearest. CHANGED:
    the sentence is there, altered. A file that contradicts itself is CHANGED at best.
    """
    citation, text = claim.citation, document.text
    same = document.sha256 == citation.document_sha256
    passage = CitedPassage.of(claim)
    if claim.problem is not None:
        return _judge_loosely(claim, document, passage, claim.problem)
    if passage.stands_at(text, passage.start):
        last = passage.start + len(passage.text)
        here = _place(document, citation.start, citation.end, passage.start, last)
        if same:
            problem = _forged(claim, document)
            if problem is not None:
                return Finding(claim, Verdict.CHANGED, here, problem)
        return Finding(claim, Verdict.OK, here, None if same else "the document has changed elsewhere")
    note = "the document is unchanged: it is the citation that was altered" if same else None
    places = list(passage.places(text))
    if not places:
        return _judge_loosely(claim, document, passage, note)
    first, start, end, last = max(places, key=lambda place: passage.likeness(text, place[0], place[3]))
    if text[start:end] != citation.quote:
        note = "only white space or the composition of accented letters differs"
    elif len(places) > 1:
        note = f"it occurs {len(places)} times; this place is most like the old one"
    return Finding(claim, Verdict.MOVED, _place(document, start, end, first, last), note)


def _judge_loosely(claim: Claim, document: Document, passage: CitedPassage, note: str | None) -> Finding:
    nearest_place = nearest(document.text, passage.before, passage.quote, passage.after)
    if nearest_place is None or nearest_place.similarity < LEAST_SIMILARITY:
        return Finding(claim, Verdict.GONE, None, note)
    place = _place(document, *nearest_place)
    if place.text == claim.citation.quote and note is None:
        note = "the quote stands there, its sentence has changed"
    return Finding(claim, Verdict.CHANGED, place, note)


def _forged(claim: Claim, document: Document) -> str | None:
    """Return what the citation says wrongly of an unchanged document, or None."""
    c, text = claim.citation, document.text
    if text[max(0, c.start - len(c.prefix)) : c.start] != c.prefix or not text.startswith(c.suffix, c.end):
        return "the file's prefix or suffix is not what stands around the quote"
    page, heading = document.page_at(c.start), document.heading_at(c.start)
    if c.page != page:
        return f"the file says page {c.page}, the document {page}"
    if c.heading != (heading or None):
        return f"the file names the heading {c.heading!r}, the document {heading!r}"
    where = document.places_at(c.start, c.end)
    if (c.where or "recognised" in dict(where)) and c.where != where:
        return f"the file says {where_text(c.where).strip(', ')!r}, the document {where_text(where).strip(', ')!r}"
    if c.boxes != tuple(box.place for box in document.boxes_in(c.start, c.end)):
        return "the file names another place in the picture than the document has"
    if not (_may_begin(text, c.sentence_start) and _may_end(text, c.sentence_end)) and _is_cut(document, c):
        return "the file's sentence is cut: in the document it begins earlier or goes on"
    return None


def _may_begin(text: str, start: int) -> bool:
    """Return whether a sentence may begin there by what stands before it: nothing, a stop, or the end of a line."""
    before = text[:start].rstrip(" \t\u00a0\"'“”‘’«»([*_#>|-")
    return not before or before[-1] in ".!?:;…\n\r\v\f" or "\n" in text[len(before) : start]


def _may_end(text: str, end: int) -> bool:
    """Return whether a sentence may end there: at a stop, at the end of a line or of the text."""
    after = text[end:].lstrip(" \t\u00a0\"'“”‘’«»)]*_|")
    last = text[:end].rstrip("\"'“”‘’«»)]*_ ")[-1:]
    return not after or after[0] in "\n\r\v\f" or last in tuple(".!?:;…")


def _is_cut(document: Document, citation: Citation) -> bool:
    """Return whether the cited sentence begins or ends inside of one of the document's."""
    places = citation.sentence_start, citation.sentence_end
    return any(start < place < end for start, end in split_sentences(document) for place in places)


def _place(document: Document, start: int, end: int, first: int, last: int, similarity: float = 1.0) -> FoundPlace:
    text, page = document.text, document.page_at(start)
    return FoundPlace(document.id, start, end, text[start:end], page, text[first:last], round(similarity, 3))
