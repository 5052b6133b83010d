"""Exports an answer with its citations as plain text, for the clipboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.types import Document
from pincite.records.export.excerpts import Excerpt, citations_of, grouped, headline, pieces
from pincite.records.export.links import citation_link
from prompts import render
from qa.rendering import WIDE, abstention_text, nearest_text, place_text, verdict_text
from qa.types import Answer, Citation, Status


def answer_plain(answer: Answer, documents: Mapping[str, Document] | None = None) -> str:
    """Return the answer's words, then each sentence that it stands in with its place, and its link where it has one.

    For an abstention: that there is no answer, and the nearest statement. `documents` by id give whole sentences.
    """
    lines = said_before(answer)
    if answer.answered and answer.form not in WIDE:
        lines.append(headline([citation.quote for citation in answer.citations]))
    part = None
    for around, cited in grouped(citations_of(answer), documents or {}):
        if cited[0].part not in (None, part):
            lines.append(render("part", part=cited[0].part))
        part = cited[0].part
        lines.append(_cited(around, cited))
    return "\n".join([*lines, *(render("part_missing", part=missing) for missing in answer.missing)])


def said_before(answer: Answer) -> list[str]:
    """Return the words before the quotations: a verdict, a reply, or that there is no answer."""
    if answer.status is Status.REPLIED:
        return [answer.text or ""]
    if answer.answered:
        return [verdict_text(answer)] if answer.verdict is not None else []
    return [abstention_text(answer)] + ([nearest_text(answer)] if answer.nearest is not None else [])


def _cited(around: Excerpt, cited: Sequence[Citation]) -> str:
    sentence = "".join(text for text, _ in pieces(around, cited))
    line = render("copy_citation", quote=sentence, place="; ".join(place_text(citation) for citation in cited))
    link = citation_link(cited[0])
    return line if link is None else f"{line}\n{link}"
