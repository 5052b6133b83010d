"""An overview as a draft: of the one document that is searched, or of those nearest to the question."""

from __future__ import annotations

from collections import defaultdict

from index.split.sentences import Span
from qa.compose.draft import Draft, Material, Place
from qa.compose.overview import Passages, overview_of_collection, overview_of_document
from qa.compose.titles import names_by_title
from qa.types import Form


def summary(material: Material) -> Draft:
    """The key sentences of the documents that were found, by document, each in its order.

    It has no confidence: what a person wants of an overview was not asked of enough people.
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
        found = [(document_id, span) for span in spans]
    else:
        nearest = [
            Passages(documents[i], material.index.sentences(i), spans if scope else ()) for i, spans in near.items()
        ]
        found = overview_of_collection(nearest, embed, scope=scope)
    places = tuple(Place(document_id, start, end) for document_id, (start, end) in found)
    return Draft(Form.OVERVIEW, places, None, likely=bool(places))
