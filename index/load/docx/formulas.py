"""Writes Word's formulas (Office MathML, ECMA-376 part 1, 22.1) in one line."""

from __future__ import annotations

from typing import Any

from index.load.linear_formulas import MAX, fraction, grouped, lowered, matrix, raised, root
from index.load.marked import NO_SIGNS, added

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_PROPERTIES = "Pr"  # how an element is set: no part of the formula


def formula_of(element: Any) -> str:
    """Return the formula `element` as text, with added characters marked."""
    return _linear(element)[:MAX].strip()


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
