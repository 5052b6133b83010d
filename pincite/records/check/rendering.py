"""Renders a checked text for a terminal: the sum first, then what does not hold, then the rest."""

from __future__ import annotations

from pincite.records.check.types import Checked, Finding, Verdict
from pincite.records.check.wording import (
    VERDICTS,
    Lines,
    difference_text,
    doubt_text,
    holds_text,
    notes_text,
    one_line,
    place_text,
    questions_text,
    rule_text,
    sum_text,
)
from prompts import render


def checked_text(checked: Checked) -> str:
    """Render the sum, every quotation with its place (those that do not hold first), questions, and the rest."""
    lines = Lines(checked.text)
    head = sum_text(checked)
    if checked.questions:
        head = f"{head}; {questions_text(len(checked.questions))}"
    blocks = [head, holds_text(checked)] if checked.findings else [head]
    for finding in sorted(checked.findings, key=lambda ordered: ordered.holds):
        blocks += _finding(finding, lines)
    for question in checked.questions:
        line = lines.line_at(question.start)
        blocks.append(render("check_question", text=one_line(question.text), line=line, doubt=doubt_text(question)))
    for left in checked.left_alone:
        words, line = one_line(left.text), lines.line_at(left.start)
        blocks.append(render("check_alone", quote=words, line=line, rule=rule_text(left)))
    return "\n".join(blocks)


def _finding(finding: Finding, lines: Lines) -> list[str]:
    quotation, place = finding.quotation, finding.place
    lines_of_finding = [
        render(
            "check_quotation",
            verdict=f"{render(VERDICTS[finding.verdict]):10}",
            number=quotation.number,
            quote=one_line(quotation.text),
            line=lines.line_at(quotation.start),
        )
    ]
    lines_of_finding += [
        render("check_difference", difference=difference_text(difference)) for difference in finding.differences
    ]
    if place is not None and finding.verdict is Verdict.NOT_FOUND:
        lines_of_finding.append(render("check_nearest", quote=one_line(place.text), place=place_text(place)))
    elif place is not None:
        if finding.verdict is Verdict.ALTERED:
            lines_of_finding.append(render("check_source", quote=one_line(place.text)))
        lines_of_finding.append(render("check_place", place=place_text(place)))
    return lines_of_finding + [render("check_note", note=note) for note in notes_text(finding)]
