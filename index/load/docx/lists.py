"""Lists in Word documents: how deep an item is and which number it has, which no paragraph says itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as Word

__all__ = ["Lists", "Numbering", "value"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NUMBERING = "/relationships/numbering"
_PLAIN = ("bullet", "none")
_SMALL = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Numbering:
    """What a paragraph or its style says of its list: the list's id, and how deep it is in it, from 0."""

    list_id: str | None
    depth: int

    @classmethod
    def of(cls, element: Any) -> Numbering:
        """As a paragraph or a style states it."""
        return cls(value(element, "pPr/numPr/numId"), _small(value(element, "pPr/numPr/ilvl")) or 0)


def value(element: Any, path: str) -> str | None:
    """The w:val of what `path` names (`pPr/pStyle`), None where there is no such element."""
    found = element.find("/".join(_W + name for name in path.split("/")))
    return None if found is None else found.get(_W + "val", "")


class Lists:
    """Counts the items of a document's lists, which come in its order (ECMA-376 part 1, 17.9)."""

    def __init__(self, word: Word) -> None:
        self._abstract: dict[str, str] = {}  # by list, what it takes its look from: lists of one look count on
        self._levels: dict[tuple[str, int], tuple[str, int]] = {}  # by look and depth: the numbers' form, the first
        self._restarts: dict[tuple[str, int], int] = {}  # by list and depth: where it begins anew
        self._counts: dict[str, dict[int, int]] = {}
        for relation in word.part.rels.values():
            if relation.reltype.endswith(_NUMBERING) and not relation.is_external:
                self._read(getattr(relation.target_part, "element", ()))

    def _read(self, numbering: Any) -> None:
        for element in numbering:
            if element.tag == _W + "abstractNum":
                look = element.get(_W + "abstractNumId", "")
                for level in element.findall(_W + "lvl"):
                    first = _small(value(level, "start"))
                    form = value(level, "numFmt") or "decimal"
                    self._levels[look, _small(level.get(_W + "ilvl")) or 0] = (form, 1 if first is None else first)
            elif element.tag == _W + "num":
                list_id = element.get(_W + "numId", "")
                self._abstract[list_id] = value(element, "abstractNumId") or ""
                for override in element.findall(_W + "lvlOverride"):
                    first = _small(value(override, "startOverride"))
                    if first is not None:
                        self._restarts[list_id, _small(override.get(_W + "ilvl")) or 0] = first

    def number(self, numbering: Numbering) -> int | None:
        """The number of the next item, None for one with a bullet."""
        list_id, depth = numbering.list_id or "", numbering.depth
        look = self._abstract.get(list_id)
        if look is None:
            return None
        counts = self._counts.setdefault(look, {})
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        form, first = self._levels.get((look, depth), ("none", 1))
        if form in _PLAIN:
            return None
        restart = self._restarts.pop((list_id, depth), None)
        counts[depth] = restart if restart is not None else counts.get(depth, first - 1) + 1
        return counts[depth]


def _small(text: str | None) -> int | None:
    return int(text) if text is not None and _SMALL.fullmatch(text) else None
