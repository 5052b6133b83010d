"""Judges a citation against a document, or words recognised in a picture against their place in the picture."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from index.errors import LoadError
from index.geometry import PageBox, Word
from index.load import is_url
from index.load.documents import attached_bytes
from index.load.ocr.extra import can_recognise
from index.split.sentences import split_sentences
from index.types import Document
from pincite.records.verify.cited_passage import LEAST_SIMILARITY, CitedPassage, nearest
from pincite.records.verify.types import CitationFinding, CitationVerdict, Claim, FoundPlace
from prompts import render
from qa.rendering import where_text
from qa.types import Citation

_REREAD = "the file is unchanged, and is read differently now: ask again to cite it as it is read"


def judge(claim: Claim, document: Document) -> CitationFinding:
    """Judge `claim` against `document`: the cited one, perhaps changed, or read by another version of its loader.

    As `_judge`, but if the file's bytes are unchanged and its text is not, words that are not found are REREAD. Words
    that were recognised in a picture are judged by their place in it.
    """
    if claim.citation.boxes:
        return judge_in_picture(_judge(claim, document), document)
    finding = _judge(claim, document)
    citation = claim.citation
    same_file = citation.file_sha256 is not None and citation.file_sha256 == document.metadata.get("file_sha256")
    if not same_file or document.sha256 == citation.document_sha256 or claim.problem is not None:
        return finding
    holds = finding.verdict in (CitationVerdict.OK, CitationVerdict.MOVED)
    return CitationFinding(claim, finding.verdict if holds else CitationVerdict.REREAD, finding.place, _REREAD)


def _judge(claim: Claim, document: Document) -> CitationFinding:
    """Judge `claim` against `document`: the cited one, perhaps changed.

    OK: the quote is at its offsets, with the rest of its sentence around it. MOVED: its sentence is elsewhere, word for
    word; of several such places, the one with most of the old context, then the nearest. CHANGED: the sentence is
    there, altered. A claim whose file contradicts itself is CHANGED at best.
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
                return CitationFinding(claim, CitationVerdict.CHANGED, here, problem)
        return CitationFinding(claim, CitationVerdict.OK, here, None if same else "the document has changed elsewhere")
    note = "the document is unchanged: it is the citation that was altered" if same else None
    places = passage.places(text)
    if not places:
        return _judge_loosely(claim, document, passage, note)
    first, start, end, last = max(places, key=lambda place: passage.likeness(text, place[0], place[3]))
    if text[start:end] != citation.quote:
        note = "only white space or the composition of accented letters differs"
    elif len(places) > 1:
        note = f"it occurs {len(places)} times; this place is most like the old one"
    return CitationFinding(claim, CitationVerdict.MOVED, _place(document, start, end, first, last), note)


def _judge_loosely(claim: Claim, document: Document, passage: CitedPassage, note: str | None) -> CitationFinding:
    nearest_place = nearest(document.text, passage.before, passage.quote, passage.after)
    if nearest_place is None or nearest_place.similarity < LEAST_SIMILARITY:
        return CitationFinding(claim, CitationVerdict.GONE, None, note)
    place = _place(document, *nearest_place)
    if place.text == claim.citation.quote and note is None:
        note = "the quote stands there, its sentence has changed"
    return CitationFinding(claim, CitationVerdict.CHANGED, place, note)


def _forged(claim: Claim, document: Document) -> str | None:
    """Return a wrong statement of the citation about an unchanged document, in one line, or None."""
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
    """Return whether a sentence may begin at `start`: after a stop or a line end, or at the beginning of the text."""
    before = text[:start].rstrip(" \t\u00a0\"'“”‘’«»([*_#>|-")
    return not before or before[-1] in ".!?:;…\n\r\v\f" or "\n" in text[len(before) : start]


def _may_end(text: str, end: int) -> bool:
    """Return whether a sentence may end at `end`: after a stop, or at the end of a line or of the text."""
    after = text[end:].lstrip(" \t\u00a0\"'“”‘’«»)]*_|")
    last = text[:end].rstrip("\"'“”‘’«»)]*_ ")[-1:]
    return not after or after[0] in "\n\r\v\f" or last in tuple(".!?:;…")


def _is_cut(document: Document, citation: Citation) -> bool:
    """Return whether the cited sentence begins or ends inside a sentence of the document."""
    places = citation.sentence_start, citation.sentence_end
    return any(start < place < end for start, end in split_sentences(document) for place in places)


def _place(document: Document, start: int, end: int, first: int, last: int, similarity: float = 1.0) -> FoundPlace:
    text, page = document.text, document.page_at(start)
    return FoundPlace(document.id, start, end, text[start:end], page, text[first:last], round(similarity, 3))


_INSIDE = 0.5  # least share of a word's box inside the cited place
_NEAR = 1.0  # points of tolerance, because the boxes of lines are rounded


def judge_in_picture(finding: CitationFinding, document: Document) -> CitationFinding:
    """Judge a recognised citation by the words that are now recognised at its place in the same file.

    OK: the same words, in the same sentence, at any offset. REREAD: other words, or no recognition is possible here. In
    a changed file only the words are compared, as for other citations, and a note says so.
    """
    claim, citation = finding.claim, finding.claim.citation
    if claim.problem is not None:
        return finding
    where = places_text(citation)
    if citation.file_sha256 is None or citation.file_sha256 != document.metadata.get("file_sha256"):
        return _noted(finding, render("verified_picture_changed", where=where))
    if document.sha256 == citation.document_sha256:
        same = finding.verdict is CitationVerdict.OK
        return _noted(finding, render("verified_picture", where=where)) if same else finding
    place = _at(document, citation)
    if place is None:
        return unrecognised(claim)
    if place.text.split() != citation.quote.split():
        now = dict(document.places_at(place.start, place.end)).get("recognised", "")
        before = citation.recognised_by or ""
        note = render("verified_picture_otherwise", where=where, before=before, now=now)
        return CitationFinding(claim, CitationVerdict.REREAD, place, note)
    if finding.verdict not in (CitationVerdict.OK, CitationVerdict.MOVED):
        return CitationFinding(claim, CitationVerdict.REREAD, place, render("verified_picture_around", where=where))
    return CitationFinding(claim, CitationVerdict.OK, place, render("verified_picture", where=where))


def unrecognised(claim: Claim) -> CitationFinding:
    """Return the finding for a citation whose file is unchanged, but whose words cannot be recognised here."""
    key = "verified_picture_silent" if can_recognise() else "verified_picture_unread"
    return CitationFinding(claim, CitationVerdict.REREAD, None, render(key, where=places_text(claim.citation)))


def same_file(citation: Citation, max_bytes: int) -> bool:
    """Return whether a recognised citation's own file is unchanged at its path, although it could not be loaded."""
    if not citation.boxes or is_url(citation.source):
        return False
    try:
        data = attached_bytes(citation.source, max_bytes)
    except (OSError, LoadError):
        return False
    return hashlib.sha256(data).hexdigest() == citation.file_sha256


def places_text(citation: Citation) -> str:
    """Return, in words, the boxes of a citation's lines in its picture: page, left, top, right, bottom."""
    return "; ".join(
        render("verified_box", page=page, x0=f"{x0:g}", y0=f"{y0:g}", x1=f"{x1:g}", y1=f"{y1:g}")
        for page, x0, y0, x1, y1 in citation.boxes
    )


def _at(document: Document, citation: Citation) -> FoundPlace | None:
    """Return the recognised words at the citation's place, from the first to the last; None if there are none."""
    lines = [PageBox(*box) for box in citation.boxes]
    words = [w for s in document.segments for w in s.words if any(_lies_in(w, line) for line in lines)]
    if not words:
        return None
    start, end = _trimmed(document, citation, words[0].start, words[-1].end)
    text = document.text[start:end]
    return FoundPlace(
        document.id, start, end, text, document.page_at(start), text, 1.0 if text == citation.quote else 0.0
    )


def _trimmed(document: Document, citation: Citation, start: int, end: int) -> tuple[int, int]:
    """Narrow `[start, end)`, which covers whole words, to the quote, which may begin and end inside a word."""
    at = document.text.find(citation.quote, start, end)
    return (start, end) if at < 0 else (at, at + len(citation.quote))


def _lies_in(word: Word, line: PageBox) -> bool:
    if word.page != line.page:
        return False
    across = min(word.x1, line.x1 + _NEAR) - max(word.x0, line.x0 - _NEAR)
    down = min(word.y1, line.y1 + _NEAR) - max(word.y0, line.y0 - _NEAR)
    area = max((word.x1 - word.x0) * (word.y1 - word.y0), 1e-6)
    return across > 0 and down > 0 and across * down >= _INSIDE * area


def _noted(finding: CitationFinding, note: str) -> CitationFinding:
    return replace(finding, note=note if finding.note is None else f"{finding.note}; {note}")
