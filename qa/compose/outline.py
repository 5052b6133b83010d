"""Finds what can stand in an overview: a document's sections, their sentences that say something, and what is meant by
a phrase such as "the section on refunds"."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from index.split.sentences import Span
from index.types import Document, Segment, SegmentKind
from qa.compose.centrality import Floats
from qa.compose.titles import find_headings

# A list in one line with what announces it; and a sentence whose beginning was cut off.
_FLATTENED = re.compile(r":\s*[-–•]\s|\A\((?!.*\)\W*\Z)", re.DOTALL)
_POINTS_ELSEWHERE = re.compile(  # to another page
    r"\b(?:see|check out|refer to|head over to|visit|review|read more|learn more|can be found)\b[^.!?\n]{0,40}"
    r"\[[^\]]*\]\([^)]*\)\W*\Z",
    re.IGNORECASE,
)
_MARKER = re.compile(r"(?:[-*•–‣◦·]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|https?://\S+|<[^<>\n]{1,80}>")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_ALL_WORDS = re.compile(rf"{_UNSPACED.pattern}|[^\W_]+(?:['’][^\W_]+)*")
_ENDED = re.compile(r"[.!…。！;:]['\"”’»)\]*_`]*\Z")
_CUT = re.compile(r"\b(?:a|an|the|of|for|on|in|at|by|to|with|from|and|or)\Z", re.IGNORECASE)
_QUESTION = re.compile(r"[?？؟]['\"”’»)\]*_`]*\Z")
_FIELD = re.compile(r"[^\W\d_][\w /()-]{0,28}:[ \t]+(?=\S)")
_BOILERPLATE = re.compile(
    r"all rights reserved|copyright|©|\bcookies? (?:settings|policy|preferences)\b|"
    r"^(?:subscribe|sign up|log in|follow us)\b|\bnewsletter below\b|^\W*last (?:updated|modified|changed)\b|"
    r"table of contents|transcriber['’]s note|\betext\b|project gutenberg|"
    r"^(?:(?:share|print|email) this|click here|skip to)\b",
    re.IGNORECASE,
)
_LETTERS = 0.6  # of the characters of a sentence that are not white space, so many are letters
_FEWEST_WORDS = 5
_SHORTEST = 25  # characters
_FEWEST_TOPICS = 4  # sections of a document of lists
_LEAD, _SHORT_TEXT = 4, 150  # sentences
_SPEECH, _SPOKEN = "\"'“‘”„«»—「『", 0.1  # what speech begins with; of a story's paragraphs, more than so many do
_CHAPTER, _MOST_CHAPTERS = 12, 6  # so many sentences make a chapter; of so many, the first sentence of each leads
_LONGEST_TOPIC = 120  # characters of a heading with its first item


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, up to the next heading of its level or above.

    `heading` is None for what stands before the first heading. `own_end`: where the first heading inside it begins.
    """

    heading: Span | None
    level: int
    start: int
    end: int
    own_end: int


@dataclass(frozen=True, slots=True)
class KeyCandidate:
    """A sentence that may stand in an overview: its span, its section's number, and its place in that section."""

    start: int
    end: int
    section: int
    place: int
    item: bool = False


@dataclass(frozen=True, slots=True)
class KeyTopic:
    """A heading, with the item under it if that is short; `share`: its sentences per longest section's."""

    start: int
    end: int
    section: int
    share: float


def sections(document: Document, sentences: Sequence[Span]) -> list[Section]:
    """Return the sections of `document` in order, by its headings; in plain text, by lines that look like headings."""
    headings = find_headings(document, sentences)
    length = len(document.text)
    if not headings:
        return [Section(None, 0, 0, length, length)]
    all_sections = (
        [Section(None, 0, 0, headings[0][0], headings[0][0])] if document.text[: headings[0][0]].strip() else []
    )
    for i, (start, end, level) in enumerate(headings):
        later = headings[i + 1 :]
        stop = next((other for other, _, depth in later if depth <= level), length)
        own = later[0][0] if later else length
        all_sections.append(Section((start, end), level, start, stop, own))
    return all_sections


def key_candidates(document: Document, sentences: Sequence[Span], parts: Sequence[Section]) -> list[KeyCandidate]:
    """Return the sentences of `document` that say something by themselves, in order, without list markers.

    It leaves out headings, header fields ("Status: Final"), questions, fragments, tables, code, bare links, rows of
    figures and boilerplate. A list item counts as a sentence.
    """
    headings = {part.heading for part in parts}
    blocks = [segment for segment in document.segments if segment.kind is not SegmentKind.PAGE]
    block_starts, part_starts = [block.start for block in blocks], [part.start for part in parts]
    places = [0] * len(parts)
    key_candidates = []
    titles = [_word_set(document.text[slice(*part.heading)]) for part in parts if part.heading]
    for span in sentences:
        number = max(0, bisect_right(part_starts, span[0]) - 1)
        block = _at(blocks, block_starts, span[0])
        if span in headings or (block and block.kind in (SegmentKind.HEADING, SegmentKind.TABLE, SegmentKind.CODE)):
            continue
        marker = _MARKER.match(document.text, *span)
        start = marker.end() if marker else span[0]
        item = marker is not None or (block is not None and block.kind is SegmentKind.LIST_ITEM)
        text = document.text[start : span[1]]
        if says_something(text, item=item) and not (item and _names_heading(text, titles)):
            key_candidates.append(KeyCandidate(start, span[1], number, places[number], item))
            places[number] += 1
    return key_candidates


def standing_alone(document: Document, candidates: Sequence[KeyCandidate], *, least: int) -> list[KeyCandidate]:
    """Return the candidates that need no other to be understood, if there are `least` of them; otherwise all.

    Left out are lists that stand in one line with what announces them, and items that go on with that sentence.
    """
    alone = [c for c in candidates if not _leans(document.text[c.start : c.end], c.item)]
    return alone if len(alone) >= least else list(candidates)


def _leans(text: str, item: bool) -> bool:
    return _FLATTENED.search(text) is not None or (item and text[:1].islower())


def _names_heading(text: str, titles: Sequence[frozenset[str]]) -> bool:
    """Return whether an item of a list is the entry of a heading in a table of contents."""
    words = _word_set(_LINK.sub(r"\1", text))
    return any(len(words & title) >= 0.7 * max(len(words | title), 1) for title in titles)


def _word_set(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def says_something(text: str, *, item: bool = False) -> bool:
    """Return whether `text` reads as a sentence of its own.

    An `item` of a list may be shorter, and need not end in a stop.
    """
    if _POINTS_ELSEWHERE.search(text.replace("\n", " ")):
        return False
    plain = _LINK.sub(r"\1", text).strip()
    words = _WORD.findall(plain)
    count = max(len(words), len(_UNSPACED.findall(plain)) // 2)
    if count < _FEWEST_WORDS or (len(plain) < _SHORTEST and count == len(words)):
        return False
    if len(_LINK.sub("", text).strip()) < _SHORTEST and count == len(words):
        return False
    if not item and plain[0].islower():  # the end of a sentence whose beginning stands elsewhere
        return False
    if _QUESTION.search(plain) or _BOILERPLATE.search(plain) or _is_header(plain, item=item):
        return False
    letters = sum(character.isalpha() for character in plain)
    if letters < _LETTERS * sum(not character.isspace() for character in plain):
        return False
    if plain.isascii() and sum(word.islower() for word in words) < 3:
        return False
    return item or _ENDED.search(plain) is not None or (count >= 12 and not plain.istitle() and not _CUT.search(plain))


def all_words(text: str) -> list[str]:
    """Return the words of `text` in small letters, stop words among them; of a script without spaces, its letters."""
    return _ALL_WORDS.findall(text.lower())


def without_links(text: str) -> str:
    """Return `text` with the words of its links, without their addresses."""
    return _LINK.sub(r"\1", text)


def _is_header(text: str, *, item: bool) -> bool:
    """Return whether it is made of fields such as "Author: …", or of one whose value is no sentence."""
    lines = text.splitlines()
    fields = [line for line in lines if _FIELD.match(line)]
    if len(fields) >= 2 and 2 * len(fields) >= len(lines):
        return True
    field = _FIELD.match(text)
    if not field or item:
        return False
    value = text[field.end() :]
    return not (_ENDED.search(value) and len(_WORD.findall(value)) >= _FEWEST_WORDS and ";" not in value)


def _at(blocks: Sequence[Segment], starts: Sequence[int], offset: int) -> Segment | None:
    i = bisect_right(starts, offset) - 1
    return blocks[i] if i >= 0 and offset < blocks[i].end else None


def key_topics(
    document: Document, sentences: Sequence[Span], parts: Sequence[Section], candidates: Sequence[KeyCandidate]
) -> list[KeyTopic]:
    """Return the topics of a document that is mostly lists, as minutes are: each heading with what is first under it.

    An item says little without its heading. Nothing for a document of prose.
    """
    topics = [i for i, part in enumerate(parts) if part.heading and part.own_end == part.end]
    if len(topics) < _FEWEST_TOPICS or 2 * sum(c.item for c in candidates) < len(candidates):
        return []
    counts = Counter(c.section for c in candidates)
    key_topics = []
    for i in topics:
        start, end = parts[i].heading or (0, 0)
        first = next((s for s in sentences if end <= s[0] < parts[i].own_end), (end, end))
        alone = _LINK.sub("", document.text[slice(*first)]).strip()
        if len(alone) >= _SHORTEST and first[1] - start <= _LONGEST_TOPIC:
            end = first[1]
        if len(_WORD.findall(document.text[start:end])) >= 2 and (counts[i] or end == first[1]):
            key_topics.append(KeyTopic(start, end, i, counts[i] / max(counts.values())))
    return key_topics


def lead(document: Document, candidates: Sequence[KeyCandidate], parts: Sequence[Section]) -> list[int]:
    """Return the positions of the lead: the first sentence of each of a few long chapters, or the first few sentences.

    A story has no lead: its first sentences set a scene.
    """
    if len(candidates) > _SHORT_TEXT and _is_story(document):
        return []
    size = Counter(candidate.section for candidate in candidates)
    chapters = [number for number, count in size.items() if count >= _CHAPTER]
    if 2 <= len(chapters) <= _MOST_CHAPTERS and sum(size[n] for n in chapters) >= 0.9 * len(candidates):
        return [i for i, c in enumerate(candidates) if c.place == 0 and c.section in chapters]
    return list(range(min(_LEAD, len(candidates))))


def _is_story(document: Document) -> bool:
    """Return whether people talk in it: many paragraphs begin with a quotation mark or a dash."""
    paragraphs = [s.start for s in document.segments if s.kind is SegmentKind.PARAGRAPH and s.start < s.end]
    speaking = sum(document.text[start] in _SPEECH for start in paragraphs)
    return speaking > _SPOKEN * len(paragraphs)


Analyse = Callable[[str], list[str]]

# Stems that say which kind of part is meant, and nothing of its subject.
_GENERIC = frozenset(
    "section chapter part paragraph passag bit page articl text document stori author main point".split()
)
_IN_HEADING = 0.6  # of a scope's words, so many stand in the heading that it names
_NEAR = (0.6, 0.3)  # what a sentence's relevance counts for those one and two places from it


def scope_words(scope: str, analyse: Analyse) -> frozenset[str]:
    """Return the stems that name the subject of `scope`; all of its stems where nothing else is left."""
    stems = frozenset(analyse(scope))
    return stems - _GENERIC or stems


def sections_about(document: Document, parts: Sequence[Section], words: frozenset[str], analyse: Analyse) -> list[int]:
    """List the numbers of the sections whose headings name `words` best, and of those inside them, if any does."""
    shares = []
    for part in parts:
        heading = frozenset(analyse(document.text[slice(*part.heading)])) if part.heading else frozenset[str]()
        shares.append(len(words & heading) / len(words) if words else 0.0)
    best = max(shares, default=0.0)
    if best < _IN_HEADING:
        return []
    named = [part for part, share in zip(parts, shares, strict=True) if share == best]
    return [i for i, part in enumerate(parts) if any(n.start <= part.start < n.end for n in named)]


def word_relevance(stems: Sequence[Sequence[str]], words: frozenset[str]) -> Floats:
    """Return (n,): from 0 to 1, how much of `words` stands in each sentence and near it; rare words count more."""
    sets = [frozenset(sentence) & words for sentence in stems]
    weights = {word: np.log(1 + len(stems) / count) for word in words if (count := sum(word in s for s in sets))}
    total = sum(weights.values()) or 1.0
    own = np.array([sum(weights[word] for word in s) / total for s in sets], dtype=np.float64)
    best = own.copy()
    for distance, share in enumerate(_NEAR, 1):
        best[distance:] = np.maximum(best[distance:], share * own[:-distance])
        best[:-distance] = np.maximum(best[:-distance], share * own[distance:])
    return best


def within(candidates: Sequence[KeyCandidate], numbers: Sequence[int]) -> list[int]:
    """Return the positions of the candidates that stand in the sections `numbers`."""
    asked_numbers = frozenset(numbers)
    return [i for i, candidate in enumerate(candidates) if candidate.section in asked_numbers]
