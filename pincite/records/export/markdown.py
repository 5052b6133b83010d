"""Exports answers as Markdown: one for the clipboard, a conversation as a file that `pincite verify` reads.

What a document or a person wrote is escaped, as CommonMark defines it, and put on one line, so that it stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pincite.html.data import embedded
from pincite.records.export.data import conversation_data
from pincite.records.export.excerpts import Excerpt, Known, citations_of, cited_documents, grouped, headline, pieces
from pincite.records.export.links import citation_link
from pincite.records.export.plain_text import said_before
from prompts import render
from qa.rendering import WIDE, confidence_text, place_text
from qa.types import Answer, Citation

DATA_BEGINS, DATA_ENDS = "<!-- pincite-data", "-->"

_ANYWHERE = re.compile(r"[\\`*_\[\]<>#~|$]")
_AT_START = re.compile(r"\A(?:[-+=:]|\d{1,9}(?=[.)]))")


def escape_markdown(text: str) -> str:
    """Return `text` on one line, with Markdown's special characters escaped by backslashes."""
    escaped = _ANYWHERE.sub(r"\\\g<0>", " ".join(text.split())).replace("&", "&amp;")
    return _AT_START.sub(lambda m: f"{m[0]}\\" if m[0].isdigit() else f"\\{m[0]}", escaped)


def answer_markdown(answer: Answer, documents: Known | None = None) -> str:
    """Return the answer's words, then each sentence that it stands in as a quotation, the answer bold, with its place.

    For an abstention: that there is no answer, and the nearest statement. `documents` by id give whole sentences.
    """
    return "\n\n".join(_answer(answer, documents or {}))


def conversation_markdown(
    answers: Sequence[Answer], documents: Known, created: datetime, record: Mapping[str, Any] | None = None
) -> str:
    """Return the conversation as a document. The data that `pincite verify` reads stand in a comment at its end.

    `record`: the data of an earlier document, to make it again.
    """
    record = conversation_data(answers, documents, created) if record is None else record
    when = created.date().isoformat()
    parts = [f"# {render('dossier_title')}", render("dossier_made", version=record["pincite"], date=when)]
    for number, answer in enumerate(answers, start=1):
        parts.append(question_heading(number, answer.question))
        if answer.read_as.strip() != answer.question.strip():
            parts.append(escape_markdown(render("read_as", question=answer.read_as)))
        parts += _answer(answer, documents)
        if answer.answered and (confidence := confidence_text(answer)):
            parts.append(escape_markdown(confidence))
    listed = [
        f"- {escape_markdown(c.document_id)}{source_note(c)}  \n  sha256 `{c.document_sha256}`"
        for c in cited_documents(answers)
    ]
    if listed:
        parts += [f"## {render('dossier_documents')}", "\n".join(listed)]
    parts.append(render("dossier_check"))
    return "\n\n".join(parts) + f"\n\n{DATA_BEGINS}\n{embedded(record)}\n{DATA_ENDS}\n"


def _answer(answer: Answer, documents: Known) -> list[str]:
    parts = [escape_markdown(line) for line in said_before(answer)]
    if answer.answered and answer.form not in WIDE:
        parts.append(f"**{escape_markdown(headline([citation.quote for citation in answer.citations]))}**")
    part = None
    for around, cited in grouped(citations_of(answer), documents):
        if cited[0].part not in (None, part):
            parts.append(escape_markdown(render("part", part=cited[0].part)))
        part = cited[0].part
        parts.append(quotation(around, cited))
    return parts + [escape_markdown(render("part_missing", part=missing)) for missing in answer.missing]


def question_heading(number: int, question: str) -> str:
    """Return the heading of a question in a conversation."""
    return f"## {number}\\. {escape_markdown(question)}"


def quotation(around: Excerpt, cited: Sequence[Citation], place_of: Callable[[Citation], str] = place_text) -> str:
    """Return a sentence with the words that answer bold, and where they stand, as `place_of` says it."""
    # Each piece is escaped for itself: a backslash before what begins a line does no harm inside one.
    marked = [f"**{escape_markdown(text)}**" if quoted else _inside(text) for text, quoted in pieces(around, cited)]
    return f"> {''.join(marked)}\n>\n> {'; '.join(_place(citation, place_of) for citation in cited)}"


def _place(citation: Citation, place_of: Callable[[Citation], str]) -> str:
    place, link = escape_markdown(place_of(citation)), citation_link(citation)
    return place if link is None else f"[{place}](<{link}>)"


def _inside(text: str) -> str:
    """Escape `text`, and keep the spaces at its ends."""
    bare = text.strip(" ")
    return text.replace(bare, escape_markdown(bare), 1) if bare else text


def source_note(citation: Citation) -> str:
    """Return the citation's source in brackets, where it is not the document's id."""
    return "" if citation.source == citation.document_id else f" ({escape_markdown(citation.source)})"
