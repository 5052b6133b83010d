"""Exports a conversation as one self-contained HTML file to read, print, send and verify.

It loads nothing and runs no script; its content security policy forbids both. `pincite verify` reads the data at its
end, which are those of the JSON export, and compares them with the elements that have a `data-span`: questions and
answers with their number; quotes, their places and the words around them with that of their (first) citation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from pydantic import JsonValue

from pincite.html.marks import MarkedSpan, escape, escaped_prose, mark
from pincite.html.pages import STATIC, embedded, file_text, template
from pincite.records.export.data import conversation_data
from pincite.records.export.excerpts import Excerpt, Known, citations_of, cited_documents, emphasis, grouped, headline
from pincite.records.export.links import citation_link
from prompts import render
from qa import rendering
from qa.rendering import place_text
from qa.types import Answer, Citation

DATA_ID = "pincite-data"
_HERE = "pincite.records.export"


def dossier_html(
    answers: Sequence[Answer], documents: Known, created: datetime, record: Mapping[str, JsonValue] | None = None
) -> str:
    """Return `answers` as a page. `documents`: by id, for whole sentences (see `excerpt`).

    `record`: the data of an earlier page, to render it again.
    """
    record = conversation_data(answers, documents, created) if record is None else record
    numbers = iter(range(1, 1 + sum(len(citations_of(answer)) for answer in answers)))
    return dossier_page(
        [_exchange(number, answer, documents, numbers) for number, answer in enumerate(answers, start=1)],
        answers,
        record,
        title=render("dossier_title"),
        made=render("dossier_made", version=record["pincite"], date=created.date().isoformat()),
        documents=render("dossier_documents"),
        check=render("dossier_check"),
        style=file_text(_HERE, "dossier.css"),
    )


def dossier_page(
    exchanges: Sequence[str], answers: Sequence[Answer], record: Mapping[str, JsonValue], **words: str
) -> str:
    """Return a page with the HTML of `exchanges`, the documents that `answers` cite, and the data.

    `words`: its `title`, how it was `made`, the heading of the `documents`, how to `check` them, and its `style` sheet.
    """
    page = template(_HERE, "dossier.html").render(
        policy=STATIC,
        pincite=str(record.get("pincite")),
        exchanges="".join(exchanges),
        cited=cited_documents(answers),
        prose=escaped_prose,
        data=embedded(record),
        data_id=DATA_ID,
        **words,
    )
    return f"{page}\n"


def _exchange(number: int, answer: Answer, documents: Known, numbers: Iterator[int]) -> str:
    groups = grouped(citations_of(answer), documents)
    words = headline([citation.quote for citation in answer.citations])
    quoted = [(cited[0].part, quotation(around, cited, numbers)) for around, cited in groups]
    exchange = template(_HERE, "exchange.html").render(
        number=number, answer=answer, headline=words, quoted=quoted, rendering=rendering
    )
    return f"{exchange}\n"


def quotation(
    around: Excerpt,
    cited: Sequence[Citation],
    numbers: Iterator[int],
    place_of: Callable[[Citation], str] = place_text,
) -> str:
    """Return a sentence with its quotes marked, and their places in the words of `place_of`."""
    numbered = [(next(numbers), citation) for citation in cited]
    spans = [span for number, citation in numbered for span in _spans(number, citation)]
    if around.sentence_start < around.sentence_end:
        spans.insert(0, MarkedSpan(around.sentence_start, around.sentence_end, "sentence", tag="span"))
    words = mark(around.text, spans, base=around.start)
    places = "".join(_place(number, citation, place_of(citation)) for number, citation in numbered)
    quoted = f'<blockquote dir="auto" data-span="excerpt-{numbered[0][0]}">{words}</blockquote>'
    return f"<figure>\n{quoted}\n<figcaption>{places}</figcaption>\n</figure>"


def _spans(number: int, citation: Citation) -> Iterator[MarkedSpan]:
    """Yield the mark of the quote, or of its most important words if it has some."""
    words = emphasis(citation)
    if words == (citation.start, citation.end):
        yield MarkedSpan(*words, "quote", id=f"quote-{number}")
    else:
        yield MarkedSpan(citation.start, citation.end, "quoted", id=f"quote-{number}", tag="span")
        yield MarkedSpan(*words, "focus")


def _place(number: int, citation: Citation, words: str) -> str:
    place, link = escape(words), citation_link(citation)
    if link is not None:
        place = f'<a href="{escape(link)}" rel="noreferrer">{place}</a>'
    return f'<p id="citation-{number}" data-span="citation-{number}"><span class="number">[{number}]</span> {place}</p>'
