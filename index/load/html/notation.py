"""What the eye sees on a web page and its characters lose: raised figures, and words that are struck out."""

from __future__ import annotations

import re

from index.load.html.blocks import Element, is_element, words_of
from index.load.marked import NO_SIGNS, added, note
from index.load.raised import is_figure, is_note

__all__ = ["added", "drop_struck", "names_of", "write_raised"]

_STRUCK = frozenset(("del", "s", "strike"))
_LINE_THROUGH = re.compile(r"text-decoration[a-z-]*\s*:[^;]*line-through", re.IGNORECASE)
_WHOLE = ("h1", "main", "article")
_NOTE_NAMES = frozenset("reference footnote footnotes fn noteref footnote-ref endnote citation cite".split())
_NOTE = re.compile(r"\[?\s*(\d{1,4}|[a-zA-Z]{1,2}|[*†‡§¶]{1,3}|note \d{1,3})\s*\]?", re.IGNORECASE)


def names_of(element: Element) -> set[str]:
    """The classes of an element."""
    return set((element.get("class") or "").split())


def drop_struck(tree: Element) -> None:
    """Take out of `tree` what is struck out: it does not hold any more."""
    for element in [e for e in tree.iter() if is_element(e) and _is_struck(e)]:
        if element.getparent() is not None and next(element.iter(*_WHOLE), None) is None:
            element.drop_tree()


def _is_struck(element: Element) -> bool:
    return element.tag in _STRUCK or _LINE_THROUGH.search(element.get("style") or "") is not None


def write_raised(tree: Element) -> None:
    """Put a caret before exponents, and brackets around the numbers of notes, each marked as added."""
    for element in list(tree.iter("sup")):
        raised = words_of(element)
        before = _before(element)
        if not raised or not before.strip():
            continue
        named = _names_note(element) and _NOTE.fullmatch(raised) is not None
        if named or (before[-1:].strip() and is_note(before, raised)):
            _write(element, note(raised) if before[-1:].isspace() else f" {note(raised)}")
        elif is_figure(before, raised):
            _write(element, f"{added('^')}{raised}")


def _names_note(element: Element) -> bool:
    """Whether it leads to a note, or says that it is one."""
    around = [element, *element.iterdescendants("a")]
    return any(
        names_of(e) & _NOTE_NAMES or "#" in (e.get("href") or "") or e.get("role") == "doc-noteref" for e in around
    )


def _before(element: Element) -> str:
    """The characters before an element, of the same line."""
    previous = element.getprevious()
    if previous is None:
        parent = element.getparent()
        text = (parent.text or "") if parent is not None else ""
    else:
        text = (words_of(previous) if is_element(previous) else "") + (previous.tail or "")
    return text.translate(NO_SIGNS)[-80:]


def _write(element: Element, text: str) -> None:
    for child in list(element):
        element.remove(child)
    element.tag = "span"
    element.attrib.clear()
    element.text = text
