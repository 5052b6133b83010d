"""A page's glyphs into text: words, lines, columns and paragraphs, with the glyph that each character came from.

The text of a page depends on nothing but its own glyphs, so that one page can be laid out again to find its boxes.
Characters are those of the page; white space is added between words, lines and blocks, and the hyphen of a word that
was broken at the end of a line is left out.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from index.load.pdf.columns import columns
from index.load.pdf.pdfium import BOLD, GENERATED, QUARTER
from index.load.pdf.stretches import ADDED, UPRIGHT, Box, Row, Stretch
from index.types import SegmentKind

_HYPHENS = {0x2, 0xAD, 0xFFFE}  # what PDFium makes of a hyphen at the end of a line; a soft one is seen as well
_UNSEEN = {0xFEFF, 0xFFFF, 0x200B}
_BULLET = re.compile(r"[•‣◦▪●○■□∙·–—*-](?:\s|$)")
_NUMBER = re.compile(r"\(?(?:\d{1,2}|[a-z])[.)]\s")
_WORD = re.compile(r"\w+(?:-\w+)*")
# First parts that keep their hyphen: what stands before it is a word of its own.
_KEEP_HYPHEN = {"self", "well", "half", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
_CELL = 1.6  # a gap between cells, in line heights
_ENDS = tuple('.!?:;”"»…)')


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A page as PDFium gives it: size in points, and for each glyph its code point, box and flags."""

    number: int
    width: float
    height: float
    codes: Sequence[int]
    boxes: Sequence[float]
    flags: Sequence[int]

    def box(self, glyph: int) -> Box:
        """x0, y0, x1, y1 in points, from the top left corner of the page as it is shown."""
        x0, y0, x1, y1 = self.boxes[4 * glyph : 4 * glyph + 4]
        return x0, y0, x1, y1


@dataclass(slots=True)
class Block:
    """A paragraph, a list item or a table: `[start, end)` of the page's text, and how it is set."""

    kind: SegmentKind
    start: int
    end: int
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A page's text, the glyph of each of its characters (or `ADDED`), and its blocks."""

    text: str
    glyphs: Sequence[int]
    blocks: tuple[Block, ...]


@dataclass(slots=True)
class _Line:
    """A row of a column: `text` with a glyph for each character."""

    text: str
    glyphs: list[int]
    box: Box
    size: float
    bold: bool
    cells: int


@dataclass(slots=True)
class _Draft:
    kind: SegmentKind
    lines: list[_Line] = field(default_factory=list)


def lay_out(page: Glyphs) -> Layout:
    """The text of `page` in reading order."""
    directions: dict[int, list[Stretch]] = {}
    for turn, (quarter, stretch) in enumerate(_stretches(page)):
        stretch.turn = turn
        directions.setdefault(quarter, []).append(stretch)
    drafts: list[_Draft] = []
    for _, stretches in sorted(directions.items(), key=lambda item: (-sum(len(s.glyphs) for s in item[1]), item[0])):
        for region in columns(stretches):
            found = _drafts([_line(page, row) for row in region])
            drafts = _continued(drafts, found)
    return _compose(drafts)


def _stretches(page: Glyphs) -> Iterator[tuple[int, Stretch]]:
    """Runs of glyphs in the file's order, broken where the next one is not beside the last."""
    current: Stretch | None = None
    quarter, last = 0, (0.0, 0.0, 0.0, 0.0)
    space = ""
    for i, code in enumerate(page.codes):
        if _is_space(code):
            space = space if space == " " else "\n" if page.flags[i] & GENERATED and code != 0x20 else " "
            continue
        if not _is_seen(code):
            continue
        turned = page.flags[i] // QUARTER
        box = UPRIGHT[turned](page.box(i))
        height = min(box[3] - box[1], last[3] - last[1])
        apart = max(box[0], last[0]) - min(box[2], last[2])
        if (
            current is None
            or turned != quarter
            or min(box[3], last[3]) - max(box[1], last[1]) < 0.4 * height
            or apart > 0.9 * height
        ):
            if current is not None:
                yield quarter, current
            current = Stretch([], box, 0, bold=bool(page.flags[i] & BOLD), rtl=False)
            quarter = turned
        elif space == " " or (space and apart > 0.1 * height):
            current.glyphs.append(ADDED)
        x0, y0, x1, y1 = current.box
        current.box = min(x0, box[0]), min(y0, box[1]), max(x1, box[2]), max(y1, box[3])
        current.glyphs.append(i)
        current.bold = current.bold and bool(page.flags[i] & BOLD)
        current.rtl = current.rtl or unicodedata.bidirectional(_character(code)) in ("R", "AL")
        last, space = box, ""
    if current is not None:
        yield quarter, current


def _is_space(code: int) -> bool:
    return code < 0x110000 and code not in _HYPHENS and chr(code).isspace()


def _is_seen(code: int) -> bool:
    if code in _HYPHENS:
        return True
    return 0x20 < code < 0x110000 and code not in _UNSEEN and not 0x7F <= code < 0xA0 and not 0xD800 <= code < 0xE000


def _character(code: int) -> str:
    return "-" if code in _HYPHENS else chr(code)


def _line(page: Glyphs, row: Row) -> _Line:
    glyphs: list[int] = []
    parts: list[str] = []
    cells = 1
    for before, stretch in zip([None, *row], row, strict=False):
        if before is not None:
            gap = max(stretch.box[0] - before.box[2], before.box[0] - stretch.box[2])
            is_cell = stretch.is_cell or before.is_cell or gap > _CELL * min(stretch.height, before.height)
            cells += is_cell
            parts.append("\t" if is_cell else " ")
            glyphs.append(ADDED)
        parts += [" " if glyph == ADDED else _character(page.codes[glyph]) for glyph in stretch.glyphs]
        glyphs += stretch.glyphs
    edges = list(zip(*(stretch.box for stretch in row), strict=True))
    box = min(edges[0]), min(edges[1]), max(edges[2]), max(edges[3])
    size = max(_size(page, s) for s in row if len(s.glyphs) * 3 >= max(len(other.glyphs) for other in row))
    return _Line("".join(parts), glyphs, box, size, all(stretch.bold for stretch in row), cells)


def _size(page: Glyphs, stretch: Stretch) -> float:
    """The height of most of its glyphs: a raised figure is none of the line's size."""
    upright = UPRIGHT[page.flags[next(g for g in stretch.glyphs if g != ADDED)] // QUARTER]
    boxes = [upright(page.box(glyph)) for glyph in stretch.glyphs if glyph != ADDED]
    return median(box[3] - box[1] for box in boxes)


def _drafts(lines: Sequence[_Line]) -> list[_Draft]:
    """The lines of a column as paragraphs, list items and tables."""
    if not lines:
        return []
    left, right = min(line.box[0] for line in lines), max(line.box[2] for line in lines)
    pitches = [b.box[3] - a.box[3] for a, b in pairwise(lines)]
    ordinary = [p for p, line in zip(pitches, lines, strict=False) if 0 < p < 2.2 * line.size]
    pitch = median(ordinary) if ordinary else 1.3 * lines[0].size
    found: list[_Draft] = []
    for i, line in enumerate(lines):
        table = _in_table(lines, i)
        draft = found[-1] if found else None
        is_item = not table and _is_item(draft, line)
        if draft is not None and (draft.kind is SegmentKind.TABLE) == table and not is_item:
            before = draft.lines[-1]
            joined = table or not _breaks(draft, before, line, left, right)
            near = line.box[1] - before.box[3] <= line.size if table else line.box[3] - before.box[3] <= 1.35 * pitch
            if joined and near and abs(line.size - before.size) < 0.15 * before.size:
                draft.lines.append(line)
                continue
        kind = SegmentKind.TABLE if table else SegmentKind.LIST_ITEM if is_item else SegmentKind.PARAGRAPH
        found.append(_Draft(kind, [line]))
    return found


def _is_item(draft: _Draft | None, line: _Line) -> bool:
    """A bullet, or a number that does not just happen to stand where a line begins."""
    if _BULLET.match(line.text):
        return True
    between = draft is None or draft.kind is SegmentKind.LIST_ITEM or draft.lines[-1].text.endswith(_ENDS)
    return between and _NUMBER.match(line.text) is not None


def _in_table(lines: Sequence[_Line], i: int) -> bool:
    """A row of cells beside another one."""
    beside = [lines[j] for j in (i - 1, i + 1) if 0 <= j < len(lines)]
    return lines[i].cells > 1 and any(line.cells > 1 for line in beside)


def _breaks(draft: _Draft, before: _Line, line: _Line, left: float, right: float) -> bool:
    """Whether a new paragraph begins with `line`."""
    if before.bold != line.bold:
        return True
    if draft.kind is SegmentKind.LIST_ITEM:
        return line.box[0] < draft.lines[-1].box[0] - 0.3 * line.size and len(draft.lines) > 1
    indented = line.box[0] - left > 0.8 * line.size and before.box[0] - left < 0.4 * line.size
    short = before.box[2] < right - 0.25 * (right - left)
    starts = line.text[:1].isupper() or line.text[:1].isdigit() or line.text[:1] in '“"‘('
    return indented or (short and starts and before.text.endswith(_ENDS))


def _continued(drafts: list[_Draft], found: list[_Draft]) -> list[_Draft]:
    """Drafts with those of the next column; a paragraph may go on there in the middle of a sentence."""
    if drafts and found:
        last, first = drafts[-1], found[0]
        a, b = last.lines[-1], first.lines[0]
        same = last.kind is first.kind is SegmentKind.PARAGRAPH and abs(a.size - b.size) < 0.1 * a.size
        if same and a.bold == b.bold and b.text[:1].islower() and not a.text.endswith(_ENDS):
            last.lines += first.lines
            found = found[1:]
    return drafts + found


def _compose(drafts: Sequence[_Draft]) -> Layout:
    words = {word.lower() for draft in drafts for line in draft.lines for word in _WORD.findall(line.text)}
    parts: list[str] = []
    glyphs = array("i")
    blocks = []
    for draft in drafts:
        if parts:
            parts.append("\n\n")
            glyphs.extend((ADDED, ADDED))
        start = len(glyphs)
        for i, line in enumerate(draft.lines):
            following = draft.lines[i + 1] if i + 1 < len(draft.lines) else None
            text, joint = line.text, ""
            if following is not None:
                text, joint = _joined(line.text, following.text, words)
                joint = "\n" if joint and draft.kind is SegmentKind.TABLE else joint
            parts += [text, joint]
            glyphs.extend(line.glyphs[: len(text)])
            glyphs.extend([ADDED] * len(joint))
        size = median(line.size for line in draft.lines)
        blocks.append(Block(draft.kind, start, len(glyphs), size, all(line.bold for line in draft.lines)))
    return Layout("".join(parts), glyphs, tuple(blocks))


def _joined(line: str, following: str, words: set[str]) -> tuple[str, str]:
    """`line` as it goes on in `following`, and what stands between the two.

    A word broken at the end of a line is whole again. Its hyphen stays where it belongs to the word: before a
    capital or a figure, or where the page has the word with it elsewhere.
    """
    last = line[-1:]
    if last not in ("-", "\u2010") or len(line) < 2 or not line[-2].isalnum() or not following[:1].isalnum():
        return line, " "
    head, tail = line[:-1].split()[-1], following.split()[0]
    tail_word = _WORD.match(tail)
    tail = tail_word[0] if tail_word else tail
    head = head.rpartition("(")[2].lstrip("“\"'‘[")
    whole, compound = f"{head}{tail}".lower(), f"{head}-{tail}".lower()
    if not (head[-1:].isalpha() and tail[:1].islower()) or (compound in words and whole not in words):
        return line, ""
    if head.lower() in _KEEP_HYPHEN and whole not in words:
        return line, ""
    return line[:-1], ""
