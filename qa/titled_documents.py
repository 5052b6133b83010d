"""Finds documents that a question names by words of their path or title: "the Rodriguez lease".

A passage of that lease need not say whose it is. A document is named by

- what stands beside a word for a kind of document, where its name has all of that: "the security policy";
- all words of its title or of its file's name, at least two, that stand side by side in the question;
- names with a capital that are all of its own name but for what it is, and that few other documents speak of.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath
from weakref import WeakKeyDictionary

from index import Index
from qa.compose.evidence import content_stems
from qa.dated_documents import DatedDocuments, Times

# A word that stands in the names of more than this share of all documents tells none of them apart.
COMMON = 0.5
# A name is a document's own if it stands in at most so many times the share of passages that its documents are.
OWN = 3.0
MOST = 0.6  # of the words of a name, so many name a document
BEFORE = 3  # words beside the kind of document that name it
_KINDS = (
    "policy lease contract agreement minutes report handbook manual guide leaflet letter memo note plan proposal"
    " invoice deed licence license readme faq tutorial transcript interview resume cv spec specification"
    " filing order opinion"
)
_ANY_KINDS = "page doc document documentation file chapter article paper"
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Between a word for a kind and what names it: "the lease of the Rodriguez family".
_LITTLE = frozenset("of the on for about with by from a an s".split())
_BREAKS = re.compile(r"[,;:.?!()\"“”]")


# Whether a document is named as the only one that is asked, by its kind, and by how many words.
_Score = tuple[bool, int]


@dataclass(frozen=True, slots=True)
class _Called:
    """What documents are called: `holding`, by stem, the ids whose path or title hold it; `wholes`, each's two names.

    `size`: of how many documents.
    """

    holding: Mapping[str, frozenset[str]]
    wholes: Mapping[str, tuple[frozenset[str], ...]]
    size: int


@dataclass(frozen=True, slots=True)
class _Word:
    """A content word of a question: its stem, its place, and whether it is written as a name."""

    stem: str
    at: int
    is_name: bool


_called: WeakKeyDictionary[Index, _Called] = WeakKeyDictionary()


def documents_titled(question: str, index: Index) -> DatedDocuments | None:
    """Return which documents of `index` the question names by their path or title; None where it names none, or most.

    Whoever says of which kind it is ("the Rodriguez lease") asks no other document.
    """
    if len(index.names) < 2:
        return None
    called = _called.get(index)
    if called is None:
        called = _called[index] = _names_of(index)
    scores: dict[str, _Score] = {}
    for run in _runs(question):
        for document_id, score in [*_by_kind(run, called), *_by_whole(run, called), *_by_name(run, called, index)]:
            scores[document_id] = max(scores.get(document_id, score), score)
    best = max(scores.values(), default=None)
    asked = frozenset(document_id for document_id, score in scores.items() if score == best)
    if best is None or len(asked) > COMMON * called.size:
        return None
    alone, _ = best
    return DatedDocuments(asked, frozenset(index.names) - asked if alone else frozenset())


def _names_of(index: Index) -> _Called:
    holding: dict[str, set[str]] = defaultdict(set)
    wholes = {}
    for document_id, name in index.names.items():
        path = PurePath(document_id)
        title = name.removeprefix(document_id)
        for stem in (*_stems(str(path.with_suffix(""))), *_stems(title)):
            holding[stem].add(document_id)
        wholes[document_id] = tuple(words for words in (_stems(path.stem), _stems(title)) if words)
    return _Called({stem: frozenset(ids) for stem, ids in holding.items()}, wholes, len(index.names))


def _stems(name: str) -> frozenset[str]:
    return frozenset(content_stems(" ".join(_WORD.findall(name))))


def _runs(question: str) -> Iterator[list[_Word]]:
    """Yield the content words of each stretch of a question between its marks, in order."""
    at = 0
    for stretch in _BREAKS.split(question):
        run = []
        for word in _WORD.findall(stretch):
            stems = content_stems(word)
            if stems and not Times.of(word):
                run.append(_Word(stems[0], at, word[0].isupper() and at > 0))
            at += word.casefold() not in _LITTLE
        yield run


def _by_kind(run: Sequence[_Word], called: _Called) -> Iterator[tuple[str, _Score]]:
    """List those that hold the most of the words before a word for their kind, or behind it ("the lease of Ann")."""
    for at, kind in enumerate(run):
        if kind.stem not in _kinds() | _any_kinds():
            continue
        own = [kind.stem] if kind.stem in _kinds() else []
        for words in (_beside(run, at, range(at - 1, -1, -1)), _beside(run, at, range(at + 1, len(run)))):
            counts = range(len(words), 0, -1)
            for count in counts:
                holding = _holding([*words[:count], *own], called)
                holding = holding if own else _mostly(frozenset(words[:count]), holding, called)
                yield from ((document_id, (bool(own), count + len(own))) for document_id in holding)


def _beside(run: Sequence[_Word], at: int, places: range) -> list[str]:
    """Return the stems of up to `BEFORE` words that stand side by side with the word at `at`, the nearest first."""
    stems = []
    for distance, place in enumerate(places[:BEFORE], 1):
        if abs(run[place].at - run[at].at) != distance:
            break
        stems.append(run[place].stem)
    return stems


def _by_whole(run: Sequence[_Word], called: _Called) -> Iterator[tuple[str, _Score]]:
    """Yield the documents all of whose name stands in the question, its words side by side."""
    stems = [word.stem for word in run]
    near = {document_id for stem in stems for document_id in called.holding.get(stem, ())}
    for document_id in near:
        for whole in called.wholes[document_id]:
            if len(whole) > 1 and any(
                set(stems[at : at + len(whole)]) == whole for at in range(len(stems) - len(whole) + 1)
            ):
                yield document_id, (False, len(whole))


def _by_name(run: Sequence[_Word], called: _Called, index: Index) -> Iterator[tuple[str, _Score]]:
    names = frozenset(word.stem for word in run if word.is_name) | _kinds() | _any_kinds()
    for word in run:
        holding = _holding([word.stem], called) if word.is_name else frozenset()
        own = [i for i in holding if any(whole <= names for whole in called.wholes[i])]
        share = index.vocabulary.get(word.stem, 0) / len(index.chunks)
        if own and share <= OWN * len(own) / called.size:
            yield from ((document_id, (False, 1)) for document_id in own)


@cache
def _kinds() -> frozenset[str]:
    """Return the stems of words for a kind of document; stemming is loaded when it is first wanted."""
    return _stems(_KINDS)


@cache
def _any_kinds() -> frozenset[str]:
    """Return those of words that say only that it is a document; its name need not hold them."""
    return _stems(_ANY_KINDS)


def _mostly(words: frozenset[str], found: frozenset[str], called: _Called) -> frozenset[str]:
    """Return of the documents `found` those that `words` are most of a name of."""
    return frozenset(i for i in found if any(len(words & whole) >= MOST * len(whole) for whole in called.wholes[i]))


def _holding(stems: Sequence[str], called: _Called) -> frozenset[str]:
    """Return the documents whose names hold all of `stems`, where one of these is no word of most names."""
    sets = [called.holding.get(stem, frozenset()) for stem in stems]
    if not sets or min(map(len, sets)) > COMMON * called.size:
        return frozenset()
    return frozenset.intersection(*sets)
