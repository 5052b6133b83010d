"""Answers as plain text for a terminal, in the words of prompts/."""

from __future__ import annotations

from textwrap import shorten

from prompts import render
from qa.types import Answer, Citation, Reason

_ABSTAINED = {
    Reason.LOW_CONFIDENCE: "abstained_low_confidence",
    Reason.NOT_DISCUSSED: "abstained_not_discussed",
}

# A heading is named up to so many characters.
LONGEST_HEADING = 80


def answer_text(answer: Answer) -> str:
    """The answer, how sure it is and where it stands; or that there is none, and the nearest statement."""
    lines = [] if answer.read_as == answer.question.strip() else [render("read_as", question=answer.read_as)]
    if answer.answered:
        lines.append(render("answered", text=answer.text, confidence=confidence_text(answer)))
        lines += [_citation(number, citation) for number, citation in enumerate(answer.citations, start=1)]
    else:
        lines.append(abstention_text(answer))
        if answer.nearest is not None:
            quote = _one_line(answer.nearest.quote)
            lines += [render("nearest"), render("nearest_quote", quote=quote, place=place_text(answer.nearest))]
    return "\n".join(lines)


def abstention_text(answer: Answer) -> str:
    """That there is no answer, in the words for its reason."""
    return render(_ABSTAINED[answer.reason or Reason.NOT_DISCUSSED])


def confidence_text(answer: Answer) -> str:
    """The confidence in words, or that the reader gives none."""
    if answer.confidence is None:
        return render("no_confidence")
    return render("confidence", percent=percent(answer.confidence))


def percent(probability: float) -> str:
    """A probability as a whole number of per cent. Never 0 or 100: a calibrated estimate is not a certainty."""
    return f"{min(99, max(1, round(100 * probability)))}%"


def place_text(citation: Citation) -> str:
    """Where a citation stands: document, page and heading where there are any, characters."""
    page = "" if citation.page is None else render("place_page", page=citation.page)
    heading = "" if citation.heading is None else render("place_heading", heading=_shortened(citation.heading))
    return render("place", id=citation.document_id, page=page, heading=heading, start=citation.start, end=citation.end)


def _citation(number: int, citation: Citation) -> str:
    before = citation.prefix[max(0, len(citation.prefix) - max(0, citation.start - citation.sentence_start)) :]
    after = citation.suffix[: max(0, citation.sentence_end - citation.end)]
    quote = _one_line(f"{before}**{citation.quote}**{after}")
    return render("citation", number=number, quote=quote, place=place_text(citation))


def _shortened(heading: str) -> str:
    """A heading on one line, cut after a word where it is long."""
    return shorten(heading, LONGEST_HEADING, placeholder=" …")


def _one_line(text: str) -> str:
    return " ".join(text.split())
