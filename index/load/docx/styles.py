"""Tells what a paragraph of a Word document is: heading, list item, quotation or paragraph; and its number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from index.load.docx.lists import Lists, Numbering, value
from index.load.docx.words import CharacterStyles, is_raised, is_unseen
from index.types import SegmentKind

if TYPE_CHECKING:
    from docx.document import Document as Word

MAX_CHAIN = 50  # styles, each based on the next
_STYLE_LEVEL = re.compile(r"heading (\d)", re.IGNORECASE)
_STYLE_LIST = re.compile(r"list (?:.* )?(\d)?", re.IGNORECASE)
_STYLE_QUOTE = re.compile(r"(?:intense |block )?(?:quote|quotation|quotations)\Z|block text\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParagraphKind:
    """The kind of a paragraph; its level if it is a heading or an item. `label`: the number before it, or ""."""

    kind: SegmentKind
    level: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Style:
    id: str
    name: str
    based_on: str | None
    outline: str | None
    numbering: Numbering
    is_raised: bool
    is_unseen: bool


class Styles:
    """What a paragraph and its style say of it: a heading's level, or that it is an item of a list or a quotation."""

    def __init__(self, word: Word) -> None:
        self._lists = Lists(word)
        self._by_id = {
            style.styleId or "": _Style(
                style.styleId or "",
                value(style, "name") or "",
                value(style, "basedOn"),
                value(style, "pPr/outlineLvl"),
                Numbering.of(style),
                is_raised(style),
                is_unseen(style),
            )
            for style in word.styles.element.style_lst
        }
        raised = (key for key in self._by_id if any(style.is_raised for style in self._chain(key)))
        unseen = (key for key in self._by_id if any(style.is_unseen for style in self._chain(key)))
        self.looks = CharacterStyles(frozenset(raised), frozenset(unseen))
        self._lists.link({key: style.numbering.list_id or "" for key, style in self._by_id.items()})

    def kind(self, paragraph: Any) -> ParagraphKind:
        """Return the kind of `paragraph`; call it for paragraphs in their order."""
        outline, numbering = value(paragraph, "pPr/outlineLvl"), Numbering.of(paragraph)
        own, depth, level = numbering.list_id, 0, None
        listed, quoted = own is not None and own != "0", False
        for style in self._chain(value(paragraph, "pPr/pStyle")):
            named = _STYLE_LEVEL.match(style.name)
            if level is None and (named or style.name.lower() == "title"):
                level = max(1, int(named[1])) if named else 1
            quoted = quoted or (not listed and _STYLE_QUOTE.match(style.name) is not None)
            outline = outline if outline is not None else style.outline
            if numbering.list_id is None and style.numbering.list_id is not None:
                numbering = replace(style.numbering, depth=self._depth(numbering, style))
            listed = listed or (style.numbering.list_id not in (None, "0") and own != "0")
            if match := _STYLE_LIST.match(style.name):
                listed, depth = True, max(depth, int(match[1] or 1) - 1)
        label = self._lists.label(numbering) if own != "0" else ""
        if level is None and outline is not None and outline.isdigit() and int(outline) < 9:
            level = int(outline) + 1
        if level is not None:
            return ParagraphKind(SegmentKind.HEADING, level, label)
        if quoted:
            return ParagraphKind(SegmentKind.QUOTE, None, label)
        if not listed:
            return ParagraphKind(SegmentKind.PARAGRAPH)
        return ParagraphKind(SegmentKind.LIST_ITEM, max(depth, numbering.depth) + 1, label)

    def _depth(self, own: Numbering, style: _Style) -> int:
        named = self._lists.depth_of(style.numbering.list_id or "", style.id)
        return max(own.depth, style.numbering.depth) if named is None else named

    def _chain(self, style: str | None) -> Iterator[_Style]:
        seen: set[str] = set()
        while style is not None and style in self._by_id and style not in seen and len(seen) < MAX_CHAIN:
            seen.add(style)
            yield self._by_id[style]
            style = self._by_id[style].based_on
