"""The words that answer, and further places that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from index.errors import PinciteError
from qa.candidates import Candidate, plain
from qa.compose.draft import Draft, Material, Place
from qa.compose.several import several
from qa.confidence import Calibration, features
from qa.types import Form


def span(
    material: Material,
    calibration: Calibration | None,
    minimum: float | None,
    *,
    most: int,
    itemised: bool,
    reader: str,
) -> Draft:
    """Up to `most` different answers, each followed by further places that say the same words.

    `itemised`: an enumeration is as many answers as it has items. `reader`: its id, for messages. Raises `PinciteError`
    for a minimum where there is no calibration.
    """
    candidates = material.candidates
    if not candidates:
        return Draft(Form.SPAN, (), 0.0 if calibration else None, likely=False)
    confidence = calibration.probability(features(candidates, short=material.short)) if calibration else None
    places = tuple(Place(c.document_id, c.start, c.end) for c in _places(material, most, itemised=itemised))
    likely = _is_sure_enough(candidates[0], confidence, calibration, minimum, material.short, reader)
    return Draft(Form.SPAN, places, confidence, likely)


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


def _places(material: Material, most: int, *, itemised: bool) -> list[Candidate]:
    candidates: Sequence[Candidate] = material.candidates

    def text(candidate: Candidate) -> str:
        return material.text(candidate.document_id, candidate.start, candidate.end)

    found = []
    answers = several(candidates, text, itemised=itemised) if most > 1 else candidates[:1]
    for answer in islice(answers, most):
        words = plain(text(answer)) or text(answer)
        same = [c for c in candidates[1:] if c.margin > 0 and (plain(text(c)) or text(c)) == words]
        found += [answer, *[c for c in same if not _is_same_place(c, answer)][: material.config.further]]
    return found


def _is_same_place(a: Candidate, b: Candidate) -> bool:
    return (a.document_id, a.start) == (b.document_id, b.start)
