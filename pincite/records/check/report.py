"""Renders a checked draft as one HTML file: a summary line, the draft beside the findings, every place a link.

It loads nothing and runs no script.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote as percent_encoded

from index.load import is_url
from index.load.finding import held_in
from pincite.html.marks import MarkedSpan, escape, mark
from pincite.html.pages import STATIC, file_text, template
from pincite.records.check import wording
from pincite.records.check.meaning import changes_meaning, is_number
from pincite.records.check.sources import AROUND
from pincite.records.check.types import Checked, Finding, SourcePlace, Verdict
from pincite.records.check.wording import difference_text, place_text
from pincite.records.export.links import text_directive
from prompts import render

MOST_LISTED = 12  # failing quotations listed at the top
SHORT = 60  # characters of each of these
LONGEST_WORD = 40  # characters
_TEXT = (".txt", ".md", ".html", ".htm")  # files that a browser shows as text, so that a link can search for words
_LOOKS = {Verdict.VERBATIM: "good", Verdict.ALTERED: "bad", Verdict.NOT_FOUND: "bad", Verdict.ELSEWHERE: "other"}
_HERE = "pincite.records.check"


def report_html(checked: Checked, created: datetime | None = None) -> str:
    """Render `checked` as a page. Sources that are files on this machine are linked."""
    page = template(_HERE, "report.html").render(
        checked=checked,
        made=render("check_report_made", version=version("pincite"), date=(created or datetime.now(UTC)).date()),
        policy=STATIC,
        style=file_text(_HERE, "report.css"),
        draft=_draft(checked),
        failing=[finding for finding in checked.findings if not finding.holds],
        most_listed=MOST_LISTED,
        short=SHORT,
        looks=_LOOKS,
        worst_text=worst_text,
        marked_quotation=marked_quotation,
        marked_source=marked_source,
        place_link=place_link,
        wording=wording,
    )
    return f"{page}\n"


def worst_text(finding: Finding) -> str:
    """Return, in words, the gravest problem of a quotation that fails."""
    words = {d: f"{d.draft} {d.source}".split() for d in finding.differences}
    grave = [d for d, differing in words.items() if any(changes_meaning(w) or is_number(w) for w in differing)]
    worst = next(iter([*grave, *finding.differences]), None)
    if worst is not None:
        return difference_text(worst)
    return ": ".join([render(wording.VERDICTS[finding.verdict]), *finding.notes[:1]])


def _draft(checked: Checked) -> str:
    """Return the draft as HTML; each quotation, and each questioned figure, links to its finding.

    Words in nested quotations link to the innermost.
    """
    spans = [(f.quotation.start, f.quotation.end, f.verdict.value, f"{f.quotation.number}") for f in checked.findings]
    spans += [(q.start, q.end, "question", f"q{i}") for i, q in enumerate(checked.questions, start=1)]
    edges = sorted({0, len(checked.text), *(at for start, end, _, _ in spans for at in (start, end))})
    spans.sort(key=lambda span: (-span[0], span[1]))  # so that `pop` gives the next one
    parts: list[str] = []
    around: list[tuple[int, int, str, str]] = []
    for start, end in pairwise(edges):
        around = [span for span in around if start < span[1]]
        while spans and spans[-1][0] <= start:
            around.append(spans.pop())
        parts.append(_piece(escape(checked.text[start:end]), start, around))
    return "".join(parts)


def _piece(words: str, start: int, around: Sequence[tuple[int, int, str, str]]) -> str:
    """Return words of the draft, linked to the innermost finding that contains them."""
    if not around:
        return words
    first, _, look, key = around[-1]
    place = f' id="draft-{key}"' if first == start else ""
    within = " within" if len(around) > 1 else ""
    return f'<a{place} href="#found-{key}"><mark class="{look}{within}">{words}</mark></a>'


def marked_quotation(finding: Finding) -> str:
    """Return the draft's quotation as HTML, with its differences marked."""
    differing = [d for d in finding.differences if d.start < d.end]
    spans = [MarkedSpan(difference.start, difference.end, "differs") for difference in differing]
    return mark(finding.quotation.text, spans, base=finding.quotation.start)


def marked_source(finding: Finding, place: SourcePlace) -> str:
    """Return the source's words as HTML, with the words around them, and the differences marked."""
    before, after = _whole_words(place)
    spans = [MarkedSpan(place.start, place.end, "same")]
    differing = [d for d in finding.differences if d.document_start < d.document_end]
    spans += [MarkedSpan(d.document_start, d.document_end, "differs") for d in differing]
    return mark(before + place.text + after, spans, base=place.start - len(before))


def _whole_words(place: SourcePlace) -> tuple[str, str]:
    """Return the text before and after a place, without words that are cut off."""
    cut_before = len(place.before) >= AROUND and " " in place.before[:LONGEST_WORD]
    cut_after = len(place.after) >= AROUND and " " in place.after[-LONGEST_WORD:]
    before = place.before.split(" ", 1)[1] if cut_before else place.before
    return before, place.after.rsplit(" ", 1)[0] if cut_after else place.after


def place_link(place: SourcePlace, here: str) -> str:
    """Return a place in words, as a link into its source, or to `here` in the report if that has no address."""
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
    if (holder := held_in(path)) != path:  # it is attached to a message, and only the message can be opened
        return f"file://{percent_encoded(str(holder))}"
    return f"file://{percent_encoded(str(path))}{page or (f'#:~:text={directive}' if path.suffix in _TEXT else '')}"
