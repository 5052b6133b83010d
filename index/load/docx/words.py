"""Reads the words of a paragraph of a Word document, and what stands between them, formulas in one line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from index.load.docx.lists import W, value
from index.load.marked import (
    LONGEST_FORMULA,
    NO_SIGNS,
    added,
    fraction,
    grouped,
    is_figure,
    is_note,
    lowered,
    matrix,
    note,
    raised,
    root,
)

_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# Said twice (a fallback for old readers), deleted, or no text of the paragraph itself.
_PASSED_OVER = {"Fallback", "del", "moveFrom", "instrText", "txbxContent"}
_HIGHER = 4  # half-points above its line
_OFF = ("0", "false", "off")
_LOOKED_BACK = 80  # characters before what is raised
_UNSEEN = ("rPr/vanish", "rPr/strike", "rPr/dstrike")  # hidden, or struck out: it does not hold any more
# Signs of the fonts Wingdings and Symbol, for which Unicode has characters.
_SIGNS = {
    0x6E: "■",
    0x6F: "☐",
    0xA3: "☐",
    0xA7: "▪",
    0xA8: "☐",
    0xB7: "•",
    0xE0: "→",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
    0x52: "☑",
    0x53: "☒",
}

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_PROPERTIES = "Pr"  # how an element is set: no part of the formula


def name_of(element: Any) -> str:
    """Return the tag without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


@dataclass(frozen=True, slots=True)
class CharacterStyles:
    """The ids of character styles that raise characters, and of those that strike out or hide them."""

    raised: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()


_PLAIN = CharacterStyles()


def text_of(paragraph: Any, looks: CharacterStyles = _PLAIN) -> str:
    """Return the visible text of a paragraph, with links and insertions, without deletions; additions are marked."""
    parts: list[str] = []
    pending = list(reversed(paragraph))
    while pending:
        element = pending.pop()
        name = name_of(element)
        if name in _PASSED_OVER or not name:
            continue
        if name == "r" and (is_unseen(element) or value(element, "rPr/rStyle") in looks.unseen):
            continue
        if name == "t":
            parts.append(_raised(element, parts, looks))
        elif name == "oMath":
            parts.append(formula_of(element))
        elif name in _BREAKS and name_of(element.getparent()) == "r":
            parts.append(_BREAKS[name])
        elif name == "sym":
            parts.append(_sign(element))
        elif name == "checkBox" and name_of(element.getparent()) == "ffData":
            parts.append(added("☒" if _is_checked(element) else "☐"))
        elif name == "ddList":
            parts.append(_chosen(element))
        else:
            pending.extend(reversed(element))
    return "".join(parts)


def is_strong(cell: Any) -> bool:
    """Return whether all words of a table's cell are set in bold, by their runs."""
    runs = [run for run in cell.iter(W + "r") if any((text.text or "").strip() for text in run.iter(W + "t"))]
    return bool(runs) and all((bold := value(run, "rPr/b")) is not None and bold not in _OFF for run in runs)


def boxes_of(parent: Any) -> Iterator[Any]:
    """Yield the text boxes that hang on a paragraph, or on a part of it."""
    for element in parent:
        if name_of(element) == "txbxContent":
            yield element
        elif name_of(element) != "Fallback":
            yield from boxes_of(element)


def is_unseen(properties: Any) -> bool:
    """Return whether an element that holds w:rPr is hidden or struck out."""
    return any((shown := value(properties, path)) is not None and shown not in _OFF for path in _UNSEEN)


def is_raised(properties: Any) -> bool:
    """Return whether an element that holds w:rPr is a superscript, or stands higher than its line."""
    if value(properties, "rPr/vertAlign") == "superscript":
        return True
    position = value(properties, "rPr/position") or ""
    return position.isdigit() and len(position) < 4 and int(position) >= _HIGHER


def _raised(element: Any, parts: list[str], looks: CharacterStyles) -> str:
    """Return the words of a text, with a caret or brackets where a raised run would merge with the words before it."""
    text = (element.text or "").translate(NO_SIGNS)
    run = element.getparent()
    if not (is_raised(run) or value(run, "rPr/rStyle") in looks.raised):
        return text
    before = "".join(part[-_LOOKED_BACK:] for part in parts[-3:]).translate(NO_SIGNS)
    if before[-1:].strip() and is_note(before, text):
        return f" {note(text)}"
    return f"{added('^')}{text}" if is_figure(before, text) else text


def _chosen(field: Any) -> str:
    """Return what is chosen in a drop-down list of an old form."""
    entries = [entry.get(W + "val", "") for entry in field.findall(W + "listEntry")]
    stated = value(field, "result") or value(field, "default") or "0"
    return added(entries[int(stated)].translate(NO_SIGNS)) if stated.isdigit() and int(stated) < len(entries) else ""


def _sign(element: Any) -> str:
    attributes = {key.rpartition("}")[2]: str(stated) for key, stated in element.attrib.items()}
    try:
        code = int(attributes.get("char", ""), 16)
    except ValueError:
        return ""
    return added(_SIGNS.get(code & 0xFF, "")) if code >= 0xF000 else chr(code) if 0x20 < code < 0xD800 else ""


def _is_checked(box: Any) -> bool:
    states = {name_of(child): child for child in box}
    state = states.get("checked", states.get("default"))
    return state is not None and next(iter(state.attrib.values()), "1") not in _OFF


def formula_of(element: Any) -> str:
    """Return the formula `element` as text, with added characters marked."""
    return _linear(element)[:LONGEST_FORMULA].strip()


def _linear(element: Any) -> str:
    match element.tag.removeprefix(_M) if isinstance(element.tag, str) else "":
        case "t":
            return (element.text or "").translate(NO_SIGNS)
        case "sSup":
            return raised(_part(element, "e"), _part(element, "sup"))
        case "sSub":
            return lowered(_part(element, "e"), _part(element, "sub"))
        case "sSubSup" | "sPre":
            return raised(lowered(_part(element, "e"), _part(element, "sub")), _part(element, "sup"))
        case "f":
            return fraction(_part(element, "num"), _part(element, "den"))
        case "rad":
            return root(_part(element, "e"), _part(element, "deg"))
        case "limLow":
            return lowered(_part(element, "e"), _part(element, "lim"))
        case "limUpp":
            return raised(_part(element, "e"), _part(element, "lim"))
        case "nary":
            sign = added(_stated(element, "naryPr", "chr", "∫"))
            limits = raised(lowered(sign, _part(element, "sub")), _part(element, "sup"))
            return f"{limits} {grouped(_part(element, 'e'))}"
        case "d":
            inside = added(",").join(map(_linear, element.findall(_M + "e")))
            return (
                added(_stated(element, "dPr", "begChr", "(")) + inside + added(_stated(element, "dPr", "endChr", ")"))
            )
        case "m":
            return matrix([list(map(_linear, row)) for row in element.findall(_M + "mr")])
        case name if name.endswith(_PROPERTIES):
            return ""
    return "".join(map(_linear, element))


def _part(element: Any, name: str) -> str:
    child = element.find(_M + name)
    return "" if child is None else _linear(child)


def _stated(element: Any, properties: str, name: str, default: str) -> str:
    """Return a sign that a formula states; Word leaves out the usual one."""
    child = element.find(f"{_M}{properties}/{_M}{name}")
    return default if child is None else child.get(_M + "val", "")[:4].translate(NO_SIGNS)
