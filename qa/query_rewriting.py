"""Rewrites a question as the documents word it: its subject by their name for it, and spelt as they spell it."""

from __future__ import annotations

from index import Index
from index.split.passages import document_title
from qa.compose.evidence import stems
from qa.read import Reader
from qa.understand.deictic import with_subject
from qa.understand.language import other_language
from qa.understand.subject_spelling import correct_spelling


def in_their_words(question: str, index: Index, reader: Reader) -> str:
    """Rewrite `question`: "this medicine" as the only document's title names it, and misspelt words corrected.

    A question in another language is left as it is.
    """
    if other_language(question):
        return question
    if index.in_memory and len(index.documents) == 1:
        (document,) = index.documents.values()
        question = with_subject(question, document_title(document), document.text)
    return correct_spelling(question, index.vocabulary, stems, lambda word: reader.count_tokens(word) < 2)
