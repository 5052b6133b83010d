"""Renders an answer's citations in its form: sentences with marked words, a list, or parts; chips open their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from index.types import Document
from pincite.html.marks import MarkedSpan, escape, mark
from pincite.html.words import words_html
from pincite.web.conversation import NumberedCitation, as_cited
from pincite.web.document import excerpt_html
from pincite.web.names import place_name
from qa.rendering import marked
from qa.types import Answer, Citation, Form

__all__ = ["cited_html", "sentences_html"]


def cited_html(answer: Answer, cited: Sequence[NumberedCitation], documents: Mapping[str, Document]) -> str:
    """Render the citations of `answer`: by part if its question has parts, a list as a list, else as sentences."""
    shown = []
    for part, group in groupby(cited, key=lambda citation: citation.citation.part):
        listed = list(group)
        if part is not None:
            shown.append(f'<p class="pc-part-of">{words_html("part", part=part)}</p>')
        as_list = answer.form in (Form.LIST, Form.OVERVIEW) and part is None and len(listed) > 1
        shown.append(_list(listed, documents) if as_list else sentences_html(listed, documents, answer.form))
    shown += [f'<p class="pc-missing">{words_html("part_missing", part=part)}</p>' for part in answer.missing]
    return "".join(shown)


def sentences_html(
    cited: Sequence[NumberedCitation], documents: Mapping[str, Document], form: Form, *, confidence: str = ""
) -> str:
    """Render each cited sentence with its chips below; several become a list. `confidence`: HTML below the first."""
    shown = [_quote(item.citations, documents, form) + _chips(item) for item in _items(cited)]
    shown[0] += confidence
    if len(shown) == 1:
        return shown[0]
    items = "".join(f"<li>{sentence}</li>" for sentence in shown)
    return f'<ol class="pc-answers" role="list">{items}</ol>'


@dataclass(slots=True)
class _Item:
    """A cited sentence with the citations in it. `further`: citations of the same words in other places."""

    citations: list[NumberedCitation]
    further: list[NumberedCitation] = field(default_factory=list)

    @property
    def several(self) -> bool:
        """Whether the sentence contains different answers."""
        return len({_folded_quote(citation) for citation in self.citations}) > 1


def _folded_quote(cited: NumberedCitation) -> str:
    return " ".join(cited.citation.quote.split()).casefold()


def _items(cited: Sequence[NumberedCitation]) -> list[_Item]:
    by_sentence: dict[tuple[str, int, int], _Item] = {}
    by_words: dict[str, _Item] = {}
    for citation in cited:
        place = (citation.citation.document_id, citation.citation.sentence_start, citation.citation.sentence_end)
        if place in by_sentence:
            by_sentence[place].citations.append(citation)
            by_words.setdefault(_folded_quote(citation), by_sentence[place])
        elif _folded_quote(citation) in by_words:
            by_words[_folded_quote(citation)].further.append(citation)
        else:
            by_sentence[place] = by_words[_folded_quote(citation)] = _Item([citation])
    return list(by_sentence.values())


def _list(cited: Sequence[NumberedCitation], documents: Mapping[str, Document]) -> str:
    """Render items or sentences, each after its numbered chip, below the name of their place."""
    groups = []
    for source, group in groupby(cited, key=lambda citation: _place(citation.citation)):
        items = "".join(f"<li>{_chip(citation)} {_item_words(citation.citation, documents)}</li>" for citation in group)
        listed = f'<ol class="pc-listed" role="list">{items}</ol>'
        groups.append((f'<p class="pc-note pc-where">{escape(source)}</p>', listed))
    if len(groups) == 1:
        return "".join(reversed(groups[0]))
    return "".join(where + listed for where, listed in groups)


def _item_words(citation: Citation, documents: Mapping[str, Document]) -> str:
    document = as_cited(citation, documents)
    words = excerpt_html(document, citation.start, citation.end) if document is not None else escape(citation.quote)
    return f'<span class="pc-item-words">{words}</span>'


def _quote(group: Sequence[NumberedCitation], documents: Mapping[str, Document], form: Form) -> str:
    """Render the sentence that contains the citations, with the words that answer or matter most marked."""
    first = group[0].citation
    document = as_cited(first, documents)
    spans = list(_spans(group, form))
    if document is None:  # removed or changed since: only the quoted words are known
        return f'<blockquote class="pc-quote">{mark(first.quote, spans, base=first.start)}</blockquote>'
    sentence = excerpt_html(document, first.sentence_start, first.sentence_end, spans)
    return f'<blockquote class="pc-quote">{sentence}</blockquote>'


def _spans(group: Sequence[NumberedCitation], form: Form) -> Iterator[MarkedSpan]:
    for citation in group:
        if citation.nearest:
            continue
        if form is not Form.SPAN:  # the whole citation, so that a table shows its rows
            yield MarkedSpan(citation.citation.start, citation.citation.end, "pc-cited", tag="span")
        if words := marked(citation.citation, form):
            yield MarkedSpan(*words, "pc-span")


def _chips(item: _Item) -> str:
    chips = [
        _chip(citation, citation.citation.quote if item.several else _place(citation.citation))
        for citation in item.citations
    ]
    if item.further:
        chips.append(f'<span class="pc-also">{words_html("page_also")}</span>')
        chips += [_chip(citation, _place(citation.citation)) for citation in item.further]
    return f'<p class="pc-chips">{" ".join(chips)}</p>'


def _place(citation: Citation) -> str:
    return place_name(citation.document_id, citation.page, citation.where)


def _chip(cited: NumberedCitation, label: str | None = None) -> str:
    """Render a chip. `label`: the words on it besides its number, or None."""
    hint = words_html("page_citation_hint", source=cited.citation.document_id)
    number = f'<span class="pc-number">[{cited.number}]</span>'
    name = "" if label is None else f' <span class="pc-source">{escape(label)}</span>'
    return f'<a class="pc-chip" href="#{cited.id}" title="{hint}">{number}{name}</a>'
