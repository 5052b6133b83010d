"""Scores whether a sentence speaks of the subject of a question, and is of the kind that it wants.

- "What is a tarn?" wants the sentence that says of a tarn what it is; not one whose "it" is something else.
- "Can I still pay by cheque?" wants the one that says that something has ended, or goes on.
- "Partner's deduction" wants, of a list's items that differ in their labels, the one so labelled.

A number, a date or a cause of the right kind is often said of something else. A name in the question, which is a word
that the text itself writes as one, has to stand in the sentence that answers, in those before it in its paragraph
("he", "this" may take it up), or in what it stands under.

What a sentence gains or loses is small beside what the fusion gives sentences that answer and others that do not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from index import Index
from index.types import SegmentKind
from qa.compose.blocks import Blocks, announced_by, before
from qa.compose.evidence import Sentence, stems
from qa.understand.question_clause import question_clause_of

# Sentences that are looked at, and what one gains, in logits, that is of the kind.
LOOKED_AT, SUITS = 12, 1.5
_IS = r"(?:['’]s| is| are| was| were)"
_DEFINES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^what{_IS}? (?:exactly )?(?:meant (?:by|with)|the (?:meaning|definition) of) (?P<thing>.+)$",
        r"^what (?:do|does) (?P<thing>.+?) (?:mean|stand for|refer to)\b",
        r"^(?:define|definition(?: of)?|meaning of) (?P<thing>.+)$",
        rf"^what{_IS} (?:an? )?(?P<thing>[\w'’-]+(?: [\w'’-]+){{0,2}})$",
    )
)
_STILL = re.compile(r"\b(?:still|any ?more|any longer|no longer|nowadays|yet)\b", re.IGNORECASE)
_ENDED = re.compile(
    r"\b(?:removed|dropped|deprecated|discontinued|replaced|superseded|ended|expired|abolished|closed|retired|cancell?ed"
    r"|recommended|preferred|obsolete|former(?:ly)?|no longer|not any ?more|any ?more|still|now|continues?)\b",
    re.IGNORECASE,
)
COPULA = re.compile(
    r"\b(?:(?:is|are|was|were)(?=\s+(?:an?|the|any\w*|one|some|what|where|when|how|just|simply|basically)\b)"
    r"|means?|refers? to|stands? for|denotes?)\b",
    re.IGNORECASE,
)
_CALLED = re.compile(r"\b(?:called|known as|termed|named|referred to as)\b(?P<name>.{2,60})", re.IGNORECASE | re.DOTALL)
_LEANS = re.compile(r"\W*(?:it|this|that|these|those|they|he|she)\b", re.IGNORECASE)
# A label with a value of a few words.
_LABEL = re.compile(r"(?P<label>[^:\n]{2,80}?)(?::|\s[-–—])\s+\S+(?:\s+\S+){0,5}\s*")
_MOST_ITEMS = 60  # of a list on either side of one
_ARTICLES = frozenset({"a", "an", "the", "here", "also", "simply", "just"})
_WORD = re.compile(r"[\w'’-]+")

Gain = Callable[[Sentence], float]


def suited(question: str, ranked: Sequence[Sentence], index: Index, blocks: Callable[[str], Blocks]) -> list[Sentence]:
    """Return `ranked` anew, the nearest of them with what they gain for being of the kind that `question` wants."""
    clause = question_clause_of(question).clauses[-1]
    every = (_defining(clause, index), _lasting(clause, index), _labelled(clause, ranked, blocks))
    gains = [gain for gain in every if gain is not None]
    if not gains:
        return list(ranked)
    near = [replace(s, score=s.score + sum(gain(s) for gain in gains)) for s in ranked[:LOOKED_AT]]
    return sorted([*near, *ranked[LOOKED_AT:]], key=lambda s: -s.score)


def thing_defined(clause: str) -> frozenset[str]:
    """Return the stems of what a clause asks the meaning of; none where it asks for no definition."""
    definition = next((definition for pattern in _DEFINES if (definition := pattern.match(clause.strip(" ?.")))), None)
    return frozenset(stems(definition["thing"])) if definition else frozenset()


def _defining(clause: str, index: Index) -> Gain | None:
    thing = thing_defined(clause)
    if not thing:
        return None

    def gain(sentence: Sentence) -> float:
        text = index.documents[sentence.document_id].text
        words = text[sentence.start : sentence.end]
        share = defines(words, thing)
        if share == 0.0 and _LEANS.match(words):
            start = before(index.sentences(sentence.document_id), sentence.start, text, most=1)
            return 0.0 if thing & stems(text[start : sentence.start]) else -SUITS
        return SUITS * share

    return gain


def defines(said: str, thing: frozenset[str]) -> float:
    """Return how far a sentence defines a thing: 1 if it names the thing, less for a part or with another word."""
    copula = COPULA.search(said)
    names = [said[: copula.start()]] if copula else []
    if called := _CALLED.search(said):
        words = [word for word in _WORD.findall(called["name"]) if word.lower() not in _ARTICLES]
        names.append(" ".join(words[: len(thing)]))
    return max((_is_name_of(name, thing) for name in names), default=0.0)


def _is_name_of(name: str, thing: frozenset[str]) -> float:
    words = [word for word in _WORD.findall(name.lower()) if word not in _ARTICLES]
    named = stems(name)
    if len(words) > len(thing) + 1:
        return 0.0
    share = len(thing & named) / len(thing)
    return share if named <= thing and len(words) == len(named) else share / 2


def _lasting(clause: str, index: Index) -> Gain | None:
    if not _STILL.search(clause):
        return None
    return lambda s: SUITS * bool(_ENDED.search(index.documents[s.document_id].text, s.start, s.end))


def _labelled(clause: str, ranked: Sequence[Sentence], blocks: Callable[[str], Blocks]) -> Gain | None:
    """Return what an item gains whose label alone, of all labels in its list, holds a word of the question."""
    asked = stems(clause)
    labels: dict[Sentence, frozenset[str]] = {}
    for sentence in ranked[:LOOKED_AT]:
        if own := _own_label(blocks(sentence.document_id), sentence, asked):
            labels[sentence] = own
    return (lambda s: SUITS * bool(labels.get(s))) if labels else None


def _own_label(blocks: Blocks, sentence: Sentence, asked: set[str]) -> frozenset[str]:
    """Return the words of `asked` that the label of the item at `sentence` holds, and no other label of its list."""
    at = blocks.place(sentence.start)
    if at is None or blocks.every[at].kind is not SegmentKind.LIST_ITEM or not (own := _label(blocks, at) & asked):
        return frozenset()
    label_counts = Counter(stem for place in _run(blocks, at) for stem in _label(blocks, place))
    return frozenset(stem for stem in own if label_counts[stem] == 1) if len(label_counts) > len(own) else frozenset()


def _run(blocks: Blocks, at: int) -> range:
    """Return the places of the items that stand in one list with the one at `at`."""
    first, last = at, at
    while first > max(0, at - _MOST_ITEMS) and blocks.every[first - 1].kind is SegmentKind.LIST_ITEM:
        first -= 1
    while last + 1 < min(len(blocks.every), at + _MOST_ITEMS) and blocks.every[last + 1].kind is SegmentKind.LIST_ITEM:
        last += 1
    return range(first, last + 1)


def _label(blocks: Blocks, at: int) -> frozenset[str]:
    words = blocks.text(blocks.every[at])
    match = _LABEL.fullmatch(words)
    return frozenset(stems(match["label"])) if match else frozenset()


# What a sentence loses, in logits, that says nothing of the question's names where another does.
OF_OTHERS = 1.5
_LONG_WORD = re.compile(r"[^\W\d_][\w'’-]*\w")
# A capital within a sentence: after a small letter or a comma.
_WITHIN = r"(?<=[^\W\d_A-Z][ \n]|,[ \n])"


def names_of(question: str, texts: Sequence[str]) -> frozenset[str]:
    """Return the stems of the words of `question` that `texts` always write with a capital, within sentences too.

    "how did socrates die" names Socrates, in whatever letters it is typed.
    """
    whole = "\n".join(texts)
    return frozenset(stem for word in _LONG_WORD.findall(question) if _is_name(word, whole) for stem in stems(word))


def _is_name(word: str, text: str) -> bool:
    bare = re.sub(r"['’]s?$", "", word)
    forms = re.findall(rf"(?<!\w){re.escape(bare)}(?!\w)", text, re.IGNORECASE)
    if not forms or any(form[0].islower() for form in forms):
        return False
    return re.search(rf"{_WITHIN}(?i:{re.escape(bare)})(?!\w)", text) is not None


def held_to_subject(
    question: str,
    ranked: Sequence[Sentence],
    texts: Sequence[str],
    index: Index,
    blocks: Callable[[str], Blocks],
) -> list[Sentence]:
    """Rank sentences that say nothing of the names in `question` last, if one of the nearest passages has the names.

    `texts`: of the passages that were read; `blocks`: those of a document, by its id.
    """
    names = names_of(question, texts)
    speaking = [not names or speaks_of(names, sentence, index, blocks(sentence.document_id)) for sentence in ranked]
    if all(speaking) or not any(speaking):
        return list(ranked)
    rescored = [
        s if speaks else replace(s, score=s.score - OF_OTHERS) for s, speaks in zip(ranked, speaking, strict=True)
    ]
    return sorted(rescored, key=lambda s: -s.score)


def speaks_of(names: frozenset[str], sentence: Sentence, index: Index, blocks: Blocks) -> bool:
    """Return whether one of `names` stands in the sentence, shortly before it in its paragraph, or above it."""
    return any(names & stems(words) for words in surroundings(sentence, index, blocks))


def surroundings(sentence: Sentence, index: Index, blocks: Blocks) -> tuple[str, str, str]:
    """Return the sentence with those before it that it may lean on, its heading, and the announcement of its list."""
    document = blocks.document
    start = before(index.sentences(document.id), sentence.start, document.text)
    return document.text[start : sentence.end], blocks.heading(sentence.start), announced_by(blocks, sentence.start)
