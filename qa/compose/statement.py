"""Answers with the sentence, or two, that settle a question; and with the passage that explains.

A statement cites the best sentence, and the next one where it is nearly as good. A passage goes on to what belongs to
it: the list or the code that the sentence announces, the sentence that takes up its subject.
Yes or no is said where the reader is right in nine of ten cases.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from qa.candidates import plain
from qa.compose.blocks import neighbours
from qa.compose.draft import DraftAnswer, Material, Place
from qa.compose.evidence import Sentence
from qa.confidence import FormCalibration, sentence_features
from qa.types import Form
from qa.understand.question_clause import AUXILIARY, question_clause_of

# How much less likely than the best a second sentence may be, in logits; and the characters of all that is cited.
WITHIN, LONGEST = 1.5, 650
# A passage takes in the sentences beside its best one that are so nearly as good, as long as it has at most so many
# sentences and characters.
BESIDE, SENTENCES, COMFORTABLE = 2.0, 4, 420
# How a sentence begins that goes on with what the one before it says.
_GOES_ON = re.compile(
    r"(?:this|that|these|those|it|they|he|she|such|however|but|instead|otherwise|therefore|thus|then|also|"
    r"in (?:this|that|such) case|for (?:example|instance)|as a result|if not|unless|except)\b",
    re.IGNORECASE,
)


def statement(material: Material, fit: FormCalibration | None, minimum: float | None) -> DraftAnswer:
    """Return the sentence, or two, that settles the question, each with the list that it announces."""
    return _draft(Form.STATEMENT, material, fit, minimum)


def passage(material: Material, fit: FormCalibration | None, minimum: float | None) -> DraftAnswer:
    """Return the sentences that explain, with the list or the sentence that belongs to them."""
    return _draft(Form.PASSAGE, material, fit, minimum)


def _draft(form: Form, material: Material, fit: FormCalibration | None, minimum: float | None) -> DraftAnswer:
    chosen = _nearly_as_good(material)
    if not chosen:
        return DraftAnswer(form, (), 0.0 if fit else None, likely=False)
    confidence, likely = chance(material, fit, minimum)
    room = LONGEST - sum(map(_length, chosen))
    places = []
    for sentence in chosen:
        beside = form is Form.PASSAGE and sentence is chosen[0]
        start, end = _extended(material, sentence, room + _length(sentence), beside=beside)
        room -= end - start - _length(sentence)
        places.append(_place(sentence.document_id, start, end, material))
    return DraftAnswer(form, tuple(_without_overlap(places)), confidence, likely)


def chance(material: Material, fit: FormCalibration | None, minimum: float | None) -> tuple[float | None, bool]:
    """Return how likely a person is to accept the answer from the best sentence, and whether to give it.

    Without a fit there is no number: the answer is given if the reader prefers it to none.
    """
    if fit is None:
        return None, minimum == 0.0 or (minimum is None and material.sentences[0].margin > 0)
    confidence = fit.probability(sentence_features(material))
    return confidence, confidence >= (fit.threshold if minimum is None else minimum)


def _nearly_as_good(material: Material) -> list[Sentence]:
    """Return the best sentence, the places that say the same, and the next sentence if it is as good and says more.

    One answer with several citations: what two documents say in the same words is not two answers.
    """
    sentences = material.sentences
    if not sentences:
        return []
    best, best_words = sentences[0], _said(material, sentences[0])
    others = [s for s in sentences[1:] if _said(material, s) != best_words]
    second = [s for s in others[:1] if s.score >= best.score - WITHIN and _length(best) + _length(s) <= LONGEST]
    same = [s for s in sentences[1:] if _said(material, s) == best_words and s.document_id != best.document_id]
    chosen = [best, *same[: material.config.further], *second]
    while len(chosen) > 1 and sum(map(_length, chosen)) > LONGEST:
        chosen.pop()
    return chosen


def _said(material: Material, sentence: Sentence) -> str:
    words = material.text(sentence.document_id, sentence.start, sentence.end)
    return plain(words) or words


def _length(sentence: Sentence) -> int:
    return sentence.end - sentence.start


def _place(document_id: str, start: int, end: int, material: Material) -> Place:
    focus = next(
        (
            (c.start, c.end)
            for c in material.candidates
            if c.document_id == document_id and start <= c.start and c.end <= end and c.margin > 0
        ),
        None,
    )
    return Place(document_id, start, end, focus)


def _extended(material: Material, sentence: Sentence, most: int, *, beside: bool) -> tuple[int, int]:
    """Return the sentence with what it announces, or else, if `beside`, with the sentences beside it that explain too.

    `most`: characters of all.
    """
    if material.text(sentence.document_id, sentence.start, sentence.end).rstrip().endswith(":"):
        return sentence.start, _end_of_announced(material, sentence, most)
    return _with_neighbours(material, sentence, most) if beside else (sentence.start, sentence.end)


def _end_of_announced(material: Material, sentence: Sentence, most: int) -> int:
    """Return where the list below a sentence ends, or as much of it as there is room for; or else the code below it."""
    blocks, end = material.blocks(sentence.document_id), sentence.end
    code = blocks.code_below(sentence.start)
    for _, stop in [code] if code else blocks.list_below(sentence.start):
        if stop - sentence.start <= most:
            end = stop
    return end


def _with_neighbours(material: Material, sentence: Sentence, most: int) -> tuple[int, int]:
    """Return the sentence with neighbours that it leans on, that lean on it, or are nearly as good, if they fit."""
    document = material.index.documents[sentence.document_id]
    start, end = sentence.start, sentence.end
    sentences = material.index.sentences(document.id)
    scores = {(s.start, s.end): s.score for s in material.sentences if s.document_id == document.id}
    least, comfortable = sentence.score - BESIDE, min(COMFORTABLE, most)
    for _ in range(SENTENCES - 1):
        before, after = neighbours(sentences, (start, end), document.text)
        if before and material.near.shows(document.id, *before):
            before = None  # the answer before has just shown it
        if before and _GOES_ON.match(document.text, start) and end - before[0] <= most:
            start = before[0]
        elif after and _GOES_ON.match(document.text, after[0]) and after[1] - start <= most:
            end = after[1]
        elif before and scores.get(before, least - 1) >= least and end - before[0] <= comfortable:
            start = before[0]
        elif after and scores.get(after, least - 1) >= least and after[1] - start <= comfortable:
            end = after[1]
        else:
            break
    return start, end


def _without_overlap(places: Sequence[Place]) -> list[Place]:
    kept: list[Place] = []
    for place in places:
        if not any(
            place.document_id == other.document_id and place.start < other.end and other.start < place.end
            for other in kept
        ):
            kept.append(place)
    return kept


_YES_OR_NO = re.compile(AUXILIARY, re.IGNORECASE)


def verdict_of(material: Material, thresholds: Mapping[str, float]) -> str | None:
    """Return the verdict of the best sentence's passage on a question that begins with its verb; None if it is unsure.

    `thresholds`: the lowest probabilities at which "yes" and "no" are said (training/verdicts.py).
    """
    if (
        not thresholds
        or not material.sentences
        or not _YES_OR_NO.match(question_clause_of(material.asked.question).clauses[-1])
    ):
        return None
    verdict_logits = material.readings[material.sentences[0].rank].verdict
    if verdict_logits is None:
        return None
    chances = zip(("yes", "no"), verdict_logits.probabilities, strict=False)
    return next((name for name, chance in chances if chance >= thresholds.get(name, 2.0)), None)
