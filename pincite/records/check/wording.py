"""Puts findings into words, with the templates in prompts/: each finding separately, or all of them for a terminal."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from textwrap import shorten

from pincite.records.check.quotations import Rule
from pincite.records.check.types import (
    Change,
    Checked,
    Difference,
    Doubt,
    Finding,
    LeftAlone,
    Question,
    SourcePlace,
    Verdict,
)
from prompts import render
from qa.rendering import under_text

LONGEST = 160  # characters of a quotation on one line

VERDICTS = {
    Verdict.VERBATIM: "check_verbatim",
    Verdict.ALTERED: "check_altered",
    Verdict.ELSEWHERE: "check_elsewhere",
    Verdict.NOT_FOUND: "check_not_found",
}
_RULES = {
    Rule.ONE_WORD: "check_rule_one_word",
    Rule.TITLE: "check_rule_title",
    Rule.PHRASE: "check_rule_phrase",
}
_KINDS = {
    "number": "check_kind_number",
    "date": "check_kind_date",
    "sum": "check_kind_sum",
    "name": "check_kind_name",
}


def counts_text(checked: Checked) -> str:
    """Return the counts of all verdicts in one line."""
    counts = {verdict.value: checked.count(verdict) for verdict in Verdict}
    total = len(checked.findings)
    if not total:
        return render("check_sum_none")
    if total == 1:
        return render("check_sum_one", **counts)
    return render("check_sum", total=total, **counts)


def holds_text(checked: Checked) -> str:
    """Return, in words, whether every quotation is verbatim."""
    total = len(checked.findings)
    count = sum(not finding.holds for finding in checked.findings)
    if not count:
        return render("check_holds")
    if total == 1:
        return render("check_holds_not_only")
    return render("check_holds_not_one" if count == 1 else "check_holds_not", count=count, total=total)


def questions_text(count: int) -> str:
    """Return, in words, how many figures a person should look at."""
    return render("check_questions_one") if count == 1 else render("check_questions", count=count)


def difference_text(difference: Difference) -> str:
    """Return a difference in words."""
    draft, source = one_line(difference.draft), one_line(difference.source)
    if difference.change is Change.LEFT_OUT:
        return render("check_left_out", source=source)
    if difference.change is Change.PUT_IN:
        return render("check_put_in", draft=draft)
    text = render("check_changed", draft=draft, source=source)
    return text + "".join(
        render("check_look_alike", letter=letter, name=_name(letter)) for letter in _foreign(draft, source)
    )


def _foreign(draft: str, source: str) -> list[str]:
    """Return the letters of `draft` in a script that `source` does not use: a Cyrillic letter may look Latin."""
    other = [letter for letter in dict.fromkeys(draft) if letter.isalpha() and letter not in source]
    scripts = {_name(letter).split()[0] for letter in source if letter.isalpha()}
    return [letter for letter in other if scripts and _name(letter).split()[0] not in scripts]


def _name(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}")


def notes_text(finding: Finding) -> list[str]:
    """Return further remarks about a quotation, a line each."""
    notes = list(finding.notes)
    if finding.quotation.inside is not None:
        notes.append(render("check_inside", number=finding.quotation.inside))
    if finding.others:
        notes.append(render("check_others_one" if finding.others == 1 else "check_others", count=finding.others))
    return notes


def doubt_text(question: Question) -> str:
    """Return why a figure is questioned."""
    kind = render(_KINDS[question.kind])
    if question.doubt is Doubt.ABSENT or question.place is None:
        return render("check_absent", kind=kind)
    place = question.place
    around = one_line(f"{place.before[-60:]}{place.text}{place.after[:60]}")
    return render("check_other_subject", kind=kind, quote=around, place=place_text(place))


def rule_text(left: LeftAlone) -> str:
    """Return, in words, the rule that exempts words from the check."""
    return render(_RULES[Rule(left.rule)])


def place_text(place: SourcePlace) -> str:
    """Return, in words, where a span is: document, page, heading, offsets."""
    page = "" if place.page is None else render("place_page", page=place.page)
    heading = under_text(None if place.heading is None else one_line(place.heading, 80), place.where)
    name = " ".join(place.document_id.split())
    return render("place", id=name, page=page, heading=heading, start=place.start, end=place.end)


def one_line(text: str, longest: int = LONGEST) -> str:
    """Return `text` on one line, cut if it is long."""
    return shorten(text, longest, placeholder=" …")


def checked_text(checked: Checked) -> str:
    """Render the counts, every quotation with its place (failures first), the questions, and the words left alone."""
    ends = [i for i, character in enumerate(checked.text) if character == "\n"]

    def line_at(offset: int) -> int:
        return bisect_right(ends, offset - 1) + 1

    head = counts_text(checked)
    if checked.questions:
        head = f"{head}; {questions_text(len(checked.questions))}"
    blocks = [head, holds_text(checked)] if checked.findings else [head]
    for finding in sorted(checked.findings, key=lambda finding: finding.holds):
        blocks += _finding(finding, line_at(finding.quotation.start))
    for question in checked.questions:
        line = line_at(question.start)
        blocks.append(render("check_question", text=one_line(question.text), line=line, doubt=doubt_text(question)))
    for left in checked.left_alone:
        words, line = one_line(left.text), line_at(left.start)
        blocks.append(render("check_alone", quote=words, line=line, rule=rule_text(left)))
    return "\n".join(blocks)


def _finding(finding: Finding, line: int) -> list[str]:
    quotation, place = finding.quotation, finding.place
    lines_of_finding = [
        render(
            "check_quotation",
            verdict=f"{render(VERDICTS[finding.verdict]):10}",
            number=quotation.number,
            quote=one_line(quotation.text),
            line=line,
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
