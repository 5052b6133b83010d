"""Joins pages: paragraphs continue over the end of a page; what is no part of the text stands after it.

Running heads, footnotes, line numbers and remarks come after the page, or after the last of the pages that a paragraph
joins, so that they cut no sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.geometry import Word
from index.load.marked import moved
from index.load.pdf.hyphens import WORD, keeps_hyphen
from index.load.pdf.layout import PageBlock, PlacedLine
from index.load.pdf.running_heads import PageText, running_lines
from index.types import Segment, SegmentKind

BETWEEN = "\n\n"
_ENDS = tuple('.!?:;”"»…')
_ASIDE = (SegmentKind.NOTE, SegmentKind.LINE_NUMBER)
_SHORTEST = 25  # characters of a paragraph that goes on with a capital letter on the next page, at least


@dataclass(frozen=True, slots=True)
class Joined:
    """The text of all pages, their blocks in order, and where each page stands: number, start, end."""

    text: str
    blocks: list[PageBlock]
    pages: list[tuple[int, int, int]]


@dataclass(slots=True)
class _Page:
    number: int
    body: list[tuple[PageBlock, str]] = field(default_factory=list)
    asides: list[tuple[PageBlock, str]] = field(default_factory=list)


class Joiner:
    """Joins pages."""

    def __init__(self, pages: Sequence[PageText]) -> None:
        running = running_lines(pages)
        self._pages = [_divided(page, lines) for page, lines in zip(pages, running, strict=True)]
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[PageBlock] = []
        self._bounds: list[tuple[int, int, int]] = []
        # What is added to the last block, and recognised of it, on the pages on which it goes on.
        self._further: list[Segment] = []
        self._words: list[Word] = []

    def joined(self) -> Joined:
        """Return all pages."""
        waiting: list[_Page] = []
        for i, page in enumerate(self._pages):
            following = self._pages[i + 1] if i + 1 < len(self._pages) else None
            before = self._pages[i - 1] if i and waiting else None
            goes_on = before is not None and _goes_on(before, page)
            for n, (block, text) in enumerate(page.body):
                (self._continue if n == 0 and goes_on else self._add)(page.number, block, text)
            waiting.append(page)
            if following is None or not _goes_on(page, following):
                for ended in waiting:
                    for block, text in ended.asides:
                        self._add(ended.number, block, text)
                waiting = []
        self._end_block()
        return Joined("".join(self._parts), self._blocks, self._bounds)

    def _continue(self, number: int, block: PageBlock, text: str) -> None:
        """Add to the last block, without the hyphen of a word that its page's end breaks."""
        last, before = self._blocks[-1], self._parts[-1]
        joint = " "
        if before[-1:] in ("-", "\u2010") and before[-2:-1].isalnum() and text[:1].isalnum():
            joint = ""
            tail = WORD.match(text)
            if not keeps_hyphen(before[:-1].split()[-1], tail[0] if tail else text, set()):
                self._parts[-1] = before[:-1]
                self._length -= 1
                page, start, end = self._bounds[-1]
                self._bounds[-1] = (page, start, end - 1)
                last.words = tuple(w for w in last.words if w.end < end) + tuple(
                    replace(w, end=end - 1) for w in last.words if w.end == end and w.start < end - 1
                )
        self._put(joint)
        start = self._length
        self._put(text)
        self._further += (moved(segment, start - block.start) for segment in block.inside)
        self._words += (word.moved(start - block.start) for word in block.words)
        last.end = self._length
        self._bound(number, start)

    def _add(self, number: int, block: PageBlock, text: str) -> None:
        self._end_block()
        if self._blocks:
            self._put(BETWEEN)
        start = self._length
        self._put(text)
        self._blocks.append(_moved(block, start - block.start, self._length))
        self._bound(number, start)

    def _end_block(self) -> None:
        if self._blocks:
            self._blocks[-1].inside += tuple(self._further)
            self._blocks[-1].words += tuple(self._words)
            self._further, self._words = [], []

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _bound(self, number: int, start: int) -> None:
        if self._bounds and self._bounds[-1][0] == number:
            self._bounds[-1] = (number, self._bounds[-1][1], self._length)
        else:
            self._bounds.append((number, start, self._length))


def _moved(block: PageBlock, by: int, end: int) -> PageBlock:
    inside = tuple(moved(segment, by) for segment in block.inside)
    words = tuple(word.moved(by) for word in block.words)
    return replace(block, start=block.start + by, end=end, lines=(), inside=inside, words=words)


def _divided(page: PageText, running: set[tuple[int, PlacedLine]]) -> _Page:
    """Return the blocks of a page and what is no part of its text."""
    divided = _Page(page.number)
    for i, block in enumerate(page.blocks):
        heads = {line for number, line in running if number == i}
        for piece, is_head in _pieces(block, heads):
            words = page.text[piece.start : piece.end]
            kind = SegmentKind.RUNNING_HEAD if is_head else block.kind
            place = divided.asides if is_head or block.kind in _ASIDE else divided.body
            place.append((replace(piece, kind=kind), words))
    for text, blocks in page.further:
        divided.asides += [(block, text[block.start : block.end]) for block in blocks]
    for remark in page.remarks:
        words = " ".join(remark.split())
        divided.asides.append((PageBlock(SegmentKind.COMMENT, 0, len(words), 0.0, bold=False), words))
    return divided


def _pieces(block: PageBlock, heads: set[PlacedLine]) -> Iterator[tuple[PageBlock, bool]]:
    """Yield a block without the lines that are running heads, and these."""
    if not heads:
        yield block, False
        return
    run: list[PlacedLine] = []
    for line in (*block.lines, None):
        is_head = line in heads
        if run and (line is None or is_head != (run[-1] in heads)):
            yield _part(block, run), run[-1] in heads
            run = []
        if line is not None:
            run.append(line)


def _part(block: PageBlock, lines: Sequence[PlacedLine]) -> PageBlock:
    start, end = lines[0].start, lines[-1].end
    inside = tuple(
        replace(segment, headers=tuple(h for h in segment.headers if start <= h[0] and h[1] <= end))
        for segment in block.inside
        if start <= segment.start and segment.end <= end
    )
    words = tuple(word for word in block.words if start <= word.start and word.end <= end)
    return replace(block, start=start, end=end, lines=tuple(lines), inside=inside, words=words)


def _goes_on(page: _Page, following: _Page) -> bool:
    """Return whether the last paragraph of `page` ends in the middle of a sentence that goes on on the next page."""
    if not page.body or not following.body or following.number != page.number + 1:
        return False
    (last, text), (first, words) = page.body[-1], following.body[0]
    if bool(last.words) is not bool(first.words):
        return False  # what is recognised stays apart from what the file says
    prose = last.kind in (SegmentKind.PARAGRAPH, SegmentKind.LIST_ITEM) and first.kind is SegmentKind.PARAGRAPH
    if not prose or text.rstrip("’')]").endswith(_ENDS):
        return False
    if abs(last.size - first.size) > 0.1 * last.size or last.bold or first.bold:
        return False
    return words[:1].islower() or (len(text) >= _SHORTEST and (words[:1].isalnum() or words[:1] in "“\"‘'($€£"))
