"""Finds running heads in plain text: lines at the head and foot of pages that form feeds or page numbers divide.

RFCs are printed like this, and so is text that programs read from scans.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.load.parsed import trimmed
from index.types import Segment, SegmentKind

_LINE = re.compile(r"[^\r\n\f]*(?:\f|\r\n|\r|\n|\Z)")
_FOOT = re.compile(r".*\S.*\[page [0-9ivxlc]{1,5}\]|\s*\[page [0-9ivxlc]{1,5}\]", re.IGNORECASE)
_NUMBER = re.compile(
    r"[-–—\s\[(]*(?:page\s+)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?[-–—\s\])]*", re.IGNORECASE
)
_COLUMNS = re.compile(r"\S+(?: \S+)* {3,}\S.* {3,}\S+(?: \S+)*")
_FIGURES = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_PAGED = re.compile(
    r"\[page [0-9ivxlc]{1,5}\]|^[ \t]*[-–—][ \t]?\d{1,4}[ \t]?[-–—][ \t]*$|\[pg\.? ?\d|^[ \t]*page \d", re.I | re.M
)
# A page's number on a line of its own, with signs around it that say so.
_MARKED = re.compile(
    r"[-–—] ?(\d{1,4}) ?[-–—]|\[(?:pg?\.? ?)?(\d{1,4})\]|page (\d{1,4})(?: (?:of|/) \d{1,4})?", re.IGNORECASE
)
_LETTERS = 3  # in a line that is compared with others, at least
_EDGE = 2  # lines at the head and the foot of a page that are looked at
_LONGEST = 100  # characters of a running head
_LONGEST_LINE = 200  # characters of a line that is looked at for a page's number


@dataclass(frozen=True, slots=True)
class _TextLine:
    start: int
    end: int
    words: str
    breaks: bool  # whether a form feed ends it


def running_heads(text: str) -> list[Segment]:
    """Return the running heads of the pages of `text`, in order; none where nothing parts its pages."""
    if "\f" not in text and not _PAGED.search(text):
        return []
    lines = list(_lines(text))
    feet, heads = _edges(lines)
    alike = Counter(key for edge in (feet, heads) for key in {(edge is feet, page, _key(lines[i])) for page, i in edge})
    repeated = Counter((is_foot, key) for is_foot, _, key in alike)
    running_heads = set()
    for edge, is_foot in ((feet, True), (heads, False)):
        for _, i in edge:
            words, key = lines[i].words, _key(lines[i])
            recurs = repeated[is_foot, key] > 1 and sum(c.isalpha() for c in key) >= _LETTERS
            if len(words) > _LONGEST:
                continue
            below_foot = not is_foot and _COLUMNS.fullmatch(words) is not None and _follows_foot(lines, i)
            is_number = _NUMBER.fullmatch(words) or _MARKED.fullmatch(words)
            if _FOOT.fullmatch(words) or is_number or recurs or below_foot:
                running_heads.add(i)
    return [
        Segment(SegmentKind.RUNNING_HEAD, *trimmed(text, lines[i].start, lines[i].end)) for i in sorted(running_heads)
    ]


def _lines(text: str) -> Iterator[_TextLine]:
    for match in _LINE.finditer(text):
        if match[0]:
            yield _TextLine(match.start(), match.end(), match[0].strip(), match[0].endswith("\f"))


def _edges(lines: Sequence[_TextLine]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the last lines before each end of a page and the first ones after it: the page's number and the line's."""
    feet: list[tuple[int, int]] = []
    heads: list[tuple[int, int]] = []
    for page, (foot, head) in enumerate(_breaks(lines)):
        before = [j for j in range(foot, max(-1, foot - 8), -1) if lines[j].words][:_EDGE]
        after = [j for j in range(head + 1, min(len(lines), head + 8)) if lines[j].words][:_EDGE]
        feet += [(page, j) for j in before]
        heads += [(page, j) for j in after]
    return feet, heads


def _breaks(lines: Sequence[_TextLine]) -> list[tuple[int, int]]:
    """Return the ends of pages, each from its first line to its last: a page's number, and the form feed below it."""
    breaks: list[tuple[int, int]] = []
    numbered = _numbered(lines)
    for i, line in enumerate(lines):
        if not line.breaks and not _is_foot(line) and i not in numbered:
            continue
        if breaks and not any(between.words for between in lines[breaks[-1][1] + 1 : i + 1]):
            breaks[-1] = (breaks[-1][0], i)
        else:
            breaks.append((i, i))
    return breaks


def _numbered(lines: Sequence[_TextLine]) -> set[int]:
    """Return the lines that are nothing but a page's number, each one above or below another's."""
    numbers: dict[int, int] = {}
    for i, line in enumerate(lines):
        number = _MARKED.fullmatch(line.words) if len(line.words) <= _LONGEST else None
        if number is not None:
            numbers[i] = int(next(group for group in number.groups() if group))
    order = list(numbers)
    return {
        i
        for n, i in enumerate(order)
        if any(0 <= m < len(order) and numbers[order[m]] - numbers[i] == m - n for m in (n - 1, n + 1))
    }


def _follows_foot(lines: Sequence[_TextLine], i: int) -> bool:
    before = next((j for j in range(i - 1, max(-1, i - 8), -1) if lines[j].words), None)
    return before is not None and _is_foot(lines[before])


def _is_foot(line: _TextLine) -> bool:
    return len(line.words) <= _LONGEST_LINE and _FOOT.fullmatch(line.words) is not None


def _key(line: _TextLine) -> str:
    """Return what is the same on the pages of a text; a page's number may stand on either side of it."""
    return " ".join(_FIGURES.sub("#", line.words).split()).strip("# -–—|")
