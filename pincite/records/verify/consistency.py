"""Checks that a file shows what its data say: questions, answers, quotes, the sentences around them and their places.

What a dossier shows is read from its HTML, and compared with a dossier that is made of its data again. What a Markdown
document has to show is rendered from its data, and looked for in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from itertools import islice

from pincite.records.export.dossier import DATA_ID
from pincite.records.export.excerpts import Excerpt, excerpt, grouped, headline
from pincite.records.export.markdown import escape_markdown, question_heading, quotation
from pincite.records.verify.types import Claim
from qa.types import Citation


@dataclass(frozen=True, slots=True)
class ClaimedAnswer:
    """A question of the file with the claims of its answer; `quotes`: those shown above the sentences too."""

    question: str
    claims: tuple[Claim, ...]
    quotes: tuple[str, ...]


def held_to_dossier(asked: Sequence[ClaimedAnswer], page: DossierText, made: DossierText) -> list[Claim]:
    """Return the claims; a claim that `page` shows otherwise than `made`, its re-export, gets that as its problem."""

    def differing() -> Iterator[tuple[Claim, str, str]]:
        for number, answer in enumerate(asked, start=1):
            spans = {f"{kind}-{number}": claim for kind in ("answer", "question") for claim in answer.claims[:1]}
            spans |= {f"{kind}-{c.number}": c for kind in ("quote", "citation", "excerpt") for c in answer.claims}
            for span, claim in spans.items():
                yield claim, page.texts.get(span, ""), made.texts.get(span, "")

    return _held(asked, ((claim, shown, data) for claim, shown, data in differing() if _bare(shown) != _bare(data)))


def held_to_markdown(asked: Sequence[ClaimedAnswer], shown: str) -> list[Claim]:
    """Return the claims; a claim whose words the Markdown `shown` lacks gets that as its problem."""
    lines = {line.strip() for line in shown.splitlines()}

    def wanted() -> Iterator[tuple[Claim, str, str]]:
        for number, answer in enumerate(asked, start=1):
            for first in answer.claims[:1]:
                words = headline(answer.quotes)
                yield first, f"**{escape_markdown(words)}**" if answer.quotes else "", words
                yield first, question_heading(number, answer.question), answer.question
            claims = iter(answer.claims)
            known = recorded({claim.citation: claim.sentence for claim in answer.claims})
            for around, cited in grouped([claim.citation for claim in answer.claims], known):
                first, *_ = islice(claims, len(cited))
                yield first, quotation(around, cited), first.citation.quote

    lacking = (
        (claim, "", data)
        for claim, words, data in wanted()
        if not lines.issuperset(line.strip() for line in words.splitlines())
    )
    return _held(asked, lacking)


def _held(asked: Sequence[ClaimedAnswer], differing: Iterable[tuple[Claim, str, str]]) -> list[Claim]:
    """Return the claims, those that differ with a problem: whose it is, what is shown, and what the data have."""
    problems: dict[int, str] = {}
    for claim, shown, data in differing:
        words = f"shows {_short(shown)}" if shown.strip() else "does not show it so"
        problems.setdefault(claim.number, f"the file {words}, its data have {_short(data)}")
    claims = [claim for answer in asked for claim in answer.claims]
    return [claim if claim.problem else replace(claim, problem=problems.get(claim.number)) for claim in claims]


def recorded(sentences: Mapping[Citation, str | None]) -> Callable[[Citation], Excerpt]:
    """Return what gives each citation's excerpt as the export had it, by the sentences that the file's data keep."""
    return lambda citation: _recorded_excerpt(citation, sentences.get(citation))


def _recorded_excerpt(citation: Citation, sentence: str | None) -> Excerpt:
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


class DossierText(HTMLParser):
    """What the dossier `html` shows.

    `texts`: the text in the elements of each `data-span`. `data`: the JSON text, None if it is incomplete.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: dict[str, str] = {}
        self.data: str | None = None
        self._open: list[tuple[str, str | None]] = []
        self._data: list[str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _EMPTY:
            return
        attributes = dict(attrs)
        self._open.append((tag, attributes.get("data-span")))
        if tag == "script" and attributes.get("id") == DATA_ID:
            self._data = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._data is not None:
            self.data, self._data = "".join(self._data), None
        for i in range(len(self._open) - 1, -1, -1):
            if self._open[i][0] == tag:
                del self._open[i:]
                return

    def handle_data(self, data: str) -> None:
        if self._data is not None:
            self._data.append(data)
            return
        for span in {span for _, span in self._open if span is not None}:
            self.texts[span] = self.texts.get(span, "") + data
