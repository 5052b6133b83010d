"""Removes menus, banners and the like around a page's own text, before the main content is extracted."""

from __future__ import annotations

from itertools import islice

from index.load.html.blocks import (
    BLOCKS,
    HEADINGS,
    UNSEEN,
    Element,
    preformatted,
    share_of_links,
    text_lengths,
    words_of,
)
from index.load.html.hidden import LINES, part_names
from index.load.html.sections import is_section

_LARGEST = 0.5  # share of a page's words that stand in one box around its text, at most
_LINKED = 0.35  # share of the words of a box in links from which on it may be one of menus
_MENU = 3  # links, at least, of what holds nothing else: a menu, though its name does not say so
# Words of an element's class or id that mark what stands around a text, and roles that do.
_FURNITURE = frozenset(
    "nav navbar navigation menu breadcrumb breadcrumbs sidebar footer cookie cookies consent gdpr share sharing "
    "sharedaddy social related recommended recommendations promo advert advertisement ad ads sponsored newsletter "
    "subscribe subscription comment comments disqus respond popup modal toolbar pagination pager toc".split()
)
_ROLES = frozenset("navigation banner contentinfo search complementary dialog alertdialog".split())
_FURNITURE_TAGS = frozenset(("nav", "footer", "aside", "dialog", "search"))
_NOTES = frozenset("footnote footnotes note notes admonition callout warning tip hint important".split())
_WHOLE = frozenset(("html", "body", "main", "article", *HEADINGS))
# Words for what leads elsewhere: without a link it is none, whatever it is called.
_MENUS = frozenset("nav navbar navigation menu breadcrumb breadcrumbs toolbar pagination pager toc".split())
_KEPT_INLINE = frozenset(("a", "br", "img", "wbr"))


def keep_lines(tree: Element) -> None:
    """Rename elements of `tree` so that an extractor keeps everything that a person reads.

    Sentences stay whole: marks inside a line (dates, code, labels) lose names and classes that look like boilerplate.
    Captions and footnotes become paragraphs and sections, plain text `pre` code.
    """
    for element in list(tree.iter("*")):
        if element.tag == "pre":
            _only_code(element)
        elif element.tag == "button":
            element.tag = "span" if _in_line(element) else "p"
        elif element.tag not in BLOCKS | UNSEEN | _KEPT_INLINE and _in_line(element):
            _only_words(element)
        elif element.tag == "figure":
            element.tag = "div"
        elif element.tag == "figcaption":
            element.tag = "p"
        elif element.tag == "aside" and part_names(element) & _NOTES:
            element.tag = "section"


def furniture(tree: Element) -> list[Element]:
    """Return the boilerplate around the text of a page: menus, asides, comments; outermost elements with words.

    Sections of the text that are named after such things lose their names.
    """
    elements: list[Element] = []
    pending = [tree]
    most, lengths = _LARGEST * len(words_of(tree)), text_lengths(tree)
    while pending:
        element = pending.pop()
        holds_most = lengths[element] > _LARGEST * lengths[tree]
        if _is_furniture(element, most, holds_most=holds_most):
            if words_of(element):
                elements.append(element)
        else:
            pending.extend(element.iterchildren("*"))
    return elements


def _is_furniture(element: Element, most: float, *, holds_most: bool) -> bool:
    """Return whether a name marks boilerplate: not if the page's own heading or most of its words are inside.

    Layouts are named after menus too. `most`: characters of what stands around a text, at most. `holds_most`: whether
    the greater part of the page, seen or unseen, stands inside.
    """
    if element.tag in _FURNITURE_TAGS or (element.get("role") or "").lower() in _ROLES:
        return not (holds_most and _is_left_open(element))
    if element.tag == "header" and share_of_links(element) > 0.5:
        return True
    if element.tag in ("td", "div") and _is_menu(element):
        return True
    is_box = (element.tag in BLOCKS and element.tag not in _WHOLE) or "-" in element.tag
    names = part_names(element) & _FURNITURE if is_box else set()
    if not names or next(element.iter("h1", "main", "article"), None) is not None:
        return False
    if len(words_of(element)) > most and share_of_links(element) < _LINKED:
        return False
    if is_section(element, names) or (names <= _MENUS and _is_headed_without_links(element)):
        _forget_names(element)
        return False
    return True


def _is_left_open(element: Element) -> bool:
    """Return whether the page's text stands inside, as in a sidebar that nobody closed; such a one loses its names."""
    if next(element.iter("main", "article"), None) is None:
        return False
    element.tag = "div"
    element.attrib.clear()
    return True


def _is_headed_without_links(element: Element) -> bool:
    return next(element.iter("a", "form", "input", "select"), None) is None and any(
        map(words_of, element.iter(*HEADINGS))
    )


def _forget_names(section: Element) -> None:
    """Remove names from a section of the text, by which an extractor would skip it."""
    for element in section.iter("*"):
        if part_names(element) & _FURNITURE:
            element.attrib.pop("class", None)
            element.attrib.pop("id", None)


def _is_menu(element: Element) -> bool:
    """Return whether it holds links and nothing else; one of several blocks is more than a menu, but in a cell."""
    if len(list(islice(element.iter("a"), _MENU))) < _MENU:
        return False
    if element.tag != "td" and next(element.iterdescendants(*BLOCKS), None) is not None:
        return False
    return sum(_letters(link) for link in element.iter("a")) > 0.9 * _letters(element)


def _letters(element: Element) -> int:
    return sum(map(str.isalnum, words_of(element)))


def _in_line(element: Element) -> bool:
    return next(element.iterancestors(*LINES), None) is not None and next(element.iterancestors("pre"), None) is None


def _only_words(element: Element) -> None:
    if next(element.iterdescendants(*BLOCKS), None) is None:
        element.attrib.clear()
        element.tag = "span"


def _only_code(pre: Element) -> None:
    """Leave only text in a `code`, by which an extractor tells it from a quotation."""
    text = preformatted(pre)
    for child in list(pre):
        pre.remove(child)
    pre.text = None
    code = pre.makeelement("code")
    code.text = text
    pre.append(code)
