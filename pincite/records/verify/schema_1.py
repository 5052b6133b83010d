"""Renders answers exactly as schema_version 1 exported them, in HTML and in Markdown.

A file is compared with the output of the renderer that wrote it, because a later version writes it differently. So the
words of this version are here and not in prompts/, and only the hash of its style sheet is stored. The module uses
today's renderers where their output is unchanged; tests compare it with files of that version. Every change of the
export format after a release gets such a module.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from textwrap import shorten

from pydantic import JsonValue

from pincite.html.marks import escape
from pincite.records.export import dossier
from pincite.records.export.excerpts import Known, citations_of, grouped, headline
from pincite.records.export.markdown import as_document, escape_markdown, question_heading, quotation
from qa.rendering import percent
from qa.types import Answer, Citation, Reason

VERSION = 1  # its schema_version

_STYLE_SHA256 = "ed934048532569f7b425542854254b3cd9823d9670e7415f2fdc9178186c3dc8"
_STYLE = re.compile(r"<style>\n(.*?)</style>", re.DOTALL)
_TITLE, _DOCUMENTS, _NEAREST = "Questions and cited answers", "Documents", "The nearest it comes:"
_CHECK = (
    "To check every quotation against the documents: `pincite verify FILE`, with `--source PATH` where they stand "
    "elsewhere."
)
_ABSTAINED = {Reason.LOW_CONFIDENCE: "The text does not clearly answer this."}


def html(answers: Sequence[Answer], known: Known, record: Mapping[str, JsonValue], text: str) -> str:
    """Return the dossier of `answers`, with the style sheet of the file `text` if that is the one of this version."""
    style = _STYLE.search(text)
    own = style[1] if style and hashlib.sha256(style[1].encode("utf-8")).hexdigest() == _STYLE_SHA256 else "\n"
    numbers = iter(range(1, 1_000_000))
    exchanges = [_exchange(number, answer, known, numbers) for number, answer in enumerate(answers, start=1)]
    words = {"title": _TITLE, "made": _made(record), "documents": _DOCUMENTS, "check": _CHECK}
    return dossier.dossier_page(exchanges, answers, record, **words, style=own)


def markdown(answers: Sequence[Answer], known: Known, record: Mapping[str, JsonValue]) -> str:
    """Return the conversation as Markdown."""
    parts = [f"# {_TITLE}", _made(record)]
    for number, answer in enumerate(answers, start=1):
        parts.append(question_heading(number, answer.question))
        if answer.read_as.strip() != answer.question.strip():
            parts.append(escape_markdown(f"Read as: {answer.read_as}"))
        quotes = [citation.quote for citation in answer.citations]
        bold = f"**{escape_markdown(headline(quotes))}**"
        parts.append(bold if answer.answered else escape_markdown(_abstention(answer)))
        parts += [escape_markdown(_NEAREST)] if answer.nearest is not None else []
        parts += [quotation(*group, _place) for group in grouped(citations_of(answer), known)]
        parts += [escape_markdown(_confidence(answer))] if answer.answered else []
    return as_document(parts, answers, record, documents=_DOCUMENTS, check=_CHECK)


def _made(record: Mapping[str, JsonValue]) -> str:
    date = str(record.get("created"))[:10]
    return (
        f"Made with Pincite {record.get('pincite')} on {date}. Every answer is a verbatim quotation from the document "
        "named below it."
    )


def _exchange(number: int, answer: Answer, known: Known, numbers: Iterator[int]) -> str:
    parts = [f'<h2 dir="auto" data-span="question-{number}">{escape(answer.question)}</h2>']
    if answer.read_as.strip() != answer.question.strip():
        parts.append(f'<p class="note" dir="auto">{escape(f"Read as: {answer.read_as}")}</p>')
    if answer.answered:
        words = escape(headline([citation.quote for citation in answer.citations]))
        shown = f'<span data-span="answer-{number}">{words}</span>'
        parts.append(f'<p class="answer" dir="auto">{shown}</p><p class="note">{escape(_confidence(answer))}</p>')
    else:
        parts.append(f'<p class="abstained">{escape(_abstention(answer))}</p>')
        parts += [f'<p class="note">{_NEAREST}</p>'] if answer.nearest is not None else []
    parts += [dossier.quotation(*group, numbers, _place) for group in grouped(citations_of(answer), known)]
    return f'<section class="exchange" id="question-{number}">\n' + "\n".join(parts) + "\n</section>\n"


def _place(citation: Citation) -> str:
    page = "" if citation.page is None else f", page {citation.page}"
    heading = citation.heading
    under = "" if heading is None else f", under “{shorten(heading, 80, placeholder=' …')}”"
    return f"{citation.document_id}{page}{under}, characters {citation.start} to {citation.end}"


def _confidence(answer: Answer) -> str:
    if answer.confidence is None:
        return "This reader gives no confidence"
    return f"{percent(answer.confidence)} likely to be right"


def _abstention(answer: Answer) -> str:
    return _ABSTAINED.get(answer.reason or Reason.NOT_DISCUSSED, "The text does not answer this.")
