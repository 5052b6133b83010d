"""All that a question asks for several of: the items of a list, or spans of several sentences."""

from __future__ import annotations

from itertools import islice

from index.types import Document
from qa.compose.blocks import list_around, list_below
from qa.compose.draft import Draft, Material, Place
from qa.compose.evidence import Sentence
from qa.compose.several import several
from qa.compose.statement import statement
from qa.confidence import FormCalibration, sentence_features
from qa.types import Form

# Items of a list at most, and characters of each and of prose beside it.
MOST, LONGEST_ITEM, LONGEST = 16, 200, 650
# Of a section's sentences among the best: what makes the list in it, and not a sentence of it, the answer.
BEST, IN_LIST = 5, 2


def listing(material: Material, fit: FormCalibration | None, minimum: float | None, most: int) -> Draft:
    """The items of the list that answers, each a place; else the different spans that do; else the best sentences."""
    best = material.sentences[:BEST]
    if not best:
        return Draft(Form.LIST, (), 0.0 if fit else None, likely=False)
    confidence = fit.probability(sentence_features(material)) if fit else None
    threshold = fit.threshold if fit and minimum is None else minimum or 0.0
    likely = confidence >= threshold if confidence is not None else minimum is not None or best[0].margin > 0
    items = _items(material, best)
    if items:
        return Draft(Form.LIST, items, confidence, likely)
    spans = _spans(material, most)
    if len(spans) > 1:
        return Draft(Form.LIST, spans, confidence, likely)
    return statement(material, fit, minimum)


def _items(material: Material, best: list[Sentence]) -> tuple[Place, ...]:
    """Of the list that the best sentences stand in, or that the best one announces."""
    first = best[0]
    document = material.index.documents[first.document_id]
    items = list_around(document, first.start)
    if items:
        held = sum(any(start <= s.start < end for start, end in items) for s in best if s.document_id == document.id)
        if held < min(IN_LIST, len(items)):
            return ()
    elif document.text[first.start : first.end].rstrip().endswith(":"):
        items = list_below(document, first.start)
    items = [(start, min(end, _first_line(document, start, end))) for start, end in items]
    return tuple(Place(document.id, start, end) for start, end in items[:MOST])


def _first_line(document: Document, start: int, end: int) -> int:
    """Where an item that is too long to be cited whole is cut: behind its first sentence's line."""
    if end - start <= LONGEST_ITEM:
        return end
    stop = document.text.rfind(" ", start, start + LONGEST_ITEM)
    return stop if stop > start else start + LONGEST_ITEM


def _spans(material: Material, most: int) -> tuple[Place, ...]:
    found = several(material.candidates, lambda c: material.text(c.document_id, c.start, c.end), itemised=False)
    if not material.candidates:
        return ()
    return tuple(Place(c.document_id, c.start, c.end) for c in islice(found, most))
