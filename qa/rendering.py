"""Renders answers as plain text for a terminal, in the words of prompts/."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import shorten

from prompts import render
from qa.types import Answer, Citation, Form, Reason, Status

# Forms whose quotations are the answer as they stand, with nothing to be picked out of the sentence around them.
WIDE = frozenset({Form.STATEMENT, Form.PASSAGE, Form.OVERVIEW})

_ABSTAINED = {
    Reason.LOW_CONFIDENCE: "abstained_low_confidence",
    Reason.NOT_DISCUSSED: "abstained_not_discussed",
    Reason.NOT_SAID: "abstained_not_said",
    Reason.PREMISE_DIFFERS: "abstained_premise_differs",
    Reason.UNREAD: "abstained_unread",
}
_VERDICTS = {"yes": "verdict_yes", "no": "verdict_no"}

_PLACES = {
    "sheet": "place_sheet",
    "slide": "place_slide",
    "speaker_notes": "place_speaker_notes",
    "chapter": "place_chapter",
    "message": "place_message",
    "attachment": "place_attachment",
    "notebook_cell": "place_notebook_cell",
    "time": "place_time",
    "path": "place_path",
    "picture": "place_picture",
    "recognised": "place_recognised",
    "row": "place_row",
    "column": "place_column",
}

# A heading, or the name of a place, is given up to so many characters.
LONGEST_HEADING = 80


def answer_text(answer: Answer) -> str:
    """Render the answer in its form, its confidence and its place; or that there is none, and the nearest statement."""
    lines = [] if answer.read_as == answer.question.strip() else [render("read_as", question=answer.read_as)]
    if answer.status is Status.REPLIED:
        lines.append(answer.text or "")
        lines += [_citation(number, citation, answer.form) for number, citation in enumerate(answer.citations, start=1)]
    elif answer.answered:
        lines += _answered(answer)
    else:
        lines.append(abstention_text(answer))
        if answer.nearest is not None:
            quote = _one_line(answer.nearest.quote)
            lines += [nearest_text(answer), render("nearest_quote", quote=quote, place=place_text(answer.nearest))]
    return "\n".join(lines)


def abstention_text(answer: Answer) -> str:
    """Render that there is no answer, in the words for its reason; for a reply, its text."""
    if answer.text is not None:
        return answer.text
    return render(_ABSTAINED[answer.reason or Reason.NOT_DISCUSSED], unread="; ".join(answer.unread))


def nearest_text(answer: Answer) -> str:
    """Return what is said before the nearest statement, in the words for the reason."""
    return render("nearest_premise_differs" if answer.reason is Reason.PREMISE_DIFFERS else "nearest")


def confidence_text(answer: Answer) -> str:
    """Render the confidence, or that the reader gives none; empty for a wider form without one."""
    if answer.confidence is not None:
        return render("confidence", percent=percent(answer.confidence))
    return render("no_confidence") if answer.form is Form.SPAN else ""


def verdict_text(answer: Answer) -> str:
    """Render yes or no if the answer has a verdict, else nothing."""
    return "" if answer.verdict is None else render(_VERDICTS[answer.verdict])


def percent(probability: float) -> str:
    """Return a probability as a whole number of per cent. Never 0 or 100: a calibrated estimate is not a certainty."""
    return f"{min(99, max(1, round(100 * probability)))}%"


def place_text(citation: Citation) -> str:
    """Return where a citation stands: document, page and heading where there are any, characters."""
    page = "" if citation.page is None else render("place_page", page=citation.page)
    under = under_text(citation.heading, citation.where)
    place = render("place", id=citation.document_id, page=page, heading=under, start=citation.start, end=citation.end)
    words = " ".join(citation.quote[start - citation.start : end - citation.start] for start, end in citation.added)
    return place + (render("added", words=words) if words else "")


def under_text(heading: str | None, where: Sequence[tuple[str, str]]) -> str:
    """Return the heading, and where else a person looks: the sheet, the slide, a table's row and column …

    A heading that is the name of such a place is not said twice.
    """
    named = heading is not None and heading not in (name for _, name in where)
    before = render("place_heading", heading=_shortened(heading)) if heading is not None and named else ""
    return before + where_text(where)


def where_text(where: Sequence[tuple[str, str]]) -> str:
    """Return where a person looks besides page and heading; of kinds that this version does not know, nothing."""
    return "".join(render(_PLACES[kind], name=_shortened(name)) for kind, name in where if kind in _PLACES)


def marked(citation: Citation, form: Form) -> tuple[int, int] | None:
    """Return the words to mark in the sentence that is shown; None where that, as a whole, is what answers."""
    if citation.focus_start is not None and citation.focus_end is not None:
        return citation.focus_start, citation.focus_end
    whole = citation.start <= citation.sentence_start and citation.sentence_end <= citation.end
    return None if whole and form is not Form.SPAN else (citation.start, citation.end)


def by_part(citations: Sequence[Citation]) -> Iterator[tuple[str | None, list[Citation]]]:
    """Yield the citations in their order, with the part of the question that they answer, or None."""
    for part, cited in groupby(citations, key=lambda citation: citation.part):
        yield part, list(cited)


def _answered(answer: Answer) -> Iterator[str]:
    confidence = confidence_text(answer)
    how = render("form_and_confidence" if confidence else "form_alone", form=answer.form, confidence=confidence)
    if answer.form is Form.SPAN:
        yield render("answered", text=answer.text, how=how)
    elif answer.verdict is not None:
        yield verdict_text(answer)
    number = 0
    for part, cited in by_part(answer.citations):
        if part is not None:
            yield render("part", part=part)
        for citation in cited:
            number += 1
            yield _citation(number, citation, answer.form)
    for part in answer.missing:
        yield render("part_missing", part=part)
    if answer.form is not Form.SPAN:
        yield render("answered_wider", how=how)


def _citation(number: int, citation: Citation, form: Form) -> str:
    """Render a citation on a line: for a list the item alone, else its sentence with the words that matter marked."""
    place = place_text(citation)
    if form is Form.LIST and citation.part is None:
        return render("citation_whole", number=number, quote=_one_line(citation.quote), place=place)
    words = marked(citation, form)
    before = citation.prefix[max(0, len(citation.prefix) - max(0, citation.start - citation.sentence_start)) :]
    after = citation.suffix[: max(0, citation.sentence_end - citation.end)]
    quote = citation.quote
    if words is not None:
        start, end = words[0] - citation.start, words[1] - citation.start
        quote = f"{quote[:start]}**{quote[start:end]}**{quote[end:]}"
    shown = _one_line(f"{before}{quote}{after}")
    if before or after or form is Form.SPAN:
        return render("citation", number=number, quote=shown, place=place)
    return render("citation_whole", number=number, quote=shown, place=place)


def _shortened(heading: str) -> str:
    """Return a heading on one line, cut after a word where it is long."""
    return shorten(heading, LONGEST_HEADING, placeholder=" …")


def _one_line(text: str) -> str:
    return " ".join(text.split())
