"""Marks spans of a text in HTML. The one place that does it: for the page, for reports and for dossiers.

The text is escaped and otherwise unchanged: without tags, and unescaped, the output is the input.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise, takewhile

__all__ = ["MarkedSpan", "escape", "escaped_prose", "mark"]


@dataclass(frozen=True, slots=True)
class MarkedSpan:
    """A stretch `[start, end)` of a document's text, in code points, and how to mark it.

    Each element that marks a part of it has `css_class`; `id` as `data-span`, and as its `id` the one that
    begins where the span does, which also has `label` as `data-label`, for a style sheet to print. `tag` is the
    element's name.
    """

    start: int
    end: int
    css_class: str
    id: str | None = None
    label: str | None = None
    tag: str = "mark"

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"span [{self.start}, {self.end}) is empty or begins before the text")


def escape(text: str) -> str:
    """Escape `text` for HTML, in an element or in a quoted attribute.

    A carriage return becomes a reference, because an HTML parser turns a bare one into a line feed; NUL, which HTML
    cannot hold, becomes its picture: there are as many characters as before.
    """
    return html.escape(text, quote=True).replace("\r", "&#13;").replace("\0", "\u2400")


def escaped_prose(text: str) -> str:
    """Escape `text`, with the parts between backticks as code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text))


def mark(text: str, spans: Iterable[MarkedSpan], *, base: int = 0) -> str:
    """Return `text` as escaped HTML with `spans` in `<mark>` elements, nested where they nest or overlap.

    `base` is the offset at which `text` stands in its document; spans count from the document's start, and
    what lies outside `text` is left out. Overlapping spans are closed and opened again where they cross.
    """
    end = base + len(text)
    inside = [span for span in spans if span.start < end and base < span.end]
    inside.sort(key=lambda span: (span.start, -span.end))  # an enclosing span comes before what it encloses
    cuts = {base, end, *(s.start for s in inside if s.start > base), *(s.end for s in inside if s.end < end)}
    edges = sorted(cuts)
    pieces: list[str] = []
    opened: list[MarkedSpan] = []
    for left, right in pairwise(edges):
        covering = [span for span in inside if span.start <= left and right <= span.end]
        kept = len(list(takewhile(lambda pair: pair[0] is pair[1], zip(opened, covering, strict=False))))
        pieces.extend(f"</{span.tag}>" for span in reversed(opened[kept:]))
        pieces.extend(_open(span, left) for span in covering[kept:])
        pieces.append(escape(text[left - base : right - base]))
        opened = covering
    return "".join(pieces) + "".join(f"</{span.tag}>" for span in reversed(opened))


def _open(span: MarkedSpan, offset: int) -> str:
    attributes = [f'class="{escape(span.css_class)}"']
    if span.id is not None:
        attributes.append(f'data-span="{escape(span.id)}"')
        if offset == span.start:
            attributes.append(f'id="{escape(span.id)}"')
    if span.label is not None and offset == span.start:
        attributes.append(f'data-label="{escape(span.label)}"')
    return f"<{span.tag} {' '.join(attributes)}>"
