"""Finds the quotations of a draft, and decides by named rules which of them are checked.

Block quotes, citations of other tools, and words in quotation marks of any style are checked. Not checked are

- one word: a scare quote, or a word that the sentence is about;
- a title: several words, capitalised except for small ones, without sentence punctuation;
- a phrase: two or three words without a speaker or a source in their sentence;
- code.

A title or a phrase is checked if the draft names its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from index.types import SegmentKind
from pincite.records.check.attribution import DocumentNames, attribution_cited, attribution_of
from pincite.records.check.drafts import Draft
from pincite.records.check.marks import MarkedWords, outermost_quotations
from pincite.records.check.meaning import COMMON
from pincite.records.check.sources import MARKDOWN
from pincite.records.check.types import Attribution, LeftAlone, Quotation
from pincite.records.check.words import blanked, split_words

FEW = 3  # words of a phrase at most
FOLLOWING = 160  # characters after a block quote's closing mark that may name its author
NEAR = 60  # characters around a phrase in which a verb of saying must be
AROUND = 240  # characters before and after a quotation that may name its source


class Rule(StrEnum):
    """The rule by which words are checked as a quotation, or are not."""

    CITATION = "citation"
    BLOCK = "block"
    MARKS = "marks"
    ONE_WORD = "one_word"
    TITLE = "title"
    PHRASE = "phrase"


_SAYING = re.compile(
    r"\b(?:sa(?:y|ys|id|ying)|tells?|told|wr(?:ite|ites|ote|itten)|stat(?:e|es|ed|ing|ement)|claim\w*|report(?:s|ed)|"
    r"add(?:s|ed)|not(?:es|ed)|argu\w+|explain\w*|warn\w*|describ\w+|announc\w+|admit\w*|den(?:y|ies|ied)|ask(?:s|ed)|"
    r"repl(?:y|ies|ied)|insist\w*|declar\w+|observ(?:es|ed)|conclud\w+|according|quot\w+|testif\w+|promis\w+|"
    r"call(?:s|ed)?(?![ \u00a0]*(?:[“„«\"'‘]|\Z))|reads?|wording|words|put it)\b",
    re.IGNORECASE,
)
_NAMING = re.compile(
    r"\b(?:so[- ]called|called|termed|named|dubbed|known as|titled|entitled)[ \u00a0]*\Z", re.IGNORECASE
)
_UNREAD = re.compile(
    r"```.*?(?:```|\Z)|(?<!`)`(?!`)[^`\n]+`(?!`)|<[a-zA-Z/!][^<>]*>|(?<=\])\([^()\s]*(?:[ ]\"[^\"\n]*\")?\)", re.DOTALL
)
_PART = re.compile(r"\w+")  # of a word, or all of it
_SENTENCE_END = re.compile(r"[.!?][”’\"')\]]*[ \u00a0\n]+(?=[\"“‘(\[]?[A-Z0-9])|\n[ \t>]*\n")
_LITTLE = COMMON | frozenset("de la le les du des von van der den y e".split())


@dataclass(frozen=True, slots=True)
class FoundQuotations:
    """The quotations of a draft, and words in quotation marks that are left alone. `spans`: of both, in text order."""

    quotations: tuple[Quotation, ...]
    left_alone: tuple[LeftAlone, ...]
    spans: tuple[tuple[int, int], ...]


def find_quotations(draft: Draft, names: DocumentNames) -> FoundQuotations:
    """Return the quotations of `draft` with their attributions, in text order, nested ones after the outer one."""
    text, masked = draft.document.text, _masked(draft)
    quoted = [Quotation(0, c.start, c.end, "", Rule.CITATION, attribution_cited(c, names)) for c in draft.cited]
    for start, end in draft.blocks:
        first, last = _without_marks(text, start, end)
        ascription = _block_ascription(text, start, end, last, names)
        quoted.append(Quotation(0, first, last, "", Rule.BLOCK, ascription))
    marks, alone = _in_marks(text, _inline(draft, masked), names)
    quoted += marks
    for outer in quoted:  # grows in the loop: a nested quotation may contain another
        nested = (
            words
            for words in outermost_quotations(masked, outer.start, outer.end)
            if words.outer > outer.start or words.after < outer.end
        )
        nested_quotations, nested_alone = _in_marks(text, nested, names, outer)
        quoted += nested_quotations
        alone += nested_alone
    quoted = sorted((q for q in quoted if q.start < q.end), key=lambda q: (q.start, -q.end))
    quotations = tuple(
        replace(q, number=number, text=text[q.start : q.end], inside=_innermost_around(q, quoted[: number - 1]))
        for number, q in enumerate(quoted, start=1)
    )
    alone.sort(key=lambda left: left.start)
    spans = sorted([(q.start, q.end) for q in quotations] + [(a.start, a.end) for a in alone])
    return FoundQuotations(quotations, tuple(alone), tuple(spans))


def _in_marks(
    text: str, marked_words: Iterable[MarkedWords], names: DocumentNames, outer: Quotation | None = None
) -> tuple[list[Quotation], list[LeftAlone]]:
    """Sort words in marks into those to check and those left alone; words within `outer` inherit its attribution."""
    quotations: list[Quotation] = []
    alone: list[LeftAlone] = []
    for words in marked_words:
        ascription = attribution_of(*_around(text, words, outer), text, names)
        rule = _left_alone(text, words, ascription)
        if rule is None:
            style = text[words.outer : words.start] + text[words.end : words.after]
            where = ascription or (None if outer is None else outer.ascription)
            quotations.append(Quotation(0, words.start, words.end, "", Rule.MARKS, where, style))
        else:
            alone.append(LeftAlone(words.start, words.end, text[words.start : words.end], rule))
    return quotations, alone


def _innermost_around(quotation: Quotation, before: Sequence[Quotation]) -> int | None:
    """Return the number of the innermost quotation in `before` that contains `quotation`, or None."""
    return next((number for number in range(len(before), 0, -1) if quotation.end <= before[number - 1].end), None)


def _inline(draft: Draft, masked: str) -> Iterator[MarkedWords]:
    """Yield the words in quotation marks outside block quotes, citations and code."""
    taken = sorted([*draft.blocks, *((citation.start, citation.end) for citation in draft.cited)])
    edges = [0, *(edge for span in taken for edge in span), len(masked)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        yield from outermost_quotations(masked, start, end) if start < end else ()


def _masked(draft: Draft) -> str:
    """Return the draft's text with code, tags and link targets replaced by spaces."""
    text = draft.document.text
    spans = [(s.start, s.end) for s in draft.document.segments if s.kind is SegmentKind.CODE]
    if draft.document.media_type == MARKDOWN:
        spans += [match.span() for match in _UNREAD.finditer(text)]
    return blanked(text, spans)


def _left_alone(text: str, marked_words: MarkedWords, ascription: Attribution | None) -> Rule | None:
    """Return the rule that exempts words in quotation marks from the check, or None."""
    words = text[marked_words.start : marked_words.end]
    count = len(_PART.findall(words))
    count = count if count > 3 * FEW else len(split_words(words))
    if count <= 1:
        return Rule.ONE_WORD
    if ascription is not None:
        return None
    if _is_title(words):
        return Rule.TITLE
    before, after = _around(text, marked_words)
    naming = _NAMING.search(before) is not None
    near = f"{before.rpartition(';')[2][-NEAR:]} | {after.partition(';')[0][:NEAR]}"
    if count <= FEW and (naming or not _SAYING.search(near)):
        return Rule.PHRASE
    return None


def _is_title(words: str) -> bool:
    named = re.findall(r"\w[\w'’-]*", words)
    if words.isupper() or not 2 <= len(named) <= 14 or re.search(r"[.!?;][ \u00a0]|[.;,]\Z|…|\[", words):
        return False
    return all(w[0].isupper() or w[0].isdigit() or w.lower() in _LITTLE for w in named) and named[0][0].isupper()


def _around(text: str, words: MarkedWords, outer: Quotation | None = None) -> tuple[str, str]:
    """Return the words before and after a quotation in its sentence, up to another quotation or the edge of `outer`."""
    first = max(0 if outer is None else outer.start, words.outer - AROUND)
    last = words.after + AROUND if outer is None else min(outer.end, words.after + AROUND)
    before, after = text[first : words.outer], text[words.after : last]
    ends = list(_SENTENCE_END.finditer(before))
    before = before[ends[-1].end() :] if ends else before
    before = re.split(r"[“”„«»\"]", before)[-1]
    after = re.split(r"[“„«\"]", after)[0]
    return before, _to_sentence_end(after, ended=text[words.end - 1 : words.end] in ".!?")


def _to_sentence_end(after: str, *, ended: bool) -> str:
    """Return the rest of the sentence; if the quotation ended it (`ended`), only the brackets right after it."""
    bracket = re.match(
        r"[ \t.,;:]{0,3}(?:[(\[][^()\[\]]*(?:\([^()]*\)[^()\[\]]*)?[)\]](?:\([^()\s]*\))?[ \t.,;]*)+", after
    )
    rest = bracket.end() if bracket else 0
    if ended and (bracket or re.match(r"\s+[A-Z]|\s*\Z", after)):
        return after[:rest]
    end = _SENTENCE_END.search(after, rest)
    return after[: end.start() + 1] if end else after


def _without_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of a block quote without quotation marks around it, and without its attribution line."""
    attribution = re.search(r"\n[ \t>]*(?:[—–]|--+)[ \t]*[^\n]{1,200}\s*\Z", text[start:end])
    end = start + attribution.start() if attribution else end
    block = text[start:end]
    start, end = start + len(block) - len(block.lstrip(" \t\r\n>")), start + len(block.rstrip(" \t\r\n>"))
    inner = next(outermost_quotations(text, start, end), None)
    rest = text[inner.after : end].strip() if inner is not None else ""
    if inner is not None and inner.outer == start and (len(rest) < 2 or (rest[0] in "—–-([" and len(rest) < FOLLOWING)):
        return inner.start, inner.end
    return start, end


def _block_ascription(text: str, start: int, end: int, last: int, names: DocumentNames) -> Attribution | None:
    """Return the attribution before a block quote, in its last line, or in a line after it with a dash or brackets."""
    following = re.match(r"\s*((?:[—–(\[]|--+)[^\n]*)", text[end : end + AROUND])
    after = text[last:end] + (following[1] if following else "")
    before = text[max(0, start - AROUND) : start].rstrip(" \t\r\n>").rpartition("\n\n")[2]
    ends = list(_SENTENCE_END.finditer(before))
    return attribution_of(before[ends[-1].end() :] if ends else before, after, text, names)
