"""Checks figures outside quotations: numbers, dates, sums and names that no source contains.

The results are questions, not verdicts. A figure is questioned if no source has it in a usual spelling, or if the
sources have it only in sentences with other names than the draft's sentence, or without a word in common with it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from cachetools import cached

from index.types import SegmentKind
from pincite.records.check.drafts import Draft
from pincite.records.check.meaning import COMMON
from pincite.records.check.sources import Seeds
from pincite.records.check.spellings import MONTHS, NUMBER_WORDS, spellings
from pincite.records.check.types import Doubt, Question, SourcePlace
from pincite.records.check.words import Numbers, Offsets, blanked, split_several

MOST_LOOKED_AT = 60  # places of a figure that are compared
MOST_AROUND = 1000  # characters of its sentence, before and after it

_MONTH = "(?:" + "|".join(MONTHS) + ")"
_NUMBER = r"\d+(?:[.,:/]\d+)*"
_SCALE = r"(?:[ \u00a0-](?:hundred|thousand|million|billion|trillion)\b|(?:bn|mn|m|k)\b)?"
_PATTERNS = {
    "date": re.compile(
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?[ \u00a0](?:of )?{_MONTH}\.?(?:,?[ \u00a0]\d{{4}})?\b"
        rf"|\b{_MONTH}\.?[ \u00a0]\d{{1,2}}(?:st|nd|rd|th)?(?:,?[ \u00a0]\d{{4}})?\b|\b{_MONTH}[ \u00a0]\d{{4}}\b"
        r"|\b\d{4}-\d{2}-\d{2}\b"
    ),
    "sum": re.compile(
        rf"(?:US|A|C)?[$€£¥₹][ \u00a0]?{_NUMBER}{_SCALE}|\b(?<!\d[.,:/]){_NUMBER}{_SCALE}[ \u00a0]?"
        r"(?:%|(?:per[ ]?cent|dollars|euros|pounds|yen|rupees)\b)"
    ),
    "number": re.compile(
        rf"(?<![\w.]){_NUMBER}{_SCALE}(?:st|nd|rd|th)?(?![\w])|\b(?:{'|'.join(NUMBER_WORDS)})(?:-(?:{'|'.join(NUMBER_WORDS)}))?"
        r"(?:[ -](?:hundred|thousand|million|billion))?\b",
        re.IGNORECASE,
    ),
}
_NAME = re.compile(r"\b[A-Z][\w'’-]*(?:[ \u00a0](?:(?:of|de|van|von|der|al|bin|the|and)[ \u00a0])?[A-Z][\w'’-]*)*")
_NO_STATEMENT = re.compile(
    r"\[\^?[\w-]{1,20}\]|【[^【】]*】|(?<=\])\([^()\s]*\)|(?<![\w.])(?:pp?|pgs?|pages?|fig|figs|figure|figures|table|tables|section|chapter|no|vol)\.?"
    r"[ \u00a0]*\d[\d.–-]*|(?m:^[ \t]*(?:\d{1,3}[.)]|#+[^\n]*))|https?://\S+|(?<![\w./-])[\w./-]{1,200}\.(?:pdf|docx?|txt|md|html?)\b",
    re.IGNORECASE,
)
_TITLES = frozenset("mr mrs ms dr prof professor sir lord lady president minister judge justice".split())
_NO_NAMES = (
    COMMON
    | frozenset(m.lower() for m in MONTHS)
    | frozenset(
        "monday tuesday wednesday thursday friday saturday sunday however although because since yes no not".split()
    )
)


_Exact = Callable[[Numbers], Offsets]
"""Returns the places of a run of words."""


@dataclass(frozen=True, slots=True)
class _Figure:
    start: int
    end: int
    text: str
    kind: str
    sentence: tuple[int, int]
    runs: tuple[Numbers, ...] = ()


class Figures:
    """The figures and names of `draft` outside the spans `quoted`. `runs`: the runs of words to look up."""

    def __init__(self, draft: Draft, quoted: Sequence[tuple[int, int]]) -> None:
        self._text = draft.document.text
        headings = [
            (s.start, s.end) for s in draft.document.segments if s.kind in (SegmentKind.HEADING, SegmentKind.CODE)
        ]
        self._masked = _masked(self._text, [*quoted, *headings])
        self._figures = _with_runs(sorted(self._find(), key=lambda figure: figure.start))
        self._names: dict[tuple[int, int], set[str]] = defaultdict(set)
        for figure in self._figures:
            if figure.kind == "name":
                self._names[figure.sentence].add(figure.text)
        self.runs = [run for figure in self._figures for run in figure.runs]

    def questions(self, seeds: Seeds) -> Iterator[Question]:
        """Yield a question for each figure that no source supports, once for equal figures in equal sentences."""
        # Cached, because a draft may have the same figure in every sentence.
        exact: _Exact = cached({}, key=lambda run: run.tobytes())(seeds.exact)
        known = {
            figure.text for figure in self._figures if figure.kind == "name" and any(len(exact(r)) for r in figure.runs)
        }
        asked: set[tuple[str, Doubt]] = set()
        seen: set[tuple[str, int | str]] = set()
        for figure in self._figures:
            same: set[tuple[str, int | str]] = {(figure.text, figure.sentence[0]), (figure.text, self._around(figure))}
            if same & seen:
                continue
            seen |= same
            doubt, place = self._doubt(figure, seeds, exact, known)
            if doubt is not None and (figure.text, doubt) not in asked:
                asked.add((figure.text, doubt))
                sentence = " ".join(self._text[figure.sentence[0] : figure.sentence[1]].split())
                yield Question(figure.start, figure.end, figure.text, figure.kind, doubt, sentence, place)

    def _doubt(
        self, figure: _Figure, seeds: Seeds, exact: _Exact, known: set[str]
    ) -> tuple[Doubt | None, SourcePlace | None]:
        places = [(place, len(run)) for run in figure.runs for place in exact(run)[:MOST_LOOKED_AT].tolist()]
        if not places:
            return Doubt.ABSENT, None
        if figure.kind == "name":
            return None, None
        names, words = self._names[figure.sentence] & known, _beginnings(self._around(figure))
        first: SourcePlace | None = None
        for word, size in places[:MOST_LOOKED_AT]:
            number = seeds.sources.document_at(word)
            document = seeds.sources.documents[number]
            start, end = int(seeds.sources.starts[word]), int(seeds.sources.ends[word + size - 1])
            around = sentence_around(document.text, start, end)
            if _same_subject(names, words, document.text[around[0] : around[1]], document.text[start:end]):
                return None, None
            first = first or seeds.sources.place(number, start, end)
        return Doubt.OTHER_SUBJECT, first

    def _around(self, figure: _Figure) -> str:
        """Return the text of a figure's sentence around it, up to `MOST_AROUND` characters on each side."""
        start = max(figure.sentence[0], figure.start - MOST_AROUND)
        end = min(figure.sentence[1], figure.end + MOST_AROUND)
        return self._text[start : figure.start] + " " + self._text[figure.end : end]

    def _find(self) -> Iterator[_Figure]:
        masked = self._masked
        for start, end in sentences(masked):
            taken = bytearray(end - start)  # 1 for each character of a figure
            spans = [(kind, m.span()) for kind, regex in _PATTERNS.items() for m in regex.finditer(masked, start, end)]
            spans += [("name", span) for span in _names(masked, start, end)]
            for kind, (first, last) in spans:
                if not any(taken[first - start : last - start]):
                    taken[first - start : last - start] = b"\1" * (last - first)
                    yield _Figure(first, last, self._text[first:last], kind, (start, end))


def _with_runs(figures: Sequence[_Figure]) -> list[_Figure]:
    """Return the figures, each with the words of all its spellings."""
    spelt = {key: spellings(*key) for key in dict.fromkeys((figure.text, figure.kind) for figure in figures)}
    words = iter(split_several([spelling for ways in spelt.values() for spelling in ways]))
    runs = {key: tuple(run for _ in ways if len(run := next(words).numbers)) for key, ways in spelt.items()}
    return [replace(figure, runs=runs[figure.text, figure.kind]) for figure in figures]


def _masked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    characters = list(blanked(text, [*spans, *(match.span() for match in _NO_STATEMENT.finditer(text))]))
    stops = {end - 1 for _, end in spans if text[end - 1 : end] in tuple(".!?")}  # these end the draft's sentence, too
    for stop in stops:
        characters[stop] = text[stop]
    return "".join(characters)


def _names(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of capitalised words, without function words and titles before them.

    A single word that begins the sentence is no name.
    """
    for match in _NAME.finditer(text, start, end):
        first, last = match.span()
        words = list(re.finditer(r"[\w'’-]+", match[0]))
        opening = not text[start:first].strip(" \t\r\n*_>-–—“\"'(")
        while words and (words[0][0].lower() in _NO_NAMES or words[0][0].lower() in _TITLES):
            opening = False
            del words[0]
        if not words or (opening and len(words) == 1) or len(match[0]) < 3:
            continue
        first = match.start() + words[0].start()
        last -= 2 if re.search(r"['’]s\Z", match[0]) else 0
        if any(c.isupper() for c in text[first:last]):
            yield first, last


def _same_subject(names: set[str], words: set[str], sentence: str, figure: str) -> bool:
    """Return whether a source's sentence may be about the same subject as the draft's sentence.

    `names`, `words`: those of the draft's sentence. `figure`: the figure as the source spells it.
    """
    if names:
        if any(name.split()[-1].lower() in sentence.lower() for name in names):
            return True
        others = [sentence[a:b] for a, b in _names(sentence, 0, len(sentence)) if sentence[a:b] not in figure]
        return not others and bool(words & _beginnings(sentence.replace(figure, " ")))
    return not words or bool(words & _beginnings(sentence.replace(figure, " ")))


def _beginnings(text: str) -> set[str]:
    """Return the first five letters of each content word, because the forms of a word usually share them."""
    return {w[:5] for w in re.findall(r"[^\W\d_]{3,}", text.lower()) if w not in COMMON}


_END = re.compile(
    r"(?<!\b[A-Z])(?<!\bMr)(?<!\bDr)(?<!\bMrs)(?<!\bSt)[.!?][”’\"')\]]*\s+(?=\W{0,2}[A-Z0-9])|\n[ \t>]*\n"
)
_REACH = 600  # characters
_LONGEST = 1_000  # characters of a sentence; a longer one is split


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of `text`."""
    start = 0
    for match in _END.finditer(text):
        yield from _parts(text, start, match.end())
        start = match.end()
    if start < len(text):
        yield from _parts(text, start, len(text))


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST:
        space = text.rfind(" ", start + 1, start + _LONGEST)
        cut = space + 1 if space > 0 else start + _LONGEST
        yield start, cut
        start = cut
    yield start, end


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of the sentence that contains `[start, end)`."""
    base, limit = max(0, start - _REACH), min(len(text), end + _REACH)
    before = [match.end() for match in _END.finditer(text, base, start)]
    after = _END.search(text, end, limit)
    return (before[-1] if before else base), (after.start() + 1 if after else limit)
