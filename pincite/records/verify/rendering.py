"""Renders a verification as plain text for a terminal, in the words of prompts/."""

from __future__ import annotations

from textwrap import shorten

from pincite.records.verify.types import Finding, Verdict, Verification
from prompts import render
from qa.rendering import place_text
from qa.types import Citation

LONGEST_QUOTE = 160  # characters


def verification_text(verification: Verification) -> str:
    """Return a line for each citation, what stands there now below it, and the numbers of each verdict."""
    lines = [line for finding in verification.findings for line in _lines(finding)]
    lines += [render("verified_file", problem=" ".join(problem.split())) for problem in verification.problems]
    counts = {verdict.value: verification.count(verdict) for verdict in Verdict}
    total = render("verified_sum", total=len(verification.findings), **counts)
    if verification.problems:
        total = render("verified_sum_file", sum=total)
    return "\n".join([*lines, total])


def _lines(finding: Finding) -> list[str]:
    claim, place = finding.claim, finding.place
    quote = _short(claim.citation.quote)
    lines = [
        render(
            "verified",
            verdict=f"{finding.verdict.value:7}",
            number=claim.number,
            quote=quote,
            place=_place(claim.citation),
        )
    ]
    if place is not None and finding.verdict is not Verdict.OK:
        page = "" if place.page is None else render("place_page", page=place.page)
        where = render("place", id=place.document_id, page=page, heading="", start=place.start, end=place.end)
        moved = finding.verdict is Verdict.MOVED
        words = _short(place.text if moved else place.passage)
        lines.append(render("verified_now" if moved else "verified_nearest", quote=words, place=where))
    if finding.note is not None:
        lines.append(render("verified_note", note=" ".join(finding.note.split())))
    return lines


def _short(text: str) -> str:
    return shorten(text, LONGEST_QUOTE, placeholder=" …")


def _place(citation: Citation) -> str:
    """Return the place on one line, whatever the file says of it."""
    return " ".join(place_text(citation).split())
