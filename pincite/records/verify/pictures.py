"""Verifies citations of words that were recognised in a picture, by their place in the picture."""

from __future__ import annotations

import hashlib

from index.errors import LoadError
from index.geometry import PageBox, Word
from index.load import is_url
from index.load.documents import attached_bytes
from index.load.ocr.extra import can_recognise
from index.types import Document
from pincite.records.verify.types import Claim, Finding, FoundPlace, Verdict
from prompts import render
from qa.types import Citation

_INSIDE = 0.5  # of a word's box that lies in the cited place, at least
_NEAR = 1.0  # points: a line's place is where its words are, give or take the rounding


def held_to_picture(finding: Finding, document: Document) -> Finding:
    """Judge a recognised citation by the words that are recognised at its place in the same file now.

    OK: the same words are there in the same sentence, whatever their offsets. REREAD: other words are, or nothing can
    recognise them here. In another file only the words are compared, as always, and a note says so.
    """
    claim, citation = finding.claim, finding.claim.citation
    if claim.problem is not None or not citation.boxes:
        return finding
    where = places_text(citation)
    if citation.file_sha256 is None or citation.file_sha256 != document.metadata.get("file_sha256"):
        return _noted(finding, render("verified_picture_changed", where=where))
    if document.sha256 == citation.document_sha256:
        return _noted(finding, render("verified_picture", where=where)) if finding.verdict is Verdict.OK else finding
    place = _at(document, citation)
    if place is None:
        return unrecognised(claim)
    if place.text.split() != citation.quote.split():
        now = dict(document.places_at(place.start, place.end)).get("recognised", "")
        before = citation.recognised_by or ""
        note = render("verified_picture_otherwise", where=where, before=before, now=now)
        return Finding(claim, Verdict.REREAD, place, note)
    if finding.verdict not in (Verdict.OK, Verdict.MOVED):
        return Finding(claim, Verdict.REREAD, place, render("verified_picture_around", where=where))
    return Finding(claim, Verdict.OK, place, render("verified_picture", where=where))


def unrecognised(claim: Claim) -> Finding:
    """Return the finding for a citation whose file is the same, and whose words cannot be recognised here."""
    key = "verified_picture_silent" if can_recognise() else "verified_picture_unread"
    return Finding(claim, Verdict.REREAD, None, render(key, where=places_text(claim.citation)))


def same_file(citation: Citation, max_bytes: int) -> bool:
    """Return whether a recognised citation's own file is at its path, byte for byte, though it is not loaded."""
    if not citation.boxes or is_url(citation.source):
        return False
    try:
        data = attached_bytes(citation.source, max_bytes)
    except (OSError, LoadError):
        return False
    return hashlib.sha256(data).hexdigest() == citation.file_sha256


def places_text(citation: Citation) -> str:
    """Return the lines of a citation in its picture: page, and left, top, right and bottom."""
    return "; ".join(
        render("verified_box", page=page, x0=f"{x0:g}", y0=f"{y0:g}", x1=f"{x1:g}", y1=f"{y1:g}")
        for page, x0, y0, x1, y1 in citation.boxes
    )


def _at(document: Document, citation: Citation) -> FoundPlace | None:
    """Return what is recognised at the citation's place, from its first word to its last; None where nothing is."""
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
    """Narrow `[start, end)`, whole words with a box each, to the quote, which may be part of the first and last."""
    at = document.text.find(citation.quote, start, end)
    return (start, end) if at < 0 else (at, at + len(citation.quote))


def _lies_in(word: Word, line: PageBox) -> bool:
    if word.page != line.page:
        return False
    across = min(word.x1, line.x1 + _NEAR) - max(word.x0, line.x0 - _NEAR)
    down = min(word.y1, line.y1 + _NEAR) - max(word.y0, line.y0 - _NEAR)
    area = max((word.x1 - word.x0) * (word.y1 - word.y0), 1e-6)
    return across > 0 and down > 0 and across * down >= _INSIDE * area


def _noted(finding: Finding, further: str) -> Finding:
    note = further if finding.note is None else f"{finding.note}; {further}"
    return Finding(finding.claim, finding.verdict, finding.place, note)
