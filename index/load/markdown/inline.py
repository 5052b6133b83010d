"""Finds the marks and the emphasis inside a block of Markdown, by markdown-it-py.

The parser tells the kind of an inline mark, but not its place. So each of its rules is watched while it runs, and the
stretch that it consumed is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from index.load.markdown.reading import make_block_parser, make_parser

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# A line, and what a block's second and later lines begin with in a list or a quotation.
_LINE = re.compile(r"([ \t>]*)[^\r\n]*(?:\r\n?|\n|\Z)")
LONGEST = 10_000  # characters
_PAIRS = {"em_open": "em_close", "strong_open": "strong_close"}


class InlineKind(StrEnum):
    """The kind of a stretch inside a block."""

    SYNTAX = "syntax"  # marks that say how other characters look, and addresses of links
    EMPHASIS = "emphasis"
    STRONG = "strong"
    CODE = "code"
    LINK = "link"
    ENTITY = "entity"  # a character reference, such as "&amp;"
    BREAK = "break"  # the end of a line that the author wants to end there


@dataclass(frozen=True, slots=True)
class Inline:
    """A stretch `[start, end)` of a document's text, in code points. `shown`: what an entity stands for."""

    kind: InlineKind
    start: int
    end: int
    shown: str = ""


def inlines(text: str, blocks: Sequence[tuple[int, int]]) -> list[list[Inline]]:
    """Return for each of `blocks`, half-open spans of the Markdown `text`, what stands inside it, in order of `start`.

    A block is a heading, a paragraph or a list item as `markdown.segments` gives it, or a table's cell. In one that is
    longer than `LONGEST` nothing is looked for: brackets that do not close take the square of its length.
    """
    references: dict[str, Any] = {}
    make_block_parser().parse(text, references)  # links may name an address that is given elsewhere in the document
    watch = _Watch()
    parser = watch.over(make_parser())
    return [
        _of_block(parser, watch, text, start, end, references) if end - start <= LONGEST else []
        for start, end in blocks
    ]


@dataclass(slots=True)
class _Taken:
    rule: str
    start: int
    end: int
    tokens: list[Token]
    label_end: int = -1


@dataclass(slots=True)
class _Watch:
    """Keeps the stretches of a block that a parser's rules consume."""

    taken: list[_Taken] = field(default_factory=list)
    state: Any = None

    def over(self, parser: MarkdownIt) -> MarkdownIt:
        ruler = parser.inline.ruler
        for name, rule in zip(ruler.get_active_rules(), ruler.getRules(""), strict=True):
            ruler.at(name, self._watched(name, rule))
        parser.inline.ruler2.disable("fragments_join")  # one token for each mark, so that each is known
        return parser

    def _watched(self, name: str, rule: Callable[[Any, bool], bool]) -> Callable[[Any, bool], bool]:
        def run(state: Any, silent: bool) -> bool:
            if self.state is None:
                self.state = state
            start, before = state.pos, len(state.tokens)
            matched = rule(state, silent)
            if matched and not silent and state is self.state:
                self.taken.append(_Taken(name, start, state.pos, state.tokens[before:]))
                if name in ("link", "image"):
                    opening = start + (name == "image")
                    self.taken[-1].label_end = state.md.helpers.parseLinkLabel(state, opening, name == "link")
            return matched

        return run


def _of_block(
    parser: MarkdownIt, watch: _Watch, text: str, start: int, end: int, references: dict[str, Any]
) -> list[Inline]:
    places = [place for first, last in _kept(text, start, end) for place in range(first, last)]
    content = "".join("\n" if text[place] == "\r" else text[place] for place in places)
    watch.taken, watch.state = [], None
    parser.inline.parse(content, parser, references, [])
    at = [*places, end]
    inline_marks = [*_emphasised(watch.taken)]
    for taken in watch.taken:
        inline_marks += _of_rule(taken, content)
    # A line's prefix lies between two places that follow each other: it is never part of what is shown.
    cuts = [Inline(InlineKind.SYNTAX, a + 1, b) for a, b in pairwise(places) if b > a + 1]
    mapped = [Inline(i.kind, at[i.start], at[i.end - 1] + 1, i.shown) for i in inline_marks if i.start < i.end]
    return sorted(cuts + mapped, key=lambda i: (i.start, -i.end))


def _kept(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the lines of a block without what they begin with, a line feed at the end of each but the last."""
    position = start
    while position < end:
        line = _LINE.match(text, position, end)
        assert line is not None
        first = position if position == start else line.end(1)
        stop = line.end()
        if text[stop - 2 : stop] == "\r\n" and stop - 1 > first:
            yield first, stop - 2
            yield stop - 1, stop
        elif first < stop:
            yield first, stop
        position = stop


def _emphasised(taken: Sequence[_Taken]) -> Iterator[Inline]:
    """Yield emphasis, from its opening mark to its closing one; both are marks."""
    opened: list[tuple[Token, int]] = []
    for run in taken:
        if run.rule != "emphasis":
            continue
        length = run.end - run.start
        for offset, token in enumerate(run.tokens[-length:], start=run.start):
            if token.type != "text" or not token.content:
                yield Inline(InlineKind.SYNTAX, offset, offset + 1)
            if token.type in _PAIRS:
                opened.append((token, offset))
            elif opened and token.type == _PAIRS[opened[-1][0].type]:
                kind = InlineKind.EMPHASIS if token.type == "em_close" else InlineKind.STRONG
                yield Inline(kind, opened.pop()[1], offset + 1)


def _of_rule(taken: _Taken, content: str) -> Iterator[Inline]:
    start, end = taken.start, taken.end
    if taken.rule == "escape":
        yield Inline(InlineKind.SYNTAX, start, start + 1)
        if content[start + 1] == "\n":
            yield Inline(InlineKind.BREAK, start + 1, start + 2)
    elif taken.rule == "newline" and any(token.type == "hardbreak" for token in taken.tokens):
        yield Inline(InlineKind.BREAK, start, start + 1)
    elif taken.rule == "backticks" and any(token.type == "code_inline" for token in taken.tokens):
        width = len(taken.tokens[-1].markup)
        yield Inline(InlineKind.SYNTAX, start, start + width)
        yield Inline(InlineKind.CODE, start + width, end - width)
        yield Inline(InlineKind.SYNTAX, end - width, end)
    elif taken.rule in ("link", "image"):
        label = start + (2 if taken.rule == "image" else 1)
        yield Inline(InlineKind.SYNTAX, start, label)
        if taken.rule == "link":
            yield Inline(InlineKind.LINK, label, taken.label_end)
        yield Inline(InlineKind.SYNTAX, taken.label_end, end)
    elif taken.rule == "autolink":
        yield Inline(InlineKind.SYNTAX, start, start + 1)
        yield Inline(InlineKind.LINK, start + 1, end - 1)
        yield Inline(InlineKind.SYNTAX, end - 1, end)
    elif taken.rule == "entity":
        yield Inline(InlineKind.ENTITY, start, end, taken.tokens[-1].content)
