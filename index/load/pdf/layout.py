"""Lays out a page's glyphs as text: words, lines, columns and paragraphs, with the glyph of each character.

The text of a page depends on nothing but its own glyphs, so that one page can be laid out again to find its boxes.
Characters are those of the page; white space is added between words, lines and blocks, a caret or brackets keep raised
figures apart, and the hyphen of a word that was broken at the end of a line is left out.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from index.geometry import Word
from index.load.marked import moved
from index.load.pdf.columns import columns
from index.load.pdf.frames import with_tables
from index.load.pdf.glyphs import ADDED, SOFT_HYPHEN, Glyphs
from index.load.pdf.hyphens import WORD, keeps_hyphen
from index.load.pdf.lines import BULLET, NUMBER, Line, counted_lines, joined_marks, line_numbers, line_of, table_lines
from index.load.pdf.stretches import Stretch, stretches_of
from index.load.pdf.tables import aligned
from index.types import Segment, SegmentKind

_ENDS = tuple('.!?:;”"»…)')
_NOTE_SIZE = 0.92  # the size of a note to that of the page's text, at most
_MANY = 0.25  # share of a page's characters
_FULL = 0.8  # of a paragraph's longest line, for its last one to be cut at the end of a column
_LOOKED_AT = 100  # lines of a paragraph whose widths are compared
_NOTE_BELOW = 0.5  # of the page's height that stands above a note, at least


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line `[start, end)` of a page's text, and how far from the top of the page it begins and ends."""

    start: int
    end: int
    top: float
    bottom: float


@dataclass(slots=True)
class PageBlock:
    """A paragraph, a list item, a table …: `[start, end)` of the page's text, how it is set, and its lines.

    `inside`: characters that the page does not hold, and the cells of a table. `words`: where each stands in the
    picture that it was recognised in.
    """

    kind: SegmentKind
    start: int
    end: int
    size: float
    bold: bool
    lines: tuple[PlacedLine, ...] = ()
    inside: tuple[Segment, ...] = ()
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """A page's text, the glyph of each of its characters (or one below 0), and its blocks."""

    text: str
    glyphs: Sequence[int]
    blocks: tuple[PageBlock, ...]


@dataclass(slots=True)
class _BlockDraft:
    kind: SegmentKind
    lines: list[Line] = field(default_factory=list)
    cells: list[Segment] = field(default_factory=list)


def lay_out(page: Glyphs) -> Layout:
    """Return the text of `page` in reading order; footnotes and line numbers come last."""
    directions: dict[int, list[Stretch]] = {}
    for quarter, stretch in stretches_of(page):
        directions.setdefault(quarter, []).append(stretch)
    drafts: list[_BlockDraft] = []
    notes: list[_BlockDraft] = []
    for quarter, stretches in sorted(directions.items(), key=lambda d: (-sum(len(s.glyphs) for s in d[1]), d[0])):
        numbers, words = line_numbers(page, stretches)
        words = joined_marks(page, with_tables(page, words) if quarter == 0 else words)
        size = _usual_size(page, words)
        for region in columns(words):
            page_drafts = _drafts(page, region)
            page_drafts, below = _without_notes(page, page_drafts, size)
            notes += below
            _continue(drafts, page_drafts)
        notes += [_BlockDraft(SegmentKind.LINE_NUMBER, [line_of(page, [s]) for s in numbers])] if numbers else []
    return _compose(page, drafts + notes)


def _usual_size(page: Glyphs, stretches: Sequence[Stretch]) -> float:
    """Return the size of most characters; of several common ones the largest: notes may be longer than the text."""
    sizes: dict[float, int] = {}
    for stretch in stretches:
        if stretch.grid is None:
            size = round(line_of(page, [stretch]).size * 2) / 2
            sizes[size] = sizes.get(size, 0) + len(stretch.glyphs)
    many = [size for size, count in sizes.items() if count >= _MANY * sum(sizes.values())]
    return max(many or sizes, default=0.0)


def _without_notes(page: Glyphs, drafts: list[_BlockDraft], size: float) -> tuple[list[_BlockDraft], list[_BlockDraft]]:
    """Return a column's drafts, and the notes at its foot: they begin with a number and are set smaller or raised."""
    first = len(drafts)
    for i in range(len(drafts) - 1, -1, -1):
        line = drafts[i].lines[0]
        small = line.size <= _NOTE_SIZE * size
        if drafts[i].kind is SegmentKind.TABLE or line.box[1] < _NOTE_BELOW * page.height:
            break
        if line.leads_raised or (small and line.note):
            first = i
        elif not small:
            break
    if not first:
        return drafts, []
    for draft in drafts[first:]:
        draft.kind = SegmentKind.NOTE
    return drafts[:first], drafts[first:]


def _drafts(page: Glyphs, region: Sequence[Sequence[Stretch]]) -> list[_BlockDraft]:
    """Return the rows of a column as paragraphs, list items and tables; a table within rules is one on its own."""
    drafts: list[_BlockDraft] = []
    lines: list[Line] = []
    for row in region:
        plain = [stretch for stretch in row if stretch.grid is None]
        if plain:
            lines.append(line_of(page, plain))
        for stretch in row:
            if stretch.grid is not None:
                glyphs, cells = stretch.grid.lines(page)
                table = _BlockDraft(SegmentKind.TABLE, table_lines(page, glyphs, stretch.box), cells)
                drafts += [*_of_lines(page, lines), table]
                lines = []
    return drafts + _of_lines(page, lines)


def _of_lines(page: Glyphs, lines: Sequence[Line]) -> list[_BlockDraft]:
    if not lines:
        return []
    left, right = min(line.box[0] for line in lines), max(line.box[2] for line in lines)
    pitches = [b.box[3] - a.box[3] for a, b in pairwise(lines)]
    ordinary = [p for p, line in zip(pitches, lines, strict=False) if 0 < p < 2.2 * line.size]
    pitch = median(ordinary) if ordinary else 1.3 * lines[0].size
    drafts: list[_BlockDraft] = []
    counted = counted_lines(lines)
    for i, line in enumerate(lines):
        beside = (lines[j] for j in (i - 1, i + 1) if 0 <= j < len(lines))
        table = len(line.cells) > 1 and any(len(other.cells) > 1 for other in beside)
        draft = drafts[-1] if drafts else None
        is_item = not table and (i in counted or _is_item(draft, line))
        if draft is not None and (draft.kind is SegmentKind.TABLE) == table and not is_item:
            before = draft.lines[-1]
            edge = max(near.box[2] for near in lines[max(0, i - 3) : i + 3])
            joined = table or not _breaks(draft, before, line, left, right, edge)
            near = line.box[1] - before.box[3] <= line.size if table else line.box[3] - before.box[3] <= 1.35 * pitch
            if joined and near and (table or abs(line.size - before.size) < 0.15 * before.size):
                draft.lines.append(line)
                continue
        kind = SegmentKind.TABLE if table else SegmentKind.LIST_ITEM if is_item else SegmentKind.PARAGRAPH
        drafts.append(_BlockDraft(kind, [line]))
    for draft in drafts:
        if draft.kind is SegmentKind.TABLE:
            _align(page, draft)
    return drafts


def _align(page: Glyphs, draft: _BlockDraft) -> None:
    """Give the cells of a table their columns, where these can be told."""
    grid = aligned([line.cells for line in draft.lines]) if len(draft.lines) > 1 else None
    if grid is None:
        return
    rows, draft.cells = grid.lines(page)
    for line, row in zip(draft.lines, rows, strict=True):
        line.glyphs = row
        line.text = page.text(row)


def _is_item(draft: _BlockDraft | None, line: Line) -> bool:
    """Return a bullet, or a number that does not just happen to stand where a line begins."""
    if line.mark or BULLET.match(line.text):
        return True
    between = draft is None or draft.kind is SegmentKind.LIST_ITEM or draft.lines[-1].text.endswith(_ENDS)
    return between and NUMBER.match(line.text) is not None


def _breaks(draft: _BlockDraft, before: Line, line: Line, left: float, right: float, edge: float) -> bool:
    """Return whether a new paragraph begins with `line`; `edge`: how far the lines around it reach."""
    if before.bold != line.bold or line.leads_raised or (len(before.cells) > 1) != (len(line.cells) > 1):
        return True
    starts = line.text[:1].isupper() or line.text[:1].isdigit() or line.text[:1] in '“"‘('
    room = edge - before.box[2] - line.first_word
    if draft.kind is SegmentKind.LIST_ITEM:
        # Lines may go back to the margin below a first one that is indented, where no more words went on it; beside a
        # mark that is drawn they do not.
        wrapped = room <= line.size and not before.text.endswith(_ENDS) and not draft.lines[0].mark
        outside = line.box[0] < draft.lines[0].box[0] - 0.3 * line.size and not wrapped
        back = len(draft.lines) > 1 and line.box[0] < draft.lines[-1].box[0] - 0.3 * line.size
        return outside or back or (starts and before.text.endswith(_ENDS) and line.box[0] < draft.lines[0].words)
    indented = line.box[0] - left > 0.8 * line.size and before.box[0] - left < 0.4 * line.size
    short = before.box[2] < right - 0.25 * (right - left)
    if indented or (short and starts and before.text.endswith(_ENDS)):
        return True
    return starts and room > 2 * line.size and before.box[2] - before.box[0] < 0.6 * (edge - left)


def _continue(drafts: list[_BlockDraft], following: list[_BlockDraft]) -> None:
    """Add to `drafts` those of the next column; a paragraph may go on there in the middle of a sentence."""
    if drafts and following:
        last, first = drafts[-1], following[0]
        a, b = last.lines[-1], first.lines[0]
        same = last.kind is first.kind is SegmentKind.PARAGRAPH and abs(a.size - b.size) < 0.1 * a.size
        if same and a.bold == b.bold and not a.text.endswith(_ENDS) and (b.text[:1].islower() or _is_cut(last, b)):
            last.lines += first.lines
            following = following[1:]
    drafts += following


def _is_cut(last: _BlockDraft, following: Line) -> bool:
    """Return whether a paragraph ends with a full line, in a sentence that goes on with a name or a figure."""
    widths = [line.box[2] - line.box[0] for line in last.lines[-_LOOKED_AT:]]
    return len(widths) > 1 and widths[-1] >= _FULL * max(widths) and following.text[:1].isalnum()


def _compose(page: Glyphs, drafts: Sequence[_BlockDraft]) -> Layout:
    words = {word.lower() for draft in drafts for line in draft.lines for word in WORD.findall(line.text)}
    parts: list[str] = []
    glyphs = array("i")
    blocks = []
    for draft in drafts:
        if parts:
            parts.append("\n\n")
            glyphs.extend((ADDED, ADDED))
        start = len(glyphs)
        lines = []
        for i, line in enumerate(draft.lines):
            following = draft.lines[i + 1] if i + 1 < len(draft.lines) else None
            text, joint = line.text, ""
            if following is not None:
                text, joint = _joint(page, draft.kind, line, following, words)
            lines.append(PlacedLine(len(glyphs), len(glyphs) + len(text), line.top, line.bottom))
            parts += [text, joint]
            glyphs.extend(line.glyphs[: len(text)])
            glyphs.extend([ADDED] * len(joint))
        size = median(line.size for line in draft.lines)
        bold = all(line.bold for line in draft.lines)
        added = [Segment(SegmentKind.ADDED, i, i + 1) for i in range(start, len(glyphs)) if page.is_added(glyphs[i])]
        inside = (*added, *(moved(cell, start) for cell in draft.cells))
        blocks.append(PageBlock(draft.kind, start, len(glyphs), size, bold, tuple(lines), inside))
    return Layout("".join(parts), glyphs, tuple(blocks))


def _joint(page: Glyphs, kind: SegmentKind, line: Line, following: Line, words: set[str]) -> tuple[str, str]:
    """Join `line` with `following`, and return what is between the two.

    A word broken at the end of a line is whole again, unless its hyphen is its own.
    """
    if kind is SegmentKind.TABLE:
        return line.text, "\n"
    if line.text[-1:] in ("–", "—") and line.text[-2:-1].isalnum() and following.text[:1].isalnum():
        return line.text, ""
    last, soft = line.text[-1:], page.codes[line.glyphs[-1]] == SOFT_HYPHEN if line.glyphs[-1] >= 0 else False
    broken = last in ("-", "\u2010") and len(line.text) > 1 and line.text[-2].isalnum()
    if not broken or not following.text[:1].isalnum():
        return line.text, " "
    head, tail = line.text[:-1].split()[-1], following.text.split()[0]
    head = head.rpartition("(")[2].lstrip("“\"'‘[")
    match = WORD.match(tail)
    if not soft and keeps_hyphen(head, match[0] if match else tail, words):
        return line.text, ""
    return line.text[:-1], ""
