"""Removes what a web page hides from everybody, and keeps what a click unfolds."""

from __future__ import annotations

import re
from itertools import islice

from index.load.html.blocks import HEADINGS, Element, class_names, is_element, share_of_links, without, words_of

_NEVER_SHOWN = frozenset(("script", "style", "template", "noscript", "svg", "input", "form", "nav", "dialog"))
_TARGETS = ("href", "data-target", "data-bs-target", "data-toggle", "data-tab", "data-for")
_FOLDS = frozenset(
    "accordion answer answers collapse collapsible collapsed disclosure expandable expander faq faqs readmore spoiler "
    "tab tabs tabpanel toggle".split()
)
_SHOWING = ("x-show", "x-collapse", "v-show", "ng-show", "ng-hide")  # a script's own words for what it unfolds
_MOST_LINKED = 0.5  # share of the words that lead elsewhere, from which on what a button unfolds is a menu
_NOT_SEEN = frozenset(
    "sr-only visually-hidden visuallyhidden screen-reader-text headerlink anchorjs-link mw-editsection "
    "mw-jump-link skip-link noprint gutter linenos lineno".split()
)
_ANCHOR_SIGNS = frozenset("¶ # § 🔗 ⚓ ∞".split())
# Elements whose text is read as one line, such that nothing in it may go missing.
LINES = frozenset(("p", "li", "dt", "dd", "td", "th", "caption", "figcaption", "summary", "blockquote", *HEADINGS))
_WORD = re.compile(r"[A-Za-z][a-z]*|[A-Z]+(?![a-z])")
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))(?![\w-])", re.IGNORECASE)


def drop_unseen(tree: Element) -> None:
    """Remove from `tree` what nobody sees, or only on hover.

    What a click unfolds stays: the answers of an accordion, the panels behind a tab.
    """
    controlled = _controlled(tree)
    unseen = [e for e in tree.iter("*") if _is_unseen(e)]
    without([e for e in unseen if not (_is_hidden(e) and _unfolds(e, controlled))])


def _controlled(tree: Element) -> set[str]:
    """Return the ids of the elements that something on the page shows and hides."""
    controlled: set[str] = set()
    for element in tree.iter("*"):
        stated = [element.get("aria-controls", "")]
        if element.tag in ("a", "button", "li", "div", "h2", "h3", "h4", "span"):
            stated += [element.get(name, "") for name in _TARGETS]
        controlled.update(part.removeprefix("#") for text in stated for part in text.split())
    return controlled


def _is_hidden(element: Element) -> bool:
    return element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "") is not None


def _unfolds(element: Element, controlled: set[str]) -> bool:
    """Return whether a hidden element is one that a reader can unfold, and holds words."""
    if element.tag in _NEVER_SHOWN or not words_of(element):
        return False
    if (element.get("role") or "") == "tabpanel" or element.get("hidden") == "until-found":
        return True
    if (element.get("id") or "") in controlled or element.get("aria-labelledby"):
        return True
    around = [element, *islice(element.iterancestors(), 3)]
    if any(part_names(e) & _FOLDS for e in around if e.tag not in ("body", "html")):
        return True
    if any(element.get(name) is not None for name in _SHOWING) or (element.get("id") or "").lower() == "more":
        return True
    before = element.getprevious()
    return before is not None and is_element(before) and _switches(before) and share_of_links(element) < _MOST_LINKED


def _switches(element: Element) -> bool:
    """Return whether a click on `element`, or on a part of it, shows what follows it."""
    if element.tag in ("label", "summary") or element.get("onclick") is not None:
        return True
    return any(
        e.tag == "button" or e.get("role") == "button" or e.get("aria-expanded") is not None for e in element.iter("*")
    )


def _unfolds_next(button: Element) -> bool:
    """Return whether what follows a button is hidden, so that the button is its question."""
    following = button.getnext()
    if following is None or not is_element(following) or not _is_hidden(following):
        return False
    return bool(words_of(following)) and share_of_links(following) < _MOST_LINKED


def _is_unseen(element: Element) -> bool:
    if element.tag in ("html", "body", "head"):
        return False
    if _is_hidden(element):
        return True
    if element.tag in ("template", "annotation", "annotation-xml"):
        return True
    if _NOT_SEEN & class_names(element):
        return True
    if element.tag == "button":  # one that unfolds an answer is its question
        asks = element.get("aria-expanded") is not None or _unfolds_next(element)
        return not asks and next(element.iterancestors(*LINES), None) is None
    in_heading = element.tag == "a" and next(element.iterancestors(*HEADINGS), None) is not None
    return in_heading and words_of(element) in _ANCHOR_SIGNS


def part_names(element: Element) -> set[str]:
    """Return the words of an element's class and id, and of its own name where that is a custom one."""
    own = element.tag if "-" in element.tag else ""  # a custom element's name says what it is
    named = f"{own} {element.get('class') or ''} {element.get('id') or ''}"
    return {word.lower() for word in _WORD.findall(named)}
