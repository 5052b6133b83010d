"""An overview as a draft: of the one document that is searched, or of those nearest to the question."""

from __future__ import annotations

from collections.abc import Sequence

from index import Index
from qa.compose.draft import Draft, Place
from qa.compose.overview import overview_of_document
from qa.types import Form
from qa.understand.asked import Asked

# Of several documents: so many are drawn on at most, with so many sentences and characters each.
DOCUMENTS, SENTENCES, CHARACTERS = 4, 2, 350


def summary(asked: Asked, index: Index, documents: Sequence[str]) -> Draft:
    """The key sentences of the `documents` (ids, the nearest to the question first), by document, each in its order.

    It has no confidence: what a person wants of an overview was not asked of enough people.
    """
    places = []
    for document_id in documents[:DOCUMENTS]:
        document = index.documents[document_id]
        sentences = index.sentences(document_id)
        if len(documents) == 1:
            spans = overview_of_document(document, sentences, index.embedder.embed, scope=asked.scope)
        else:
            spans = overview_of_document(
                document,
                sentences,
                index.embedder.embed,
                scope=asked.scope,
                most=SENTENCES,
                most_characters=CHARACTERS,
            )
        places += [Place(document_id, start, end) for start, end in spans]
    return Draft(Form.OVERVIEW, tuple(places), None, likely=bool(places))
