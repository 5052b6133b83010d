"""Checks that a file shows the same as its data: questions, answers, quotes, their sentences and their places.

The text of a dossier is read from its HTML and compared with a dossier rendered again from its data. For a Markdown
document, the expected lines are rendered from its data and must occur in it.
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
    """A question of the file with the claims of its answer. `quotes`: those that are also shown as the headline."""

    question: str
    claims: tuple[Claim, ...]
    quotes: tuple[str, ...]


def compare_with_dossier(asked: Sequence[ClaimedAnswer], page: DossierText, expected: DossierText) -> list[Claim]:
    """Return the claims; where `page` differs from `expected`, its re-export, the claim gets this as its problem."""

    def compared() -> Iterator[tuple[Claim, str, str]]:
        for number, answer in enumerate(asked, start=1):
            spans = {f"{kind}-{number}": claim for kind in ("answer", "question") for claim in answer.claims[:1]}
            spans |= {f"{kind}-{c.number}": c for kind in ("quote", "citation", "excerpt") for c in answer.claims}
            for span, claim in spans.items():
                yield claim, page.texts.get(span, ""), expected.texts.get(span, "")

    return _with_problems(asked, (entry for entry in compared() if _bare(entry[1]) != _bare(entry[2])))


def compare_with_markdown(asked: Sequence[ClaimedAnswer], shown: str) -> list[Claim]:
    """Return the claims; where the Markdown `shown` lacks the words of a claim, the claim gets this as its problem."""
    lines = {line.strip() for line in shown.splitlines()}

    def wanted() -> Iterator[tuple[Claim, str, str]]:
        for number, answer in enumerate(asked, start=1):
            for first in answer.claims[:1]:
                words = headline(answer.quotes)
                yield first, f"**{escape_markdown(words)}**" if answer.quotes else "", words
                yield first, question_heading(number, answer.question), answer.question
            claims = iter(answer.claims)
            known = excerpts_of_record({claim.citation: claim.sentence for claim in answer.claims})
            for around, cited in grouped([claim.citation for claim in answer.claims], known):
                first, *_ = islice(claims, len(cited))
                yield first, quotation(around, cited), first.citation.quote

    lacking = (
        (claim, "", data)
        for claim, words, data in wanted()
        if not lines.issuperset(line.strip() for line in words.splitlines())
    )
    return _with_problems(asked, lacking)


def _with_problems(asked: Sequence[ClaimedAnswer], differing: Iterable[tuple[Claim, str, str]]) -> list[Claim]:
    """Return the claims with their problems. `differing`: the claim, the text shown, and the text in the data."""
    problems: dict[int, str] = {}
    for claim, shown, data in differing:
        words = f"shows {_short(shown)}" if shown.strip() else "does not show it so"
        problems.setdefault(claim.number, f"the file {words}, its data have {_short(data)}")
    claims = [claim for answer in asked for claim in answer.claims]
    return [claim if claim.problem else replace(claim, problem=problems.get(claim.number)) for claim in claims]


def excerpts_of_record(sentences: Mapping[Citation, str | None]) -> Callable[[Citation], Excerpt]:
    """Return a function that gives a citation's excerpt as it was exported, from the sentences in the file's data."""
    return lambda citation: _recorded_excerpt(citation, sentences.get(citation))


def _recorded_excerpt(citation: Citation, sentence: str | None) -> Excerpt:
    """Return a citation's excerpt as it was exported, from its prefix, its suffix and its `sentence` in the file.

    `sentence`: None if the document was missing at the export.
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
    """The visible text of the dossier `html`.

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
