"""Looks up a document's blocks by offset, the sentences beside one, and lists with the words that announce them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from index.types import Document, Segment, SegmentKind

Span = tuple[int, int]

_LETTERED = re.compile(r"\s*(?:\([a-z]\)|[a-z]\)|\((?:i|ii|iii|iv|v|vi)\))\s")


class Blocks:
    """The blocks of `document` in order, without its pages. Made once for each question, as documents can be long."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.every: list[Segment] = [s for s in document.segments if s.kind.is_block]
        self._starts = [segment.start for segment in self.every]
        self._headings = [segment for segment in self.every if segment.kind is SegmentKind.HEADING]
        self._heading_starts = [segment.start for segment in self._headings]

    def place(self, offset: int) -> int | None:
        """Return the place among `every` of the block that holds the character at `offset`, or None."""
        at = bisect_right(self._starts, offset) - 1
        return at if at >= 0 and offset < self.every[at].end else None

    def kind(self, offset: int) -> SegmentKind | None:
        """Return the kind of that block."""
        at = self.place(offset)
        return None if at is None else self.every[at].kind

    def is_item(self, segment: Segment) -> bool:
        """Return whether it is a list item: marked as one or, in plain text, a paragraph that begins with "a)"."""
        if segment.kind is SegmentKind.LIST_ITEM:
            return True
        return segment.kind is SegmentKind.PARAGRAPH and _LETTERED.match(self.document.text, segment.start) is not None

    def heading(self, offset: int) -> str:
        """Return the words of the last heading at or before `offset`, or nothing."""
        at = bisect_right(self._heading_starts, offset) - 1
        return self.text(self._headings[at]) if at >= 0 else ""

    def text(self, segment: Segment) -> str:
        """Return its words."""
        return self.document.text[segment.start : segment.end]

    def list_below(self, offset: int) -> list[Span]:
        """Return the items of the list that follows the block at `offset`, as "… these:" announces one."""
        at = self.place(offset)
        below = [] if at is None else self.every[at + 1 :]
        return [(segment.start, segment.end) for segment in takewhile(self.is_item, below)]

    def code_below(self, offset: int) -> Span | None:
        """Return the block of code that follows the block at `offset`."""
        at = self.place(offset)
        if at is None or at + 1 >= len(self.every) or self.every[at + 1].kind is not SegmentKind.CODE:
            return None
        return self.every[at + 1].start, self.every[at + 1].end


def neighbours(sentences: Sequence[Span], span: Span, text: str) -> tuple[Span | None, Span | None]:
    """Return the sentences before and after `span` in its paragraph."""
    at = bisect_right(sentences, span[0], key=lambda s: s[0]) - 1
    before = sentences[at - 1] if at > 0 else None
    after = sentences[at + 1] if at + 1 < len(sentences) else None
    if before and "\n\n" in text[before[1] : span[0]]:
        before = None
    if after and "\n\n" in text[span[1] : after[0]]:
        after = None
    return before, after


# Sentences before, in the same paragraph, that "he" or "this" may take up.
REACH = 2


def before(sentences: Sequence[Span], start: int, text: str, *, most: int = REACH) -> int:
    """Return where the sentences begin that stand before the one at `start` in its paragraph, `most` of them at most.

    `sentences`: those of the document, in order.
    """
    at = bisect_right(sentences, start, key=lambda s: s[0]) - 1
    first = start
    for previous in reversed(sentences[max(0, at - most) : max(0, at)]):
        if "\n\n" in text[previous[1] : first]:
            break
        first = previous[0]
    return first


def after(sentences: Sequence[Span], end: int, text: str) -> int:
    """Return where the sentence ends that follows the one that ends at `end` in its paragraph; `end` if none does."""
    at = bisect_right(sentences, end - 1, key=lambda s: s[0])
    if at >= len(sentences) or "\n\n" in text[end : sentences[at][0]]:
        return end
    return sentences[at][1]


def end_within(document: Document, start: int, end: int, most: int) -> int:
    """Return `end`, or the last place between words at which `[start, end)` has at most `most` characters."""
    if end - start <= most:
        return end
    space = document.text.rfind(" ", start, start + most)
    return space if space > start else start + most


def announced_by(blocks: Blocks, start: int) -> str:
    """Return the words of the paragraph that announces the list with the item at `start`, or nothing."""
    at = blocks.place(start)
    if at is None or blocks.every[at].kind is not SegmentKind.LIST_ITEM:
        return ""
    while at > 0 and blocks.every[at].kind is SegmentKind.LIST_ITEM:
        at -= 1
    return blocks.text(blocks.every[at])


_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3}[.!?])\s+(?=[^\W\d_a-z])")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ListBlock:
    """Items that follow each other. `announced`: the sentence before, if it ends with a colon; `heading`: above."""

    items: tuple[Span, ...]
    announced: str
    heading: str

    @property
    def above(self) -> str:
        """The words above the list: announcement and heading."""
        return f"{self.heading} {self.announced}"

    @property
    def span(self) -> Span:
        """The span from its first item to its last."""
        return self.items[0][0], self.items[-1][1]


def lists_of(blocks: Blocks) -> Iterator[ListBlock]:
    """Yield the lists of a document in order; for a section that has only subsections, the headings of these."""
    document, every = blocks.document, blocks.every
    headings = {_plain(document.text[s.start : s.end]) for s in every if s.kind is SegmentKind.HEADING}
    heading, before = "", ""
    run: list[Segment] = []
    for segment in [*every, None]:
        if segment is not None and blocks.is_item(segment):
            run.append(segment)
            continue
        if run:
            if not _is_contents(document, [(item.start, item.end) for item in run], headings):
                for announced, items in _announced(document, run, before):
                    yield ListBlock(tuple(items), announced, heading)
            run = []
        if segment is None:
            break
        words = document.text[segment.start : segment.end]
        if segment.kind is SegmentKind.HEADING:
            heading, before = words, ""
        else:
            last = _SENTENCE_END.split(words.strip())[-1]
            before = last if last.endswith(":") else words if len(words) <= SHORT else ""
    yield from _of_headings(document, every)
    yield from _of_like_headings(document, every)


# Headings that end in one noun, and words of one at most, that together list things of a kind.
LIKE, LONG = 3, 5
# A paragraph of at most so many characters before a list announces it, without a colon too.
SHORT = 80


def _announced(document: Document, run: Sequence[Segment], before: str) -> list[tuple[str, list[Span]]]:
    """Split a run of items into lists, each with its announcement: an item with a colon announces nested ones."""
    groups: list[tuple[str, list[Span]]] = [(before, [])]
    around = [(0, groups[0][1])]  # the lists that the item stands in, by the level of what announces them
    for item, after in zip(run, [*run[1:], None], strict=True):
        level = item.level or 1
        while len(around) > 1 and level <= around[-1][0]:
            around.pop()
        words = document.text[item.start : item.end]
        if after is not None and (after.level or 1) > level and words.rstrip().endswith(":"):
            groups.append((words, []))
            around.append((level, groups[-1][1]))
        else:
            around[-1][1].append((item.start, item.end))
    return [(announced, items) for announced, items in groups if items]


def _is_contents(document: Document, run: Sequence[Span], headings: set[str]) -> bool:
    """Return whether most items of a list are the document's own headings: its table of contents."""
    items = [_plain(document.text[start:end]) for start, end in run]
    named = sum(any(h and (item.startswith(h) or h.endswith(item)) for h in headings) for item in items if item)
    return 2 * named > len(run)


def _plain(words: str) -> str:
    return " ".join(_WORD.findall(words.lower()))


def _of_headings(document: Document, every: Sequence[Segment]) -> Iterator[ListBlock]:
    for at, segment in enumerate(every):
        if segment.kind is not SegmentKind.HEADING or at == 0:  # the first is the document's title
            continue
        below = []
        for other in every[at + 1 :]:
            if other.kind is SegmentKind.HEADING:
                if (other.level or 1) <= (segment.level or 1):
                    break
                if other.level == (segment.level or 1) + 1:
                    below.append((other.start, other.end))
        if len(below) > 1 and every[at + 1].kind is SegmentKind.HEADING:
            yield ListBlock(tuple(below), "", document.text[segment.start : segment.end])


def _of_like_headings(document: Document, every: Sequence[Segment]) -> Iterator[ListBlock]:
    """List headings that name one kind of thing, as "Dental insurance" and "Life insurance", announced by its noun.

    Of a heading and those below it, these alone.
    """
    named: dict[str, list[Segment]] = {}
    headings = [s for s in every if s.kind is SegmentKind.HEADING]
    for segment in headings:
        words = _WORD.findall(document.text[segment.start : segment.end].lower())
        if 1 < len(words) <= LONG:
            named.setdefault(words[-1], []).append(segment)
    for noun, like in named.items():
        own = [s for s in like if not _heads_one_of(s, like, headings)]
        if len(own) >= LIKE:
            yield ListBlock(tuple((s.start, s.end) for s in own), noun, "")


def _heads_one_of(segment: Segment, like: Sequence[Segment], headings: Sequence[Segment]) -> bool:
    """Return whether one of the headings `like` it stands below it."""
    later = [h for h in headings if h.start > segment.start]
    end = next((h.start for h in later if (h.level or 1) <= (segment.level or 1)), None)
    return any(segment.start < h.start and (end is None or h.start < end) for h in like)
