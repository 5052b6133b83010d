"""Tells why there is no answer, and the nearest thing that the text does say."""

from __future__ import annotations

from qa.compose.draft import Material, Place
from qa.compose.presuppositions import contradicts
from qa.types import Reason

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
    end = best.end
    if end - best.start > LONGEST:
        text = material.index.documents[best.document_id].text
        space = text.rfind(" ", best.start, best.start + LONGEST)
        end = space if space > best.start else best.start + LONGEST
    return Place(best.document_id, best.start, end)
