"""Writes as text what a page shows only by style: formulas, raised figures; removes words that are struck out.

A formula is MathML, written in one line, or the text alternative of a picture or a script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from index.load.html.blocks import BLOCKS, Element, class_names, is_element, without, words_of
from index.load.marked import (
    LONGEST_FORMULA,
    NO_SIGNS,
    added,
    fraction,
    is_figure,
    is_note,
    lowered,
    matrix,
    note,
    raised,
    root,
)

_STRUCK = frozenset(("del", "s", "strike"))
_LINE_THROUGH = re.compile(r"text-decoration[a-z-]*\s*:[^;}]*line-through", re.IGNORECASE)
_STRUCK_NAMES = frozenset("line-through strikethrough strike-through struck strike".split())
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
_CLASS = re.compile(r"^(?:[a-z]{1,10})?\.([\w-]{1,80})$", re.IGNORECASE)
MAX_STYLE = 500_000  # characters of a style sheet that are looked at
_RAISED = re.compile(r"vertical-align\s*:\s*(?:super|text-top)", re.IGNORECASE)
_RAISED_NAMES = frozenset(("sup", "superscript", "superscripted"))
_WHOLE = ("h1", "main", "article")
_NOTE_NAMES = frozenset("reference footnote footnotes fn noteref footnote-ref endnote citation cite".split())
_BRACKETED = re.compile(r"\[\s*(?:\d{1,4}|[a-zA-Z]|[*†‡§¶]{1,3}|note \d{1,3})\s*\]")
_PRICE = re.compile(r"[$€£¥]\s?\d[\d,]*$")
_CENTS = re.compile(r"\d\d")
_SLASHES = ("⁄", "/")
_NOTE = re.compile(r"\[?\s*(\d{1,4}|[a-zA-Z]{1,2}|[*†‡§¶]{1,3}|note \d{1,3})\s*\]?", re.IGNORECASE)

_WRAPPERS = frozenset(("mwe-math-element", "katex", "MathJax", "MathJax_Display", "MathJax_SVG"))
_DRAWN = frozenset(("MathJax", "MathJax_Display", "MathJax_Preview", "MathJax_SVG", "MathJax_CHTML"))
_PICTURES = re.compile(r"\b(?:math|tex|latex|equation)\b|mwe-math", re.IGNORECASE)
_SOURCES = re.compile(r"latex|codecogs|mathtex|mimetex|mathurl|/math/", re.IGNORECASE)
_SIGNS = re.compile(r"[=<>^_\\\d+≤≥≈∑∫√]")
_STYLE = re.compile(r"^\{\\(?:displaystyle|textstyle)\s*(.*)\}$", re.DOTALL)
_TEX = re.compile(r"^(?:\{\\displaystyle|\\\(|\\\[|\$)")
_OF_TWO = {"msup": raised, "mover": raised, "msub": lowered, "munder": lowered, "mfrac": fraction, "mroot": root}
_PASSED_OVER = frozenset(("annotation", "annotation-xml"))


def drop_struck(tree: Element) -> None:
    """Remove struck-out text from `tree`: it is no longer valid."""
    names = _STRUCK_NAMES | _struck_classes(tree)
    without([e for e in tree.iter("*") if _is_struck(e, names) and next(e.iter(*_WHOLE), None) is None])


def _is_struck(element: Element, names: Set[str]) -> bool:
    if element.tag in _STRUCK or element.get("role") == "deletion":
        return True
    return _LINE_THROUGH.search(element.get("style") or "") is not None or bool(class_names(element) & names)


def _struck_classes(tree: Element) -> set[str]:
    """Return the classes that a style sheet of the page strikes out."""
    struck_classes: set[str] = set()
    for sheet in tree.iter("style"):
        text = (sheet.text or "")[:MAX_STYLE]
        for rule in _RULE.finditer(text) if "line-through" in text else ():
            if _LINE_THROUGH.search(rule[2]):
                classes = (_CLASS.match(selector.strip()) for selector in rule[1].split(","))
                struck_classes.update(name[1] for name in classes if name)
    return struck_classes


def write_raised(tree: Element) -> None:
    """Put a caret before exponents, and brackets around the numbers of notes, each marked as added."""
    for element in list(_raised(tree)):
        raised = words_of(element)
        before = _before(element)
        if not raised or not before.strip():
            continue
        named = _names_note(element) and _NOTE.fullmatch(raised) is not None
        if named or (element.tag != "a" and before[-1:].strip() and is_note(before, raised)):
            write(element, note(raised) if before[-1:].isspace() else f" {note(raised)}")
        elif before[-1:].isdigit() and (element.tail or "").lstrip().startswith(_SLASHES):
            write(element, f" {raised}")  # "1½"
        elif _CENTS.fullmatch(raised) and _PRICE.search(before):
            write(element, f"{added('.')}{raised}")
        elif is_figure(before, raised):
            write(element, f"{added('^')}{raised}")


def _raised(tree: Element) -> Iterator[Element]:
    """Yield raised elements, and links to notes whose number has brackets."""
    for element in tree.iter("*"):
        in_line = element.tag not in BLOCKS and element.getparent() is not None
        if in_line and (_is_raised(element) or (_leads_to_note(element) and not list(element.iterancestors("sup")))):
            yield element


def _is_raised(element: Element) -> bool:
    named = bool(element.tag == "sup" or _RAISED_NAMES & class_names(element))
    return named or _RAISED.search(element.get("style") or "") is not None


def _leads_to_note(element: Element) -> bool:
    """Return whether it is a link to a note, whose number has brackets."""
    leads = bool(element.tag == "a" and "#" in (element.get("href") or ""))
    return leads and _BRACKETED.fullmatch(words_of(element)) is not None


def _names_note(element: Element) -> bool:
    """Return whether it leads to a note, or says that it is one."""
    parent = element.getparent()
    alone = parent.tag == "a" and len(parent) == 1 and not (parent.text or "").strip()
    around = [element, *element.iterdescendants("a"), *([parent] if alone else [])]
    return any(
        class_names(e) & _NOTE_NAMES or "#" in (e.get("href") or "") or e.get("role") == "doc-noteref" for e in around
    )


def _before(element: Element) -> str:
    """Return the characters before an element, of the same line."""
    parts: list[str] = []
    while element is not None:
        previous, parent = element.getprevious(), element.getparent()
        if previous is not None:
            parts.append((words_of(previous) if is_element(previous) else "") + (previous.tail or ""))
        elif parent is not None:
            parts.append(parent.text or "")
        if any(parts) or previous is not None or parent is None or parent.tag in BLOCKS:
            break
        element = parent  # it begins what stands around it in the line
    return "".join(reversed(parts)).translate(NO_SIGNS)[-80:]


def write(element: Element, text: str) -> None:
    """Have `element` say `text`, and nothing else."""
    for child in list(element):
        element.remove(child)
    element.tag = "span"
    element.attrib.clear()
    element.text = text


def write_formulas(tree: Element) -> None:
    """Replace every formula in `tree` by text, with added characters marked."""
    for script in [e for e in tree.iter("script") if (e.get("type") or "").startswith("math/tex")]:
        _drop_drawn(script)
        _replace(script, added(_tidy(script.text or "")))
    for formula in list(tree.iter("math")):
        text = _linear(formula)
        if not text.strip():
            text = added(_tidy(formula.get("alttext") or ""))
        around = (e for e in formula.iterancestors() if class_names(e) & _WRAPPERS or e.tag == "mjx-container")
        _replace(next(around, formula), text)
    for image in list(tree.iter("img")):
        alternative = (image.get("alt") or "").strip()
        if alternative and _is_formula(image, alternative):
            _replace(image, added(_tidy(alternative)))
    for element in [e for e in tree.iter("*") if e.get("role") == "math"]:
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
    while (
        before is not None and is_element(before) and class_names(before) & _DRAWN and not (before.tail or "").strip()
    ):
        earlier = before.getprevious()
        before.drop_tree()
        before = earlier


def _replace(element: Element, text: str) -> None:
    """Replace `element` by `text`; keep what follows it."""
    if element.getparent() is not None and text.strip():
        write(element, text)


def _tidy(tex: str) -> str:
    """Remove from TeX what only styles it."""
    tex = " ".join(tex.split())[:LONGEST_FORMULA]
    match = _STYLE.match(tex)
    tex = match[1].strip() if match else tex
    for opening, closing in (("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$"), ("$", "$")):
        if tex.startswith(opening) and tex.endswith(closing) and len(tex) > len(opening) + len(closing):
            return tex[len(opening) : -len(closing)].strip()
    return tex


def _linear(element: Element) -> str:
    """Write MathML in one line: `h^2`, `a/b`, `√x`."""
    return "".join(_parts(element))[:LONGEST_FORMULA].strip()


def _parts(element: Element) -> Iterator[str]:
    if not is_element(element) or element.tag in _PASSED_OVER:
        return
    children = [child for child in element.iterchildren("*") if child.tag not in _PASSED_OVER]
    if element.tag in _OF_TWO and len(children) == 2:
        yield _OF_TWO[element.tag](*map(_linear, children))
    elif element.tag in ("msubsup", "munderover") and len(children) == 3:
        base, below, above = map(_linear, children)
        yield raised(lowered(base, below), above)
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
