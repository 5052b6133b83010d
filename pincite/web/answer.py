"""A conversation as chat messages. Each is one HTML block on one line, so that nothing in it is read as Markdown.

What the page's script acts on is a link, for that is what Gradio's sanitiser leaves whole: `#pc-cite-3` shows a
citation, `#pc-why-1`, `#pc-edit-1` and `#pc-again-1` belong to an exchange.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from index.types import Document
from pincite.html.marks import Span, escape, mark
from pincite.html.words import words_html
from pincite.service.explaining import Passage
from pincite.web.conversation import Exchange, NumberedCitation, numbered
from pincite.web.document import excerpt_html
from pincite.web.names import place_name
from pincite.web.tools import tools_html
from pincite.web.why import why_html
from qa.rendering import abstention_text, percent
from qa.types import Answer

__all__ = ["messages"]

# From which confidence which words are used.
_SURE = (
    (0.9, "page_sure_5"),
    (0.75, "page_sure_4"),
    (0.5, "page_sure_3"),
    (0.3, "page_sure_2"),
    (0.0, "page_sure_1"),
)


def messages(
    exchanges: Sequence[Exchange], documents: Mapping[str, Document], *, rates: bool = False
) -> list[dict[str, str]]:
    """The conversation for a Chatbot: `{"role": …, "content": …}`, all text in it escaped.

    `rates`: whether visitors can say what they think of an answer.
    """
    found = []
    for turn, (exchange, cited) in enumerate(numbered(exchanges), start=1):
        found.append({"role": "user", "content": _question(exchange, turn)})
        found.append({"role": "assistant", "content": _reply(exchange, turn, cited, documents, rates)})
    return found


def _question(exchange: Exchange, turn: int) -> str:
    links = [
        _tool("edit", turn, "page_edit", "page_edit_label"),
        _tool("again", turn, "page_again", "page_again_label"),
    ]
    tools = _paragraph("pc-tools", " ".join(links))
    return _block("pc-asked", f'<div class="pc-question">{escape(exchange.question)}</div>{tools}')


def _tool(name: str, turn: int, words: str, label: str) -> str:
    """`words` and `label`: keys of prompts/."""
    hint = words_html(label, number=turn)
    return f'<a class="pc-tool" role="button" href="#pc-{name}-{turn}" title="{hint}">{words_html(words)}</a>'


def _reply(
    exchange: Exchange, turn: int, cited: Sequence[NumberedCitation], documents: Mapping[str, Document], rates: bool
) -> str:
    if exchange.error is not None:
        return _block("pc-error", escape(exchange.error))
    answer = exchange.answer
    assert answer is not None
    parts = [_read_as(answer), *(_paragraph("pc-note pc-warning", escape(words)) for words in answer.warnings)]
    if answer.answered:
        parts.append(_answers(cited, documents, _confidence(answer)))
    else:
        parts.append(_paragraph("pc-abstained", escape(abstention_text(answer))))
        if cited:
            parts += [_paragraph("pc-note", words_html("nearest")), _answers(cited, documents)]
    if exchange.passages is not None:
        parts.append(_why(answer, exchange.passages, documents))
    parts.append(tools_html(exchange, turn, rates=rates))
    return _block("pc-answer", "".join(parts))


@dataclass(slots=True)
class _Item:
    """A sentence that answers, with the citations in it; `further`: other places that say the same words."""

    inside: list[NumberedCitation]
    further: list[NumberedCitation] = field(default_factory=list)

    @property
    def several(self) -> bool:
        """Whether the sentence gives different answers."""
        return len({_said(one) for one in self.inside}) > 1


def _said(cited: NumberedCitation) -> str:
    return " ".join(cited.citation.quote.split()).casefold()


def _items(cited: Sequence[NumberedCitation]) -> list[_Item]:
    by_sentence: dict[tuple[str, int, int], _Item] = {}
    by_words: dict[str, _Item] = {}
    for one in cited:
        place = (one.citation.document_id, one.citation.sentence_start, one.citation.sentence_end)
        if place in by_sentence:
            by_sentence[place].inside.append(one)
            by_words.setdefault(_said(one), by_sentence[place])
        elif _said(one) in by_words:
            by_words[_said(one)].further.append(one)
        else:
            by_sentence[place] = by_words[_said(one)] = _Item([one])
    return list(by_sentence.values())


def _answers(cited: Sequence[NumberedCitation], documents: Mapping[str, Document], confidence: str = "") -> str:
    """Each sentence that answers, with its chips below; several as a list. `confidence` is the first answer's."""
    shown = [_quote(item.inside, documents) + _chips(item) for item in _items(cited)]
    shown[0] += confidence
    if len(shown) == 1:
        return shown[0]
    items = "".join(f"<li>{one}</li>" for one in shown)
    return f'<ol class="pc-answers" role="list">{items}</ol>'


def _quote(group: Sequence[NumberedCitation], documents: Mapping[str, Document]) -> str:
    """The sentence that the citations stand in, with the words that answer marked."""
    first = group[0].citation
    document = documents.get(first.document_id)
    spans = [Span(one.citation.start, one.citation.end, "pc-span") for one in group if not one.nearest]
    if document is None:  # it has been removed: the words that were quoted are what is left
        return f'<blockquote class="pc-quote">{mark(first.quote, spans, base=first.start)}</blockquote>'
    sentence = excerpt_html(document, first.sentence_start, first.sentence_end, spans)
    return f'<blockquote class="pc-quote">{sentence}</blockquote>'


def _confidence(answer: Answer) -> str:
    if answer.confidence is None:
        return _paragraph("pc-note", words_html("no_confidence"))
    share = percent(answer.confidence)
    sure = next(key for least, key in _SURE if answer.confidence >= least)
    number = words_html("page_sure_number", percent=share, share=share.rstrip("%"))
    bar = f'<span class="pc-meter"><span class="pc-meter-fill" style="width:{share}"></span></span>'
    words = words_html(sure)
    return f'<details class="pc-confidence"><summary>{bar}{words}</summary><p>{number}</p></details>'


def _why(answer: Answer, passages: Sequence[Passage], documents: Mapping[str, Document]) -> str:
    words = words_html("page_why" if answer.answered else "page_why_not")
    note = "" if answer.answered or answer.confidence is None else percent(answer.confidence)
    below = _paragraph("pc-note", words_html("page_sure_abstained", percent=note)) if note else ""
    below += why_html(passages, documents, answer)
    return f'<details class="pc-why" open><summary>{words}</summary>{below}</details>'


def _read_as(answer: Answer) -> str:
    if answer.read_as.strip() == answer.question.strip():
        return ""
    return _paragraph("pc-note", words_html("read_as", question=answer.read_as))


def _chips(item: _Item) -> str:
    chips = [
        _chip(one, one.citation.quote if item.several else place_name(one.citation.document_id, one.citation.page))
        for one in item.inside
    ]
    if item.further:
        chips.append(f'<span class="pc-also">{words_html("page_also")}</span>')
        chips += [_chip(one, place_name(one.citation.document_id, one.citation.page)) for one in item.further]
    return f'<p class="pc-chips">{" ".join(chips)}</p>'


def _chip(cited: NumberedCitation, label: str) -> str:
    hint = words_html("page_citation_hint", source=cited.citation.document_id)
    number = f'<span class="pc-number">[{cited.number}]</span>'
    name = f'<span class="pc-source">{escape(label)}</span>'
    return f'<a class="pc-chip" href="#{cited.id}" title="{hint}">{number} {name}</a>'


def _paragraph(css_class: str, html: str) -> str:
    return f'<p class="{css_class}">{html}</p>'


def _block(css_class: str, html: str) -> str:
    # Markdown leaves an HTML block alone up to its first blank line: so there are no line breaks in it at all.
    return f'<div class="{css_class}">{html}</div>'.replace("\n", "&#10;")
