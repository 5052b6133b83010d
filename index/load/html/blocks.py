"""Reads the blocks of an HTML tree as browsers show them: headings, paragraphs, list items, tables, code, quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from index.load.headers import TableCell
from index.load.marked import unmarked
from index.load.parsed import Composer, visible
from index.load.tables import MAX_COLUMNS
from index.types import SegmentKind

Element = Any  # lxml's

# Elements that begin on a line of their own (HTML Living Standard, 15.3); all others stand in the line.
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary table "
    "tbody td tfoot th thead tr ul".split()
)
# Nothing of these is read: what is not text, and what people fill in.
UNSEEN = frozenset(
    "script style template noscript head title meta link base iframe object embed applet svg canvas audio video map "
    "area select option optgroup datalist input textarea progress meter rp rt rtc annotation annotation-xml".split()
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ITEMS = frozenset(("li", "dt", "dd"))
_BREAK = "\v"  # stands for a line break until white space is put together
_EMPTY_LINE = re.compile(r"\v[ \t\r\n\f]*\v")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
MAX_SPANNED = 200_000  # columns that the cells of a table cover, all of them together
_START = re.compile(r"-?[0-9]{1,6}")
_SPAN = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class BlockContext:
    """The kind of text that is in no block of its own. For a list item: its depth, and its number in a numbered list.

    `depth` counts the lists that enclose it.
    """

    kind: SegmentKind = SegmentKind.PARAGRAPH
    depth: int = 0
    number: int | None = None


_PARAGRAPH = BlockContext()


def add_blocks(composer: Composer, parent: Element, around: BlockContext = _PARAGRAPH) -> None:
    """Append the content of `parent`; text beside its blocks is of the kind `around`."""
    numbers = _Numbers(parent)
    for text, block in _parts(parent):
        _add(composer, around, text)
        if block is not None:
            _block(composer, block, around, numbers)


def loose_texts(parent: Element) -> Iterator[str]:
    """Yield the texts of `parent` that stand beside blocks in it, in no block of their own."""
    for text, _ in _parts(parent):
        yield from filter(None, map(_spaced, _EMPTY_LINE.split(text)))


def _parts(parent: Element) -> Iterator[tuple[str, Element | None]]:
    """Yield what stands before each block of `parent` with the block, and with None what stands after the last."""
    loose = [parent.text or ""]
    for child in parent:
        if _holds_block(child):
            yield "".join(loose), child
            loose = []
        else:
            loose.append(_flat(child))
        loose.append(child.tail or "")
    yield "".join(loose), None


def is_element(node: Element) -> bool:
    """Return whether `node` is an element, and no comment or processing instruction."""
    return isinstance(node.tag, str)


def class_names(element: Element) -> set[str]:
    """Return the classes of an element."""
    return set(element.get("class", "").split())


def without(elements: Iterable[Element]) -> None:
    """Take `elements` out of their tree."""
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()


def words_of(element: Element) -> str:
    """Return the visible text of an element, in one line."""
    return unmarked(_spaced(_flat(element)))[0]


def share_of_links(element: Element) -> float:
    """Return the share of the words of `element` that are links, from 0 to 1."""
    return sum(len(words_of(link)) for link in element.iter("a")) / max(1, len(words_of(element)))


def text_lengths(tree: Element) -> dict[Element, int]:
    """Return how many characters each element of `tree` holds, unseen ones and white space too; looks at each once."""
    lengths: dict[Element, int] = {}
    for element in reversed(list(tree.iter())):
        own = len(element.text or "") if is_element(element) else 0
        lengths[element] = own + sum(lengths[child] + len(child.tail or "") for child in element)
    return lengths


def preformatted(element: Element) -> str:
    """Return the visible text of an element, with white space as it is written."""
    parts = [element.text or ""]
    for child in element:
        if is_element(child) and child.tag not in UNSEEN:
            parts += ["\n" if child.tag == "br" else "", preformatted(child)]
        parts.append(child.tail or "")
    return "".join(parts)


def _holds_block(element: Element) -> bool:
    if not is_element(element) or element.tag in UNSEEN:
        return False
    return element.tag in BLOCKS or any(_holds_block(child) for child in element)


class _Numbers:
    """The numbers of the items in a list (HTML Living Standard, 4.4.5 and 4.4.8)."""

    def __init__(self, parent: Element) -> None:
        self._step = 0
        self._next = 1
        if parent.tag == "ol":
            self._step = -1 if parent.get("reversed") is not None else 1
            start = parent.get("start", "").strip()
            items = sum(1 for child in parent if child.tag == "li")
            self._next = int(start) if _START.fullmatch(start) else items if self._step < 0 else 1

    def of(self, item: Element) -> int | None:
        """Return the number of the next item, None in a list of bullets."""
        if not self._step:
            return None
        stated = (item.get("value") or "").strip()
        number = int(stated) if _START.fullmatch(stated) else self._next
        self._next = number + self._step
        return number


def _block(composer: Composer, element: Element, around: BlockContext, numbers: _Numbers) -> None:
    tag = element.tag
    if tag in HEADINGS:
        composer.add(SegmentKind.HEADING, _spaced(_flat(element)), level=int(tag[1]))
    elif tag == "summary":
        composer.add(SegmentKind.HEADING, _spaced(_flat(element)), level=4)
    elif tag == "pre":
        composer.add(SegmentKind.CODE, visible(preformatted(element)).strip("\r\n"))
    elif tag == "table":
        _table(composer, element)
    elif tag in _ITEMS:
        add_blocks(composer, element, BlockContext(SegmentKind.LIST_ITEM, around.depth + 1, numbers.of(element)))
    elif tag == "blockquote":
        add_blocks(composer, element, BlockContext(SegmentKind.QUOTE, around.depth))
    else:
        add_blocks(composer, element, around)


def _add(composer: Composer, around: BlockContext, text: str) -> None:
    """Append text as blocks; an empty line made of line breaks ends a block."""
    level = around.depth if around.kind is SegmentKind.LIST_ITEM else None
    for part in _EMPTY_LINE.split(text):
        composer.add(around.kind, _spaced(part), level=level, number=around.number)


def _table(composer: Composer, table: Element) -> None:
    """Append a table: one that lays out a page cell by cell, any other row by row."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table]
    cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
    for caption in table.findall("caption"):
        composer.add(SegmentKind.PARAGRAPH, _spaced(_flat(caption)))
    titled = any(cell.tag == "th" for row in cells for cell in row)
    if not titled and any(_lays_out(cell) for row in cells for cell in row):
        for row in cells:
            for cell in row:
                add_blocks(composer, cell)
    else:
        composer.add_table(list(_placed(cells)))


def _placed(rows: list[list[Element]]) -> Iterator[TableCell]:
    """Yield the cells of a table at their rows and columns (HTML Living Standard, 4.9.12)."""
    taken: dict[int, int] = {}  # by column, the row from which on it is free
    left = MAX_SPANNED
    stated = any(cell.tag == "th" for row in rows for cell in row) or any(_is_head(row) for row in rows)
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while taken.get(x, 0) > y:
                x += 1
            wide = _span(cell, "colspan", min(MAX_COLUMNS - x, left))
            high = _span(cell, "rowspan", len(rows) - y)
            left -= wide
            taken.update((column, max(taken.get(column, 0), y + high)) for column in range(x, x + wide))
            is_header = cell.tag == "th" or _is_head(row) if stated else None
            heads_row = cell.get("scope") in ("row", "rowgroup")
            yield TableCell(y, x, _spaced(_flat(cell)), high, wide, is_header, heads_row, is_strong=_is_strong(cell))
            x += wide


def _is_head(row: list[Element]) -> bool:
    return bool(row and next(row[0].iterancestors("thead", "tbody", "tfoot", "table")).tag == "thead")


def _is_strong(cell: Element) -> bool:
    """Return whether all its words are set in bold."""
    words = words_of(cell)
    return bool(words) and any(words_of(strong) == words for strong in cell.iter("b", "strong"))


def _span(cell: Element, name: str, most: int) -> int:
    stated = cell.get(name, "").strip()
    span = int(stated) if _SPAN.fullmatch(stated) else 1
    return max(1, most if name == "rowspan" and span == 0 else min(span, most))


def _lays_out(cell: Element) -> bool:
    return next(cell.iter("table", "h1", "h2", "h3", "pre"), None) is not None or len(cell.findall("p")) > 2


def _flat(element: Element) -> str:
    """Return the words of an element, a line break as a sign of its own, and space around blocks in it."""
    if not is_element(element) or element.tag in UNSEEN:
        return ""
    if element.tag == "br":
        return _BREAK
    around = " " if element.tag in BLOCKS else ""
    parts = [around, element.text or ""]
    for child in element:
        parts += [_flat(child), child.tail or ""]
    return "".join([*parts, around])


def _spaced(text: str) -> str:
    """Collapse white space as a browser does: one space, but a no-break space stays."""
    return _SPACE.sub(" ", visible(text)).strip(" ")
