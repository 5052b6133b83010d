"""Numbers lists in Word documents: the depth of an item and the number that Word shows before it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as Word

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NUMBERING = "/relationships/numbering"
_PLAIN = ("bullet", "none")
_BOXES = frozenset("☐☑☒✓✔✗✘")  # bullets that say whether something is done
_SMALL = re.compile(r"[0-9]{1,6}")
_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_SMALL = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_WORDS = {
    "cardinalText": "one two three four five six seven eight nine ten eleven twelve".split(),
    "ordinalText": "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),
}
_LONGEST_ROMAN = 4000
_DEEPEST = 8  # Word has nine levels, from 0
_LONGEST_LABEL = 200  # characters of what stands around the numbers


@dataclass(frozen=True, slots=True)
class Numbering:
    """The list of a paragraph, from the paragraph or its style: the list's id, and the depth in it, from 0."""

    list_id: str | None
    depth: int

    @classmethod
    def of(cls, element: Any) -> Numbering:
        """Return the numbering that a paragraph or a style states."""
        return cls(value(element, "pPr/numPr/numId"), _depth(value(element, "pPr/numPr/ilvl")))


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level of a list is numbered. `style`: of the paragraphs that are of this level.

    `restart`: after which level (from 1) it begins anew, 0 for none, None for every one above it.
    """

    form: str = "decimal"
    first: int = 1
    text: str = ""
    legal: bool = False
    style: str | None = None
    restart: int | None = None

    @classmethod
    def of(cls, element: Any) -> _Level:
        first = _small(value(element, "start"))
        legal = value(element, "isLgl")
        return cls(
            value(element, "numFmt") or "decimal",
            1 if first is None else first,
            (value(element, "lvlText") or "")[:_LONGEST_LABEL],
            legal is not None and legal not in ("0", "false", "off"),
            value(element, "pStyle"),
            _small(value(element, "lvlRestart")),
        )


@dataclass(slots=True)
class _List:
    """A list: its abstract numbering, its own levels, and where it restarts."""

    look: str
    own: dict[int, _Level] = field(default_factory=dict)
    restarts: dict[int, int] = field(default_factory=dict)


def value(element: Any, path: str) -> str | None:
    """Return the w:val of what `path` names (`pPr/pStyle`), None where there is no such element."""
    child = element.find("/".join(W + name for name in path.split("/")))
    return None if child is None else child.get(W + "val", "")


class Lists:
    """Counts the items of a document's lists, which come in its order (ECMA-376 part 1, 17.9)."""

    def __init__(self, word: Word) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}  # by look and depth
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}  # by look: lists of one look count on
        self._links: dict[str, str] = {}  # looks that are those of a style's list
        for relation in word.part.rels.values():
            if relation.reltype.endswith(_NUMBERING) and not relation.is_external:
                self._read(getattr(relation.target_part, "element", ()))

    def _read(self, numbering: Any) -> None:
        for element in numbering:
            if element.tag == W + "abstractNum":
                look = element.get(W + "abstractNumId", "")
                self._levels[look] = {
                    _depth(level.get(W + "ilvl")): _Level.of(level) for level in element.findall(W + "lvl")
                }
                style = value(element, "numStyleLink")
                if style is not None:
                    self._links[look] = style
            elif element.tag == W + "num":
                self._lists[element.get(W + "numId", "")] = self._list(element)

    @staticmethod
    def _list(element: Any) -> _List:
        numbered_list = _List(value(element, "abstractNumId") or "")
        for override in element.findall(W + "lvlOverride"):
            depth = _depth(override.get(W + "ilvl"))
            first = _small(value(override, "startOverride"))
            if first is not None:
                numbered_list.restarts[depth] = first
            level = override.find(W + "lvl")
            if level is not None:
                numbered_list.own[depth] = _Level.of(level)
        return numbered_list

    def link(self, lists_of_styles: Mapping[str, str]) -> None:
        """Give looks that name a style the levels of its list; `lists_of_styles`: by style, the list's id."""
        for look, style in self._links.items():
            linked = self._lists.get(lists_of_styles.get(style, ""))
            if linked is not None and not self._levels.get(look):
                self._levels[look] = self._levels.get(linked.look, {})

    def depth_of(self, list_id: str, style: str) -> int | None:
        """Return how deep paragraphs of `style` are in a list that names it, None where it does not."""
        numbered_list = self._lists.get(list_id)
        levels = self._levels.get(numbered_list.look, {}) if numbered_list else {}
        return next((depth for depth, level in levels.items() if level.style == style), None)

    def label(self, numbering: Numbering) -> str:
        """Return what Word shows before the next item, "" for one with a plain bullet or without a number."""
        numbered_list, depth = self._lists.get(numbering.list_id or ""), numbering.depth
        if numbered_list is None:
            return ""
        level = self._level(numbered_list, depth)
        counts = self._counts.setdefault(numbered_list.look, {})
        for deeper in [count for count in counts if count > depth]:
            begins_anew_after = self._level(numbered_list, deeper).restart
            if begins_anew_after is None or depth < begins_anew_after:
                del counts[deeper]
        restart = numbered_list.restarts.pop(depth, None)
        counts[depth] = restart if restart is not None else counts.get(depth, level.first - 1) + 1
        if level.form == "bullet":
            return level.text if level.text in _BOXES else ""
        return _PLACE.sub(
            lambda place: self._shown(numbered_list, counts, int(place[1]) - 1, legal=level.legal), level.text
        )

    def _level(self, numbered_list: _List, depth: int) -> _Level:
        return numbered_list.own.get(depth) or self._levels.get(numbered_list.look, {}).get(depth) or _Level("none")

    def _shown(self, numbered_list: _List, counts: Mapping[int, int], depth: int, *, legal: bool) -> str:
        level = self._level(numbered_list, depth)
        number = counts.get(depth, level.first)
        return _written(number, "decimal" if legal and level.form not in _PLAIN else level.form)


def _written(number: int, form: str) -> str:
    """Return a number as a list writes it."""
    if form in _PLAIN:
        return ""
    if form in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 10)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman") and 0 < number < _LONGEST_ROMAN:
        roman = _roman(number)
        return roman.upper() if form == "upperRoman" else roman
    if form in _WORDS and 0 < number <= len(_WORDS[form]):
        return _WORDS[form][number - 1].capitalize()
    if form == "decimalZero":
        return f"{number:02d}"
    if form == "ordinal":
        ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return f"{number}{ending}"
    return str(number)


def _roman(number: int) -> str:
    parts = []
    for worth, letters in (*_ROMAN, *_ROMAN_SMALL):
        parts.append(letters * (number // worth))
        number %= worth
    return "".join(parts)


def _depth(text: str | None) -> int:
    return min(_small(text) or 0, _DEEPEST)


def _small(text: str | None) -> int | None:
    return int(text) if text is not None and _SMALL.fullmatch(text) else None
