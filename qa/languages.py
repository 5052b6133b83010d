"""Warns where question or document is in a language that the shipped reader does not know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index import Document
from prompts import render
from qa.understand.language import other_language, other_language_of_document


class Languages:
    """The languages of `documents`, each detected on first use."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._found: dict[str, str | None] = {}

    def warnings(self, question: str, likeliest: Sequence[str]) -> tuple[str, ...]:
        """Return a warning if the question or the likeliest document is in a language that the reader does not know.

        `likeliest`: the id of the document that the best answer stands in; empty where nothing was found.
        """
        of_question = other_language(question)
        of_document = self._language_of(likeliest[0]) if likeliest else None
        if of_question and of_document:
            words = {"language": of_question, "document": likeliest[0], "document_language": of_document}
            return (render("warning_both_languages", **words),)
        if of_question:
            return (render("warning_question_language", language=of_question),)
        if of_document:
            return (render("warning_document_language", document=likeliest[0], language=of_document),)
        return ()

    def _language_of(self, document_id: str) -> str | None:
        if document_id not in self._found:
            self._found[document_id] = other_language_of_document(self._documents[document_id].text)
        return self._found[document_id]
