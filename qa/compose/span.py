"""Answers with words, and with further places that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from index.errors import PinciteError
from qa.candidates import Candidate, plain
from qa.compose.draft import DraftAnswer, Material, Place
from qa.compose.multi_span import several
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
    if not material.candidates or _holds(material, material.candidates[0]):
        return material.candidates
    least = max(0.0, material.candidates[0].margin - WITHIN)
    return [c for c in material.candidates if c.margin > least and _holds(material, c)] or material.candidates


def _holds(material: Material, candidate: Candidate) -> bool:
    words = material.text(candidate.document_id, candidate.start, candidate.end)
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
