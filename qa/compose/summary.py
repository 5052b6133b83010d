"""Drafts an overview: of the one document that is searched, or of those nearest to the question."""

from __future__ import annotations

from collections import defaultdict

from index.split.sentences import Span
from qa.compose.draft import DraftAnswer, Material, Place
from qa.compose.overview import OverviewSource, overview_of_collection, overview_of_document
from qa.compose.titles import names_by_title
from qa.types import Form


def summary(material: Material) -> DraftAnswer:
    """Return the key sentences of the documents that were found, by document, each in its order.

    It has no confidence: too few people were asked what they expect of an overview.
    """
    scope, embed = material.asked.scope, material.index.embedder.embed
    near: dict[str, list[Span]] = defaultdict(list)
    for hit in material.hits:
        near[hit.chunk.document_id].append((hit.chunk.start, hit.chunk.end))
    documents = material.index.documents
    named = [document_id for document_id in near if scope and names_by_title(scope, documents[document_id])]
    if len(named) == 1 or len(near) == 1:
        (document_id,) = named or near
        spans = overview_of_document(
            documents[document_id], material.index.sentences(document_id), embed, scope=None if named else scope
        )
        spans_by_document = [(document_id, span) for span in spans]
    else:
        nearest = [
            OverviewSource(documents[i], material.index.sentences(i), spans if scope else ())
            for i, spans in near.items()
        ]
        spans_by_document = overview_of_collection(nearest, embed, scope=scope)
    places = tuple(Place(document_id, start, end) for document_id, (start, end) in spans_by_document)
    return DraftAnswer(Form.OVERVIEW, places, None, likely=bool(places))
