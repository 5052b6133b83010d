"""Makes questions of headings and of the words that announce a list: the section or the list should answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.split.sentences import split_sentences
from index.types import Document, SegmentKind
from qa.compose.generation.instructions import as_the_reader_says
from qa.compose.outline import Section, sections
from qa.understand.question_clause import AUXILIARY, WH_WORD

HEADING_KINDS = frozenset({"asked", "way", "thing", "section"})
"""The kinds of questions that headings ask."""
_NUMBER = re.compile(r"^(?:(?:chapter|section|part|article)\s+)?(?:\d+(?:\.\d+)*|[IVX]+|[A-Z])[.):]\s+", re.IGNORECASE)
_ASKS = re.compile(rf"(?:{WH_WORD}|{AUXILIARY}).*\?", re.IGNORECASE)
_WAY = re.compile(r"How (?P<who>to|we|you) (?P<what>.+)")
_HAPPENS = re.compile(r"What (?P<what>(?:happens|to do) (?:when|if|to|after) .+)")
_IS_AND = re.compile(r"What (?P<thing>[\w -]{2,40}?) is(?: and what it is (?P<use>used for|for))?")
_GENERIC = re.compile(
    r"(?:\w+ )?(?:abstract|introduction|overview|summary|conclusions?|background|contents?|references?|copyright|"
    r"licen[cs]e|appendix|notes?|examples?|discussion|results?|methods?|acknowledge?ments?|see also|other|misc\w*|"
    r"implementation|rationale|motivation|specification|risks?|goals?|rejected ideas|changelog|contact|index|faq"
    r"|action items|agenda|business|attendance|participants)(?: and \w+)?|.*\b(?:other|further|more) \w+",
    re.IGNORECASE,
)
_ODD = re.compile(r"[^\w\s'’“”\"&/,.()-]")
_LEAST = 80  # characters of a section that says something
_LONGEST = 9  # words of a heading that names a thing
_SMALL_WORD = 3  # letters; longer ones are small only in headings in sentence case
_WHOLE = 0.9  # of the text, so much stands under the heading that is its title
# What is a sentence, and no name of a thing.
_SAID = re.compile(
    rf"(?:{WH_WORD}|{AUXILIARY}|if|your?|my|our|we|i|the|this|keep|no|non)\b|.*\b(?:{AUXILIARY}|to|don['’]t)\b|.*\w{{2}}ed$",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(
    r"(?:The )?(?P<what>(?!following|there|it|they|these|this|you|we)[A-Za-z][\w ,'’-]{3,70}?) (?P<verb>are|were)"
    r"(?: (?:as follows|the following|listed below))?:",
)
_PEOPLE = re.compile(
    r"\b(?:members|people|persons|authors|speakers|attendees|participants|guests|men|women|players|officers|directors"
    r"|candidates|winners|staff|editors|maintainers)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DraftQuestion:
    """A question and the place `[start, end)` that should answer it: a sentence, a list or a section.

    `answer`: the words that should answer it; empty where the place as a whole does. `kind`: the rule that made it.
    """

    question: str
    answer: str
    start: int
    end: int
    kind: str


def heading_drafts(document: Document) -> Iterator[DraftQuestion]:
    """Yield a question for each section whose heading names what the section is about."""
    parts = sections(document, split_sentences(document))
    prose = _without_headings(document.text, parts)
    for part in parts:
        if part.heading is None or _is_title(part, parts):
            continue
        start, end = part.heading
        section_text = document.text[end : part.end].strip()
        if len(section_text) < _LEAST:
            continue
        for kind, question in heading_questions(document.text[start:end], prose):
            yield DraftQuestion(question, "", end, part.end, kind)


def heading_questions(heading: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, question) of a heading. `text`, which stands below headings, shows how to write its words."""
    words = " ".join(_NUMBER.sub("", heading.strip().lstrip("#").strip()).split()).rstrip(":.")
    if _ASKS.fullmatch(words):
        yield "asked", words
    elif way := _WAY.fullmatch(words):
        if asked := as_the_reader_says(way["what"]):
            yield "way", f"How do {'you' if way['who'] == 'we' else 'I'} {asked}?"
    elif happens := _HAPPENS.fullmatch(words):
        asked = as_the_reader_says(happens["what"].removeprefix("to do"))
        if asked:
            yield "way", f"What {'should I do ' if happens['what'].startswith('to do') else ''}{asked}?"
    elif thing := _IS_AND.fullmatch(words):
        yield "thing", f"What is {thing['thing']} {thing['use']}?" if thing["use"] else f"What is {thing['thing']}?"
    elif named := _named(words, text):
        yield "section", f"What is said about {named}?"


def _without_headings(text: str, parts: Sequence[Section]) -> str:
    headings = [part.heading for part in parts if part.heading]
    starts, ends = [0, *(end for _, end in headings)], [*(start for start, _ in headings), len(text)]
    return "\n".join(text[start:end] for start, end in zip(starts, ends, strict=True))


def list_drafts(document: Document) -> Iterator[DraftQuestion]:
    """Yield the question for the items of each list that a sentence announces ("The members present were:")."""
    blocks = [b for b in document.blocks() if b.kind in (SegmentKind.PARAGRAPH, SegmentKind.LIST_ITEM)]
    for before, after in pairwise(blocks):
        if before.kind is not SegmentKind.PARAGRAPH or after.kind is not SegmentKind.LIST_ITEM:
            continue
        announced = " ".join(document.text[before.start : before.end].split())
        if match := _ANNOUNCES.fullmatch(announced):
            end = _end_of_list(document, after.start)
            asks = "Who" if _PEOPLE.search(match["what"]) else "What"
            noun = match["what"][0].lower() + match["what"][1:]
            yield DraftQuestion(f"{asks} {match['verb']} the {noun}?", "", after.start, end, "list")


def _end_of_list(document: Document, start: int) -> int:
    end = start
    for block in document.blocks():
        if block.start >= start:
            if block.kind is not SegmentKind.LIST_ITEM:
                break
            end = block.end
    return end


def _is_title(part: Section, parts: list[Section]) -> bool:
    """Return whether the heading is the document's own: it encloses all of the others."""
    return part.end - part.start >= _WHOLE * (parts[-1].end - parts[0].start)


def _named(words: str, text: str) -> str:
    """Return a heading that names a thing, as it stands inside a sentence; empty for one that names none."""
    count = len(words.split())
    if not 2 <= count <= _LONGEST or _GENERIC.fullmatch(words) or _ODD.search(words) or "," in words:
        return ""
    if _SAID.match(words):
        return ""
    words = " ".join(_as_inside(words.split(), text))
    article = re.search(rf"\bthe {re.escape(words)}\b", text, re.IGNORECASE)
    return f"the {words}" if article or re.match(r"(?:\S+ of|\d{4}) ", words) else words


def _as_inside(words: Sequence[str], text: str) -> list[str]:
    """Return a heading's words as they are written inside a sentence: small, if the text mostly writes them so.

    Words that no sentence holds follow the others: small where one of them is.
    """
    written = [_is_small(word, text) for word in words]
    others = any(written)
    if written[0] is None and any(word.islower() and len(word) > _SMALL_WORD for word in words[1:]):
        written[0] = True  # a heading in sentence case
    return [
        word.lower() if small or (small is None and others) else word
        for word, small in zip(words, written, strict=True)
    ]


def _is_small(word: str, text: str) -> bool | None:
    """Return whether a heading's word is in small letters inside the sentences of `text`; None if it is not there."""
    small = word.lower()
    if word not in (small.title(), small.capitalize()):
        return False
    inside = rf"(?<=[a-z,] )(?:{re.escape(small)}|{re.escape(word)})(?![\w/.])"
    members = re.findall(inside, text)
    return 2 * members.count(small) > len(members) if members else None
