"""Writes the formulas of a web page as text: MathML in one line, or the text alternative of a picture or a script."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.load.html.blocks import Element, is_element, words_of
from index.load.html.notation import names_of, write
from index.load.linear_formulas import MAX, fraction, lowered, matrix, raised, root
from index.load.marked import added

_WRAPPERS = frozenset(("mwe-math-element", "katex", "MathJax", "MathJax_Display", "MathJax_SVG"))
_DRAWN = frozenset(("MathJax", "MathJax_Display", "MathJax_Preview", "MathJax_SVG", "MathJax_CHTML"))
_PICTURES = re.compile(r"\b(?:math|tex|latex|equation)\b|mwe-math", re.IGNORECASE)
_SOURCES = re.compile(r"latex|codecogs|mathtex|mimetex|mathurl|/math/", re.IGNORECASE)
_SIGNS = re.compile(r"[=<>^_\\\d+≤≥≈∑∫√]")
_STYLE = re.compile(r"^\{\\(?:displaystyle|textstyle)\s*(.*)\}$", re.DOTALL)
_TEX = re.compile(r"^(?:\{\\displaystyle|\\\(|\\\[|\$)")
_PASSED_OVER = frozenset(("annotation", "annotation-xml"))


def write_formulas(tree: Element) -> None:
    """Replace every formula in `tree` by text, with added characters marked."""
    for script in [e for e in tree.iter("script") if (e.get("type") or "").startswith("math/tex")]:
        _drop_drawn(script)
        _replace(script, added(_tidy(script.text or "")))
    for formula in list(tree.iter("math")):
        text = _linear(formula)
        if not text.strip():
            text = added(_tidy(formula.get("alttext") or ""))
        around = (e for e in formula.iterancestors() if names_of(e) & _WRAPPERS or e.tag == "mjx-container")
        _replace(next(around, formula), text)
    for image in list(tree.iter("img")):
        alternative = (image.get("alt") or "").strip()
        if alternative and _is_formula(image, alternative):
            _replace(image, added(_tidy(alternative)))
    for element in [e for e in tree.iter() if is_element(e) and (e.get("role") or "") == "math"]:
        if element.tag != "math" and not words_of(element):
            _replace(element, added(_tidy(element.get("aria-label") or "")))


def _is_formula(image: Element, alternative: str) -> bool:
    """Return whether a picture is one of a formula."""
    if _TEX.match(alternative) or _PICTURES.search(image.get("class") or ""):
        return True
    return _SOURCES.search((image.get("src") or "")[:2000]) is not None and _SIGNS.search(alternative) is not None


def _drop_drawn(script: Element) -> None:
    """Remove what a script has drawn of the formula before it."""
    before = script.getprevious()
    while before is not None and is_element(before) and names_of(before) & _DRAWN and not (before.tail or "").strip():
        earlier = before.getprevious()
        before.drop_tree()
        before = earlier


def _replace(element: Element, text: str) -> None:
    """Replace `element` by `text`; keep what follows it."""
    if element.getparent() is not None and text.strip():
        write(element, text)


def _tidy(tex: str) -> str:
    """Remove from TeX what only styles it."""
    tex = " ".join(tex.split())[:MAX]
    match = _STYLE.match(tex)
    tex = match[1].strip() if match else tex
    for opening, closing in (("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$"), ("$", "$")):
        if tex.startswith(opening) and tex.endswith(closing) and len(tex) > len(opening) + len(closing):
            return tex[len(opening) : -len(closing)].strip()
    return tex


def _linear(element: Element) -> str:
    """Write MathML in one line: `h^2`, `a/b`, `√x`."""
    return "".join(_parts(element))[:MAX].strip()


def _parts(element: Element) -> Iterator[str]:
    if not is_element(element) or element.tag in _PASSED_OVER:
        return
    children = [child for child in element if is_element(child) and child.tag not in _PASSED_OVER]
    if element.tag in ("msup", "mover") and len(children) == 2:
        yield raised(*map(_linear, children))
    elif element.tag in ("msub", "munder") and len(children) == 2:
        yield lowered(*map(_linear, children))
    elif element.tag in ("msubsup", "munderover") and len(children) == 3:
        base, below, above = map(_linear, children)
        yield raised(lowered(base, below), above)
    elif element.tag == "mfrac" and len(children) == 2:
        yield fraction(*map(_linear, children))
    elif element.tag == "mroot" and len(children) == 2:
        yield root(*map(_linear, children))
    elif element.tag == "msqrt" and children:
        yield root("".join(map(_linear, children)))
    elif element.tag == "mfenced":
        inside = added((element.get("separators") or ",").strip()[:1]).join(map(_linear, children))
        yield f"{added(element.get('open', '('))}{inside}{added(element.get('close', ')'))}"
    elif element.tag == "mtable":
        yield matrix([list(map(_linear, row)) for row in children])
    else:
        yield " ".join((element.text or "").split())
        for child in children:
            yield from _parts(child)
