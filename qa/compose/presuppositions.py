"""Holds a question's presuppositions against the text: does the text say them, or the contrary?

"Why was it cancelled?" presupposes that it was. If a presupposed word stands nowhere in the documents that were found,
and no word near the best sentences means nearly the same (cosine of the embedder's vectors of single words), then the
sentence that seems to answer speaks of something else. Questions for a name or a number are left out: people who have
not seen a text use their own words for those, and the reader is good at them. Whatever the reason for which nothing is
answered, the nearest sentence is shown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache

from qa.compose.blocks import after, before, end_within
from qa.compose.draft import Material, Place
from qa.compose.evidence import Sentence, stems
from qa.compose.sentence_kinds import surroundings
from qa.types import Reason
from qa.understand.question_clause import AUXILIARY, question_clause_of

# From which cosine on a word says another in other words; how many of the best sentences it is looked for around.
SAYS, AROUND = 0.5, 3
# What the odds are divided by where a word is unsaid: set by hand, so that what is over 0.9 sure is given all the same.
ODDS = 8.0
# Words that say little by themselves, and that texts say in any number of ways; whose mother it is, no text says.
GENERAL = frozenset(
    """able actually add added agree agreed allow allowed allows answer anybody anyone argue argued ask asked became
    become becomes best better bring bringing call called came can cannot case cause certain claim claimed come
    comes coming consider count current currently decide decided difference different discuss discussed discussing
    does doing done ever exactly exist exists explain explained find fine from get gets getting give given gives
    giving goes going good great happen happened happens have help hold important kind know known leave let like
    likely long look lot made make makes making many matter matters mean means mention mentioned might more much
    must necessary need needed needs ok okay once one only own particular people please possible problem put
    really reason right safe said same say says see seem seems set should show some someone something sort start
    started still such suggest suggested sure take taken takes taking talk tell than their them there thing things
    think thought true try trying turn type use used useful using usually very want wanted wants way well will
    work worked working works would year years mom mum mother dad father parent parents wife husband partner spouse
    kid kids son daughter brother sister family friend friends girlfriend boyfriend roommate flatmate neighbour
    neighbor colleague boss grandma grandpa""".split()
)
# An adverb says how; texts say so in any words.
_HOW = re.compile(r"\w{4,}ly")
_NUMBER = re.compile(r"\w*\d[\w.,]*\w|\d")
_WORD = re.compile(r"[^\W\d_][\w'’-]*\w")
_TAKES_FOR_GRANTED = re.compile(rf"(?:why|how come|if|whether)\b|{AUXILIARY}", re.IGNORECASE)
# A word of a question that is not part of code, an address or a number.
_PLAIN = re.compile(r"(?<!\S)[\"'“‘(]*([^\W\d_](?:[^\W\d_]|['’-])*)[\"'”’).,;:!?]*(?!\S)")
# It is done, or was, where it is asked why, when, how, or to which.
_PRESUPPOSES = re.compile(
    r"(?:(?:to|for|with|from|by|in|on|at) )?"
    r"(?:why|how come|when|where|which|who|whom|how (?!many|much|long|old|often|likely))\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"(?:never|not|n['’]t|no longer|cannot|neither|nor)\s+(\w+)", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:not|never|no|nothing|without)\b|n['’]t\b", re.IGNORECASE)


def unstated_words(material: Material) -> list[str]:
    """Return the words of a yes/no or why question that its documents do not say, in other words neither.

    What a follow-up takes over from the turns before it was answered there in whatever words.
    """
    clause = question_clause_of(material.asked.question).clauses[-1]
    if not material.sentences or not _TAKES_FOR_GRANTED.match(clause):
        return []
    texts = [material.index.documents[document_id].text for document_id in material.documents]
    words = [word for word in _key_words(clause) if word not in material.carried]
    absent = [word for word in words if not any(_stands_in(word, text) for text in texts)]
    return _in_no_other_words(absent, material) if absent else []


def unstated_presupposition(confidence: float, odds: float = ODDS) -> float:
    """Return the confidence in an answer after its odds are divided by `odds`, by default for one unstated word."""
    return confidence / (confidence + odds * (1 - confidence))


def contradicts(material: Material) -> bool:
    """Return whether the best sentence denies what a question takes for granted: why it is done, which ones, when.

    It holds the question's own verb or noun, negated, and the question does not.
    """
    question = material.asked.question
    clause = question_clause_of(question).clauses[-1]
    if not _PRESUPPOSES.match(clause) or _NEGATION.search(question):
        return False
    asked = stems(question)
    read = (material.index.text(hit.chunk) for hit in material.hits[: len(material.readings)])
    # Sentences take time to score: that is left out where none that was read denies anything of the question.
    if not any(_denies(text, asked) for text in read) or not material.sentences:
        return False
    best = material.sentences[0]
    return _denies(material.text(best.document_id, best.start, best.end), asked)


def _denies(text: str, asked: Collection[str]) -> bool:
    """Return whether a word with one of the stems `asked` stands negated in `text`."""
    denied = (word for word in _DENIED.findall(text) if word.casefold() not in GENERAL)
    return any(stem in asked for word in denied for stem in stems(word))


def stated_share(material: Material, sentence: Sentence) -> float:
    """Return the share of the question's key words and numbers that stand in the sentence, near it, or above it."""
    clause = question_clause_of(material.asked.question).clauses[-1]
    word_stems = [stems(word) for word in [*_key_words(clause), *_NUMBER.findall(clause)]]
    text = material.index.documents[sentence.document_id].text
    sentences = material.index.sentences(sentence.document_id)
    near = surroundings(sentence, material.index, material.blocks(sentence.document_id))
    text_stems = stems(" ".join([*near, text[sentence.end : after(sentences, sentence.end, text)]]))
    return sum(bool(word & text_stems) for word in word_stems) / len(word_stems) if word_stems else 1.0


def _key_words(clause: str) -> list[str]:
    """Return its content words that name something."""
    words = dict.fromkeys(word.casefold() for word in _PLAIN.findall(clause))
    bare = dict.fromkeys(re.sub(r"['’]\w*$", "", word) for word in words)
    named = (word for word in bare if len(word) > 2 and word not in GENERAL and not _HOW.fullmatch(word))
    return [word for word in named if (found := stems(word)) and not found <= _general_stems()]


@cache
def _general_stems() -> frozenset[str]:
    return frozenset(stem for word in GENERAL for stem in stems(word))


def _stands_in(word: str, text: str) -> bool:
    """Return whether `text` has words with the same stems: words with the same beginning, if that is long enough."""
    return all(_begins_a_word(stem, text) for stem in stems(word))


def _begins_a_word(stem: str, text: str) -> bool:
    stem = stem[:-1] if stem.endswith("i") and len(stem) > 3 else stem  # "bodi" stands for "body"
    tail = r"\w{0,3}(?!\w)" if len(stem) < 4 else ""
    return re.search(rf"(?<!\w){re.escape(stem)}{tail}", text, re.IGNORECASE) is not None


def _in_no_other_words(absent: Sequence[str], material: Material) -> list[str]:
    near = sorted({word.casefold() for words in _around(material) for word in _WORD.findall(words) if stems(word)})
    if not near:
        return list(absent)
    vectors = material.index.embedder.embed([*absent, *near])
    likeness = (vectors[: len(absent)] @ vectors[len(absent) :].T).max(axis=1)
    return [word for word, like in zip(absent, likeness, strict=True) if like < SAYS]


def _around(material: Material) -> list[str]:
    """Return the best sentences with the one before and after each, and their headings."""
    spans = []
    for sentence in material.sentences[:AROUND]:
        text = material.index.documents[sentence.document_id].text
        sentences = material.index.sentences(sentence.document_id)
        start = before(sentences, sentence.start, text, most=1)
        spans.append(text[start : after(sentences, sentence.end, text)])
        spans.append(material.blocks(sentence.document_id).heading(sentence.start))
    return spans


# Characters of the nearest statement at most.
LONGEST = 400
# From how much of a question's content words on the text is on its subject; and from what likeness in meaning.
SUBJECT, LIKE = 0.5, 0.45


def reason_for(material: Material) -> Reason:
    """Return why `material` gives no answer."""
    if not material.candidates or not material.sentences:
        return Reason.NOT_DISCUSSED
    if material.candidates[0].margin > 0:
        return Reason.LOW_CONFIDENCE
    best = material.sentences[0]
    on_subject = material.absent <= 1 - SUBJECT or best.meaning >= LIKE
    return Reason.NOT_SAID if on_subject else Reason.NOT_DISCUSSED


def why_it_differs(material: Material) -> Reason | None:
    """Return why the best sentence does not answer: it denies what is asked about, or speaks of other names.

    None if nothing contradicts it.
    """
    if contradicts(material):
        return Reason.PREMISE_DIFFERS
    return Reason.NOT_SAID if material.names_missing else None


def nearest_place(material: Material) -> Place | None:
    """Return the best sentence, cut at a word where it is longer than 400 characters; None where nothing was read."""
    if not material.sentences:
        return None
    best = material.sentences[0]
    document = material.index.documents[best.document_id]
    return Place(best.document_id, best.start, end_within(document, best.start, best.end, LONGEST))
