"""Exports an answer for the clipboard, plain or as Markdown, and a conversation as a file for `pincite verify`.

Text of documents and people is escaped as CommonMark defines and put on one line, so that it never becomes mark-up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from pincite.html.pages import embedded
from pincite.records.export.data import conversation_data
from pincite.records.export.excerpts import Excerpt, Known, citations_of, cited_documents, grouped, headline, pieces
from pincite.records.export.links import citation_link
from prompts import render
from qa.rendering import WIDE, abstention_text, confidence_text, nearest_text, place_text, verdict_text
from qa.types import Answer, Citation, Status

DATA_BEGINS, DATA_ENDS = "<!-- pincite-data", "-->"

_ANYWHERE = re.compile(r"[\\`*_\[\]<>#~|$]")
_AT_START = re.compile(r"\A(?:[-+=:]|\d{1,9}(?=[.)]))")


def escape_markdown(text: str) -> str:
    """Return `text` on one line, with Markdown's special characters escaped by backslashes."""
    escaped = _ANYWHERE.sub(r"\\\g<0>", " ".join(text.split())).replace("&", "&amp;")
    return _AT_START.sub(lambda m: f"{m[0]}\\" if m[0].isdigit() else f"\\{m[0]}", escaped)


@dataclass(frozen=True, slots=True)
class _LineStyle:
    """Formats the parts of an answer: a line, the headline, a sentence with its citations."""

    line: Callable[[str], str]
    headline: Callable[[str], str]
    quotation: Callable[[Excerpt, Sequence[Citation]], str]


def answer_markdown(answer: Answer, documents: Known | None = None) -> str:
    """Return the answer, then each of its sentences as a block quote, with the answer in bold, and its place.

    An abstention is stated, with the nearest statement. `documents`: by id, for whole sentences.
    """
    return "\n\n".join(_answer(answer, documents or {}, _MARKDOWN))


def answer_plain(answer: Answer, documents: Known | None = None) -> str:
    """Return the answer as plain text: each sentence with its place, and its link if it has one."""
    return "\n".join(_answer(answer, documents or {}, _PLAIN))


def conversation_markdown(
    answers: Sequence[Answer], documents: Known, created: datetime, record: Mapping[str, JsonValue] | None = None
) -> str:
    """Return the conversation as a document. The data for `pincite verify` are in a comment at its end.

    `record`: the data of an earlier document, to render it again.
    """
    record = conversation_data(answers, documents, created) if record is None else record
    when = created.date().isoformat()
    parts = [f"# {render('dossier_title')}", render("dossier_made", version=record["pincite"], date=when)]
    for number, answer in enumerate(answers, start=1):
        parts.append(question_heading(number, answer.question))
        if answer.read_as.strip() != answer.question.strip():
            parts.append(escape_markdown(render("read_as", question=answer.read_as)))
        parts += _answer(answer, documents, _MARKDOWN)
        if answer.answered and (confidence := confidence_text(answer)):
            parts.append(escape_markdown(confidence))
    heading, check = render("dossier_documents"), render("dossier_check")
    return as_document(parts, answers, record, documents=heading, check=check)


def as_document(
    parts: list[str], answers: Sequence[Answer], record: Mapping[str, JsonValue], *, documents: str, check: str
) -> str:
    """Return `parts`, the cited documents under the heading `documents`, how to check them, and the data."""
    listed = [
        f"- {escape_markdown(c.document_id)}{_source_note(c)}  \n  sha256 `{c.document_sha256}`"
        for c in cited_documents(answers)
    ]
    listing = [f"## {documents}", "\n".join(listed)] if listed else []
    return "\n\n".join([*parts, *listing, check]) + f"\n\n{DATA_BEGINS}\n{embedded(record)}\n{DATA_ENDS}\n"


def _answer(answer: Answer, documents: Known, style: _LineStyle) -> list[str]:
    parts = [style.line(words) for words in _before_quotations(answer)]
    if answer.answered and answer.form not in WIDE:
        parts.append(style.headline(headline([citation.quote for citation in answer.citations])))
    part = None
    for around, cited in grouped(citations_of(answer), documents):
        if cited[0].part not in (None, part):
            parts.append(style.line(render("part", part=cited[0].part)))
        part = cited[0].part
        parts.append(style.quotation(around, cited))
    return parts + [style.line(render("part_missing", part=missing)) for missing in answer.missing]


def _before_quotations(answer: Answer) -> list[str]:
    """Return the lines before the quotations: a verdict, a reply, or the statement that there is no answer."""
    if answer.status is Status.REPLIED:
        return [answer.text or ""]
    if answer.answered:
        return [verdict_text(answer)] if answer.verdict is not None else []
    return [abstention_text(answer)] + ([nearest_text(answer)] if answer.nearest is not None else [])


def question_heading(number: int, question: str) -> str:
    """Return the heading of a question in a conversation."""
    return f"## {number}\\. {escape_markdown(question)}"


def quotation(around: Excerpt, cited: Sequence[Citation], place_of: Callable[[Citation], str] = place_text) -> str:
    """Return a sentence with the answer in bold, and its place in the words of `place_of`."""
    # Each piece is escaped separately: an escape meant for a line's beginning does no harm inside a line.
    marked = [f"**{escape_markdown(text)}**" if quoted else _inside(text) for text, quoted in pieces(around, cited)]
    return f"> {''.join(marked)}\n>\n> {'; '.join(_place(citation, place_of) for citation in cited)}"


def _place(citation: Citation, place_of: Callable[[Citation], str]) -> str:
    place, link = escape_markdown(place_of(citation)), citation_link(citation)
    return place if link is None else f"[{place}](<{link}>)"


def _inside(text: str) -> str:
    """Return `text` escaped, with the spaces at its ends."""
    bare = text.strip(" ")
    return text.replace(bare, escape_markdown(bare), 1) if bare else text


def _source_note(citation: Citation) -> str:
    """Return the citation's source in brackets, or "" if it is the document's id."""
    return "" if citation.source == citation.document_id else f" ({escape_markdown(citation.source)})"


def _plain_quotation(around: Excerpt, cited: Sequence[Citation]) -> str:
    sentence = "".join(text for text, _ in pieces(around, cited))
    line = render("copy_citation", quote=sentence, place="; ".join(place_text(citation) for citation in cited))
    link = citation_link(cited[0])
    return line if link is None else f"{line}\n{link}"


_MARKDOWN = _LineStyle(escape_markdown, lambda words: f"**{escape_markdown(words)}**", quotation)
_PLAIN = _LineStyle(str, str, _plain_quotation)
