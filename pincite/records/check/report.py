"""Renders a checked text as one HTML file: the sum in a line, the draft beside its sources, every place a link.

It loads nothing and runs no script.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote as percent_encoded

from index.load import is_url
from index.load.finding import held_in
from pincite.html.marks import MarkedSpan, escape, mark
from pincite.html.words import words_html
from pincite.records.check.meaning import turns_or_counts
from pincite.records.check.placing import AROUND
from pincite.records.check.types import Checked, Finding, Question, SourcePlace, Verdict
from pincite.records.check.wording import (
    VERDICTS,
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
from pincite.records.export.links import text_directive
from prompts import render

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
MOST_LISTED = 12  # of those that do not hold, at the top
SHORT = 60  # characters of each of them
LONGEST_WORD = 40  # characters
_TEXT = (".txt", ".md", ".html", ".htm")  # what a browser shows as text, where it can look for words
_LOOKS = {Verdict.VERBATIM: "good", Verdict.ALTERED: "bad", Verdict.NOT_FOUND: "bad", Verdict.ELSEWHERE: "other"}


def report_html(checked: Checked, created: datetime | None = None) -> str:
    """Render `checked` as a page. Sources that are files on this machine are linked."""
    made = render("check_report_made", version=version("pincite"), date=(created or datetime.now(UTC)).date())
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{words_html('check_report_title', draft=checked.draft)}</title>\n<style>\n{_style()}</style>\n"
        f"</head>\n<body>\n{_header(checked)}\n{columns_html(checked)}\n"
        f'<div class="lower">\n{_lower(checked)}</div>\n'
        f"<footer><p>{escape(made)}</p></footer>\n</body>\n</html>\n"
    )


def columns_html(checked: Checked) -> str:
    """Return the draft with its quotations marked, and beside it each of them with what the source has."""
    findings = "\n".join(_finding(finding) for finding in checked.findings)
    return (
        f'<div class="columns">\n<section>\n<h2>{words_html("check_report_draft")}</h2>\n'
        f'<div class="draft" dir="auto">{_draft(checked)}</div>\n</section>\n'
        f"<section>\n<h2>{words_html('check_report_findings')}</h2>\n{findings}\n</section>\n</div>"
    )


def _header(checked: Checked) -> str:
    counts = "".join(
        f'<li class="{_LOOKS[verdict]}"><b>{checked.count(verdict)}</b> {words_html(VERDICTS[verdict])}</li>'
        for verdict in Verdict
    )
    if checked.questions:
        counts += f'<li><a href="#questions">{escape(questions_text(len(checked.questions)))}</a></li>'
    look = "good" if checked.ok else "bad"
    failing = [finding for finding in checked.findings if not finding.holds]
    listed = "".join(map(_failing, failing[:MOST_LISTED]))
    if len(failing) > MOST_LISTED:
        listed += f"<li>{escape(render('check_more', count=len(failing) - MOST_LISTED))}</li>"
    listed = f'\n<ul class="failing">{listed}</ul>' if listed else ""
    line = holds_text(checked) if checked.findings else sum_text(checked)
    return (
        f"<header>\n<h1>{words_html('check_report_title', draft=checked.draft)}</h1>\n"
        f'<p class="verdict-line {look}">{escape(line)}</p>\n<ul class="counts">{counts}</ul>{listed}\n</header>'
    )


def _failing(finding: Finding) -> str:
    """Render a quotation that does not hold as one line with a link: what is most wrong, and its words."""
    quotation = finding.quotation
    graver = [d for d in finding.differences if any(map(turns_or_counts, f"{d.draft} {d.source}".split()))]
    worst = next(iter([*graver, *finding.differences]), None)
    what = render(VERDICTS[finding.verdict]) if worst is None else difference_text(worst)
    if not finding.differences and finding.notes:
        what = f"{what}: {finding.notes[0]}"
    words = one_line(quotation.text, SHORT)
    return f'<li><a href="#found-{quotation.number}">[{quotation.number}] {escape(what)}</a> “{escape(words)}”</li>'


def _draft(checked: Checked) -> str:
    """Return the whole draft; each quotation, and each figure that is asked about, leads to what was found.

    Of quotations within others, the innermost is what words lead to.
    """
    spans = [(f.quotation.start, f.quotation.end, f.verdict.value, f"{f.quotation.number}") for f in checked.findings]
    spans += [(q.start, q.end, "question", f"q{i}") for i, q in enumerate(checked.questions, start=1)]
    edges = sorted({0, len(checked.text), *(at for start, end, _, _ in spans for at in (start, end))})
    spans.sort(key=lambda span: (-span[0], span[1]))  # the next one last
    parts: list[str] = []
    around: list[tuple[int, int, str, str]] = []
    for start, end in pairwise(edges):
        around = [span for span in around if start < span[1]]
        while spans and spans[-1][0] <= start:
            around.append(spans.pop())
        parts.append(_piece(escape(checked.text[start:end]), start, around))
    return "".join(parts)


def _piece(words: str, start: int, around: Sequence[tuple[int, int, str, str]]) -> str:
    """Return words of the draft, as a link where they stand in something that was found."""
    if not around:
        return words
    first, _, look, key = around[-1]
    place = f' id="draft-{key}"' if first == start else ""
    within = " within" if len(around) > 1 else ""
    return f'<a{place} href="#found-{key}"><mark class="{look}{within}">{words}</mark></a>'


def _finding(finding: Finding) -> str:
    number, verdict = finding.quotation.number, finding.verdict
    parts = [
        f'<h3><a href="#draft-{number}">[{number}]</a> '
        f'<span class="{verdict.value}">{words_html(VERDICTS[verdict])}</span></h3>'
    ]
    parts.append(f'<div class="pair">{_said(finding)}{_source(finding)}</div>')
    if finding.differences:
        listed = "".join(f"<li>{escape(difference_text(difference))}</li>" for difference in finding.differences)
        parts.append(f'<ul class="plain">{listed}</ul>')
    parts += [f'<p class="note">{escape(note)}</p>' for note in notes_text(finding)]
    return f'<article id="found-{number}">\n' + "\n".join(parts) + "\n</article>"


def _said(finding: Finding) -> str:
    quotation = finding.quotation
    spans = [
        MarkedSpan(difference.start, difference.end, "differs")
        for difference in finding.differences
        if difference.start < difference.end
    ]
    words = mark(quotation.text, spans, base=quotation.start)
    return f'<div><h4>{words_html("check_report_said")}</h4><blockquote dir="auto">{words}</blockquote></div>'


def _source(finding: Finding) -> str:
    place, number = finding.place, finding.quotation.number
    if place is None:
        return f'<div><p class="note">{words_html("check_report_none")}</p></div>'
    before, after = _whole_words(place)
    words = before + place.text + after
    spans = [MarkedSpan(place.start, place.end, "same")]
    spans += [
        MarkedSpan(difference.document_start, difference.document_end, "differs")
        for difference in finding.differences
        if difference.document_start < difference.document_end
    ]
    near = finding.verdict is Verdict.NOT_FOUND
    heading = words_html("check_report_nearest") if near else words_html("check_report_source")
    quoted = mark(words, spans, base=place.start - len(before))
    return (
        f'<div id="source-{number}"><h4>{heading}</h4><blockquote class="around" dir="auto">{quoted}</blockquote>'
        f'<p class="place">{place_link(place, f"#source-{number}")}</p></div>'
    )


def _whole_words(place: SourcePlace) -> tuple[str, str]:
    """Return what stands around a place, without the words that are cut there."""
    cut_before = len(place.before) >= AROUND and " " in place.before[:LONGEST_WORD]
    cut_after = len(place.after) >= AROUND and " " in place.after[-LONGEST_WORD:]
    before = place.before.split(" ", 1)[1] if cut_before else place.before
    return before, place.after.rsplit(" ", 1)[0] if cut_after else place.after


def place_link(place: SourcePlace, here: str) -> str:
    """Give a place in words, as a link to it: where its source has an address there, else to `here`, in the report."""
    return f'<a href="{escape(_address(place) or here)}" rel="noreferrer">{escape(place_text(place))}</a>'


def _address(place: SourcePlace) -> str | None:
    page = f"#page={place.page}" if place.page is not None else None
    directive = text_directive(place.before[-32:], place.text, place.after[:32])
    if is_url(place.source):
        address = place.source.partition("#")[0]
        return address + (page or f"#:~:text={directive}")
    path = Path(place.source) if place.source else None
    if path is None or not path.is_absolute():
        return None
    if (holder := held_in(path)) != path:  # it came with a message, which is what can be opened
        return f"file://{percent_encoded(str(holder))}"
    return f"file://{percent_encoded(str(path))}{page or (f'#:~:text={directive}' if path.suffix in _TEXT else '')}"


def _lower(checked: Checked) -> str:
    return "".join(
        f"<section{place}>\n<h2>{words_html(key)}</h2>\n{about}<ul>\n{listed}</ul>\n</section>\n"
        for key, place, about, listed in _sections(checked)
        if listed
    )


def _sections(checked: Checked) -> Iterator[tuple[str, str, str, str]]:
    about = f'<p class="about">{words_html("check_report_questions_about")}</p>\n'
    questions = "".join(_question(i, entry) for i, entry in enumerate(checked.questions, start=1))
    yield "check_report_questions", ' id="questions"', about, questions
    alone = [
        f"<li>“{escape(one_line(entry.text))}” — {escape(rule_text(entry))}</li>\n" for entry in checked.left_alone
    ]
    yield "check_report_alone", "", "", "".join(alone)
    yield "check_report_failures", "", "", "".join(f"<li>{escape(entry)}</li>\n" for entry in checked.failures)
    documents = "".join(
        f"<li>{escape(name)} <code>sha256 {escape(sha256)}</code></li>\n" for name, _, sha256 in checked.documents
    )
    yield "check_report_documents", "", "", documents


def _question(number: int, question: Question) -> str:
    place = "" if question.place is None else f" {place_link(question.place, f'#found-q{number}')}"
    return (
        f'<li id="found-q{number}"><a href="#draft-q{number}"><b>{escape(question.text)}</b></a>: '
        f'{escape(doubt_text(question))}{place}<br><span class="about">{escape(question.sentence)}</span></li>\n'
    )


@cache
def _style() -> str:
    return files("pincite.records.check").joinpath("report.css").read_text(encoding="utf-8")
