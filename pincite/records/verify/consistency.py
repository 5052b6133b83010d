"""Checks that a file shows what its data say: questions, answers, quotes, the sentences around them and their places.

What a dossier shows is read from its HTML. Each is rendered from the data once more, as the export does it, and
compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from pincite.records.export.dossier import DATA_ID
from pincite.records.export.excerpts import Excerpt, excerpt, grouped_excerpts, headline
from pincite.records.export.markdown import escape_markdown, question_heading, quotation
from pincite.records.verify.types import Claim
from qa.rendering import place_text
from qa.types import Citation

_BETWEEN = re.compile(r"[\s;,…]+|\band\b")  # of several quotes


@dataclass(frozen=True, slots=True)
class ClaimedAnswer:
    """A question of the file with the claims of its answer; `quotes`: those shown above the sentences too."""

    question: str
    claims: tuple[Claim, ...]
    quotes: tuple[str, ...]


_Differing = Callable[[int, ClaimedAnswer], Iterator[tuple[Claim, str, str]]]
"""Of a question, by its number from 1: what is shown otherwise: whose it is, what is shown, and what the data have."""


def held_to_dossier(asked: Sequence[ClaimedAnswer], page: DossierText) -> list[Claim]:
    """Return the claims; a claim that `page` shows differently gets that as its problem."""

    def differing(number: int, answer: ClaimedAnswer) -> Iterator[tuple[Claim, str, str]]:
        first = answer.claims[0]
        shown = page.texts.get(f"answer-{number}", "")
        if answer.quotes and (
            not shown.strip() or foreign_words(_bare(shown), [_bare(quote) for quote in answer.quotes])
        ):
            yield first, shown, headline(answer.quotes)
        if not answer.quotes and shown.strip():
            yield first, shown, ""
        wanted = [(first, f"question-{number}", answer.question)]
        for claim in answer.claims:
            wanted.append((claim, f"quote-{claim.number}", claim.citation.quote))
            wanted.append((claim, f"citation-{claim.number}", f"[{claim.number}] {place_text(claim.citation)}"))
        for claim, around, _ in _groups(answer):
            wanted.append((claim, f"excerpt-{claim.number}", around.text))
        for claim, span, text in wanted:
            if _bare(page.texts.get(span, "")) != _bare(text):
                yield claim, page.texts.get(span, ""), text

    return _held(asked, differing)


def held_to_markdown(asked: Sequence[ClaimedAnswer], shown: str) -> list[Claim]:
    """Return the claims; a claim whose words the Markdown `shown` lacks gets that as its problem."""
    lines = {line.strip() for line in shown.splitlines()}

    def differing(number: int, answer: ClaimedAnswer) -> Iterator[tuple[Claim, str, str]]:
        first = answer.claims[0]
        if answer.quotes and f"**{escape_markdown(headline(answer.quotes))}**" not in lines:
            yield first, "", headline(answer.quotes)
        if question_heading(number, answer.question) not in lines:
            yield first, "", answer.question
        for claim, around, cited in _groups(answer):
            if not lines.issuperset(line.strip() for line in quotation(around, cited).splitlines()):
                yield claim, "", claim.citation.quote

    return _held(asked, differing)


def foreign_words(text: str, quotes: Collection[str]) -> bool:
    """Return whether an answer says more than it quotes."""
    left = " ".join(text.split())
    for quote in sorted({" ".join(quote.split()) for quote in quotes}, key=len, reverse=True):
        left = left.replace(quote, " ")
    return bool((_BETWEEN.sub("", left) if len(quotes) > 1 else left).strip())


def _held(asked: Sequence[ClaimedAnswer], differing: _Differing) -> list[Claim]:
    claims: list[Claim] = []
    for number, answer in enumerate(asked, start=1):
        problems: dict[int, str] = {}
        for claim, shown, data in differing(number, answer) if answer.claims else ():
            words = f"shows {_short(shown)}" if shown.strip() else "does not show it so"
            problems.setdefault(claim.number, f"the file {words}, its data have {_short(data)}")
        claims += [
            claim if claim.problem else replace(claim, problem=problems.get(claim.number)) for claim in answer.claims
        ]
    return claims


def _groups(answer: ClaimedAnswer) -> Iterator[tuple[Claim, Excerpt, list[Citation]]]:
    """Yield the sentences as they are shown, each with its first claim and all its citations."""
    pairs = [(claim.citation, recorded_excerpt(claim.citation, claim.sentence)) for claim in answer.claims]
    at = 0
    for around, cited in grouped_excerpts(pairs):
        yield answer.claims[at], around, cited
        at += len(cited)


def recorded_excerpt(citation: Citation, sentence: str | None) -> Excerpt:
    """Return what `excerpt` made of a citation at the export, from what the file's data keep of its document.

    That is the sentence, None where the export did not have the document, a prefix and a suffix.
    """
    if sentence is None:
        return excerpt(citation, {})
    first = citation.start - len(citation.prefix)
    before = citation.prefix[: max(0, citation.sentence_start - first)]
    after = citation.suffix[max(0, citation.sentence_end - citation.end) :]
    start, end = citation.sentence_start, citation.sentence_end
    return Excerpt(before + sentence + after, start - len(before), start, end, whole=True)


def _short(text: str) -> str:
    return repr(_bare(text)[:80])


def _bare(text: str) -> str:
    return " ".join(text.replace("\0", "\u2400").split())


_EMPTY = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass(slots=True)
class DossierText:
    """`texts`: the text in the elements of each `data-span`. `data`: the JSON text, None if it is incomplete."""

    texts: dict[str, str] = field(default_factory=dict)
    data: str | None = None


def shown_in(html: str) -> DossierText:
    """Return what the dossier `html` shows."""
    parser = _Parser()
    parser.feed(html)
    return parser.shown


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown = DossierText()
        self._open: list[tuple[str, str | None]] = []
        self._data: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _EMPTY:
            return
        attributes = dict(attrs)
        self._open.append((tag, attributes.get("data-span")))
        if tag == "script" and attributes.get("id") == DATA_ID:
            self._data = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._data is not None:
            self.shown.data, self._data = "".join(self._data), None
        for i in range(len(self._open) - 1, -1, -1):
            if self._open[i][0] == tag:
                del self._open[i:]
                return

    def handle_data(self, data: str) -> None:
        if self._data is not None:
            self._data.append(data)
            return
        for span in {span for _, span in self._open if span is not None}:
            self.shown.texts[span] = self.shown.texts.get(span, "") + data
