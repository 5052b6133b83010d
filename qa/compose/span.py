"""Answers with words, different ones where several are asked for, and further places that say the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from index.errors import PinciteError
from qa.candidates import Candidate, plain
from qa.compose.draft import DraftAnswer, Material, Place
from qa.compose.evidence import Sentence, stems
from qa.confidence import Calibration, features
from qa.types import Form
from qa.understand.answer_type import holds_answer_type

# How much less likely than the best a candidate of the right kind may be, in logits of the reader.
WITHIN = 3.0


def span(
    material: Material,
    calibration: Calibration | None,
    minimum: float | None,
    *,
    most: int,
    itemised: bool,
    reader: str,
) -> DraftAnswer:
    """Return up to `most` different answers, each followed by further places that say the same words.

    `itemised`: an enumeration is as many answers as it has items. `reader`: its id, for messages. Raises `PinciteError`
    for a minimum where there is no calibration.
    """
    candidates = _of_the_kind(material)
    if not candidates:
        return DraftAnswer(Form.SPAN, (), 0.0 if calibration else None, likely=False)
    confidence = calibration.probability(features(candidates, short=material.short)) if calibration else None
    places = tuple(Place(c.document_id, c.start, c.end) for c in _places(material, candidates, most, itemised=itemised))
    likely = _is_sure_enough(candidates[0], confidence, calibration, minimum, material.short, reader)
    return DraftAnswer(Form.SPAN, places, confidence, likely)


def _is_sure_enough(
    best: Candidate,
    confidence: float | None,
    calibration: Calibration | None,
    minimum: float | None,
    short: bool,
    reader: str,
) -> bool:
    if calibration is None or confidence is None:
        if minimum:
            raise PinciteError(
                f"the reader {reader!r} has no calibration, so min_confidence {minimum} means nothing; "
                "leave it out, or set it to 0 to answer always"
            )
        return minimum is not None or best.margin > 0
    return confidence >= (calibration.least(short=short) if minimum is None else minimum)


def _of_the_kind(material: Material) -> Sequence[Candidate]:
    """Return the candidates; if the best is not of the answer type, those nearly as good that are.

    "How long is it valid?" is answered by "3 months", though "lifetime" seems to answer too.
    """
    if not material.candidates or holds_kind(material, material.candidates[0]):
        return material.candidates
    least = max(0.0, material.candidates[0].margin - WITHIN)
    return [c for c in material.candidates if c.margin > least and holds_kind(material, c)] or material.candidates


def holds_kind(material: Material, place: Place | Candidate | Sentence) -> bool:
    """Return whether the words at `place` are the kind of thing that is asked for: a number, a date …"""
    words = material.text(place.document_id, place.start, place.end)
    return holds_answer_type(material.asked.question, words)


def _places(material: Material, candidates: Sequence[Candidate], most: int, *, itemised: bool) -> list[Candidate]:
    def text(candidate: Candidate) -> str:
        return material.text(candidate.document_id, candidate.start, candidate.end)

    places = []
    answers = several(candidates, text, itemised=itemised) if most > 1 else candidates[:1]
    for answer in islice(answers, most):
        words = plain(text(answer)) or text(answer)
        same = [c for c in candidates[1:] if c.margin > 0 and (plain(text(c)) or text(c)) == words]
        places += [answer, *[c for c in same if not _is_same_place(c, answer)][: material.config.further]]
    return places


def _is_same_place(a: Candidate, b: Candidate) -> bool:
    return (a.document_id, a.start) == (b.document_id, b.start)


_WORD = re.compile(r"\w+")
_MARKUP = re.compile(r"[\[\]{}<>|`*_#=~\\^]|\w://")
# An address is an answer to a question for one.
_ADDRESS = re.compile(r"\W*(?:\S+@\S+\.\w+|(?:[\w-]+\.)+(?:com|org|net|edu|gov|int|info|io|eu|uk|de)(?:/\S*)?)\W*")
_ASKS_ADDRESS = re.compile(
    r"\b(?:e-?mail|address|url|link|web ?site|site|domain|page|online|contact|reach|host|write)\w*", re.IGNORECASE
)
# Words that, alone, say nothing of anything.
_EMPTY = frozenset(
    "a an the and or not no do does did don doesn didn is are was were be been lacking none this that these those it"
    " its they them he she him her his their we our you your i my of in on at to for from by with as if so than"
    " then there here which who what when where page pages section chapter figure table note".split()
)


def says_enough(material: Material, place: Place) -> bool:
    """Return whether the words at `place` say something by themselves that the question does not say already.

    Not: mark-up, an address that was not asked for, words that lean on others ("do not", "lacking"), that only announce
    a list ("the following"), or the question's own words.
    """
    words = material.text(place.document_id, place.start, place.end)
    if _MARKUP.search(words) or _crosses_blocks(material, place):
        return False
    if _ADDRESS.fullmatch(words.lower()) and not _ASKS_ADDRESS.search(material.asked.question):
        return False
    if _announces(material, place):
        return False
    if all(word.lower() in _EMPTY for word in _WORD.findall(words)):
        return False
    own = stems(words)
    return not own or not own <= stems(material.asked.question)


def _announces(material: Material, place: Place) -> bool:
    """Return whether the words are the end of a sentence that announces the list below it."""
    start, end = material.index.sentence_at(place.document_id, place.start, place.end)
    sentence = material.text(place.document_id, start, end).rstrip()
    if not sentence.endswith(":") or place.end < start + len(sentence) - 1:
        return False
    return bool(material.blocks(place.document_id).list_below(start))


def _crosses_blocks(material: Material, place: Place) -> bool:
    """Return whether the words begin in one block and end in another: the reader took neighbours for one phrase."""
    blocks = material.blocks(place.document_id)
    return blocks.place(place.start) != blocks.place(place.end - 1)


# How much less likely than the best a further answer may be, in logits of the reader; and how long, in words, the
# items of an enumeration are. Chosen on BioASQ's list questions.
_WITHIN = 3.0
_LONGEST_ITEM = 8
_CONJUNCTION = re.compile(r"\s*[,;]?\s+(?:and|or|&|as\s+well\s+as)\s+", re.IGNORECASE)
_SLASH = r"(?<=[^\W\d_]{3})/(?=[^\W\d_]{3})"  # "lumacaftor/ivacaftor", and not "km/h" or "1/2"
_SEPARATOR = re.compile(rf"{_CONJUNCTION.pattern}|\s*[,;]\s+|\s*\n\s*(?:[-*•]\s+)?|{_SLASH}", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()]*\)")


def several(
    candidates: Sequence[Candidate], text: Callable[[Candidate], str], *, itemised: bool
) -> Iterator[Candidate]:
    """Yield the different answers among `candidates`, best first. `text`: gives the words of a candidate.

    Further candidates count as answers if the reader prefers them to none, and they are likely compared with the best.
    `itemised`: an enumeration is as many answers as it has items.
    """
    best = candidates[0]
    texts: list[str] = []
    for candidate in candidates:
        if candidate is not best and candidate.margin <= max(0.0, best.margin - _WITHIN):
            continue
        words = text(candidate)
        for start, end in items(words) if itemised else [(0, len(words))]:
            item = replace(candidate, start=candidate.start + start, end=candidate.start + end)
            said_here = text(item).casefold()
            if not any(said_here in other or other in said_here for other in texts):
                texts.append(said_here)
                yield item


def items(text: str) -> list[tuple[int, int]]:
    """Return where the items of an enumeration stand, as "Iran, Iraq and Oman"; the whole of `text` if it is none.

    "Denver, Colorado" and "June 5, 2015" are not enumerations: they have no conjunction and one comma. What stands in
    brackets belongs to its item.
    """
    whole = [(0, len(text))]
    plain = _ASIDE.sub(lambda aside: "_" * len(aside[0]), text)
    separators = list(_SEPARATOR.finditer(plain))
    joined = any(mark[0] == "/" or _CONJUNCTION.fullmatch(mark[0]) for mark in separators)
    if not (len(separators) > 1 or joined) or "(" in plain or ")" in plain:
        return whole
    ends = [separator.start() for separator in separators] + [len(text)]
    starts = [0] + [separator.end() for separator in separators]
    spans = [(start, end) for start, end in zip(starts, ends, strict=True) if text[start:end].strip()]
    words = [text[start:end].split() for start, end in spans]
    short = all(len(item) <= _LONGEST_ITEM and not item[0].isdigit() for item in words)
    return spans if spans and short else whole
