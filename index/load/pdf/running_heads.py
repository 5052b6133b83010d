"""Finds running heads: lines at the head and foot of several pages that say the same, and page numbers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.load.pdf.layout import PageBlock, PlacedLine
from index.types import SegmentKind

_EDGE = 0.1  # share of the page's height, above and below, where running heads stand
_WIDER = 0.15  # where those stand that are the same on so many pages:
_MANY = 3
_LEVEL = 4.0  # points between the heights of what is the same line on two pages
_APART = 2  # pages between two of them: left and right pages may have heads of their own
_LETTERS = 3  # in what is compared with its figures left out
_LINES = 3  # at each edge of a page that are looked at
_FIGURES = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_PAGE = re.compile(
    r"[-–—|\s\[(]*(?:(?:page|p\.|seite|página|pagina|strana|sida|side|s\.)\s*)?(?:\d{1,4}|[ivxlc]{1,6})"
    r"(?:\s*(?:of|/|von|de|di|av|z|\|)\s*\d{1,4})?(?:\s*\|?\s*p\s*a\s*g\s*e)?[-–—|\s\])]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page and its blocks; `remarks`: what reviewers wrote beside it.

    `further`: what stands after its text, and after a paragraph that goes on from it to the next page: other texts of
    the page with their blocks, such as what is recognised in its pictures.
    """

    number: int
    height: float
    text: str
    blocks: tuple[PageBlock, ...]
    remarks: tuple[str, ...] = ()
    further: tuple[tuple[str, tuple[PageBlock, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class _Edge:
    page: int
    block: int
    line: PlacedLine
    words: str
    height: float  # of the page
    is_head: bool
    outermost: bool


def running_lines(pages: Sequence[PageText]) -> list[set[tuple[int, PlacedLine]]]:
    """Return for each of `pages` its running heads: lines, each with the number of its block."""
    running_lines: list[set[tuple[int, PlacedLine]]] = [set() for _ in pages]
    alike: dict[tuple[bool, str], list[_Edge]] = defaultdict(list)
    for number, page in enumerate(pages):
        for edge in _edges(number, page):
            if edge.outermost and _PAGE.fullmatch(edge.words) and _is_alone(edge, page.blocks):
                running_lines[number].add((edge.block, edge.line))
            elif sum(c.isalpha() for c in edge.words) >= _LETTERS:
                alike[edge.is_head, _FIGURES.sub("#", edge.words)].append(edge)
    for edges in alike.values():
        for edge in _recurring(edges):
            running_lines[edge.page].add((edge.block, edge.line))
    return running_lines


def _edges(number: int, page: PageText) -> list[_Edge]:
    """Return the first and the last lines of a page."""
    height = page.height
    blocks = ((i, block) for i, block in enumerate(page.blocks) if block.kind is not SegmentKind.LINE_NUMBER)
    lines = [(line, i) for i, block in blocks for line in block.lines]
    edges = []
    ordered = sorted(lines, key=lambda item: item[0].top)
    for is_head, ends in ((True, ordered[:_LINES]), (False, ordered[::-1][:_LINES])):
        for place, (line, block) in enumerate(ends):
            near = line.bottom <= _WIDER * height if is_head else line.top >= (1 - _WIDER) * height
            if near:
                words = " ".join(page.text[line.start : line.end].split())
                level = abs(line.top - ends[0][0].top) <= line.bottom - line.top
                edges.append(_Edge(number, block, line, words, height, is_head, place == 0 or level))
    return edges


def _recurring(edges: Sequence[_Edge]) -> Iterator[_Edge]:
    """Yield those that another page near by has at the same height; far inside the page, several pages."""
    by_page: dict[int, list[_Edge]] = defaultdict(list)
    heights: dict[float, list[tuple[float, int]]] = defaultdict(list)
    for edge in edges:
        by_page[edge.page].append(edge)
        heights[edge.height].append((edge.line.top, edge.page))
    for places in heights.values():
        places.sort()
    for edge in edges:
        line, height = edge.line, edge.height
        outside = line.bottom <= _EDGE * height if edge.is_head else line.top >= (1 - _EDGE) * height
        near = (by_page.get(edge.page + step, ()) for step in range(-_APART, _APART + 1) if step)
        if any(_is_level(edge, other) for others in near for other in others) and (
            outside or _count_others(edge, heights[height]) >= _MANY - 1
        ):
            yield edge


def _is_level(edge: _Edge, other: _Edge) -> bool:
    return abs(other.line.top - edge.line.top) <= _LEVEL and other.height == edge.height


def _count_others(edge: _Edge, places: Sequence[tuple[float, int]]) -> int:
    """Return how many other pages have the line at the height of `edge`; it is not counted on once there are enough."""
    pages: set[int] = set()
    for i in range(bisect_left(places, (edge.line.top - _LEVEL, -1)), len(places)):
        top, page = places[i]
        if top > edge.line.top + _LEVEL or len(pages) >= _MANY:
            break
        pages.add(page)
    return len(pages - {edge.page})


def _is_alone(edge: _Edge, blocks: Sequence[PageBlock]) -> bool:
    """Return whether a line that looks like a page's number is a block of its own, at the very edge."""
    inside = edge.line.bottom <= _EDGE * edge.height if edge.is_head else edge.line.top >= (1 - _EDGE) * edge.height
    return inside and len(blocks[edge.block].lines) == 1
