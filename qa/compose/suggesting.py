"""Suggests two questions that are worth asking: made from the documents' sentences, and answered from them."""

from __future__ import annotations

from collections.abc import Callable

from index import Index
from prompts import render
from qa.bundled import bundled_article, bundled_questions
from qa.compose.examples import made_questions
from qa.types import Answer

__all__ = ["worth_asking"]

DOCUMENTS, TRIED = 3, 4  # documents that are looked at, and made questions that are asked of each: somebody waits


def worth_asking(index: Index, ask: Callable[[str], Answer]) -> tuple[str, str]:
    """Return questions that `ask` answers with confidence; if there are too few, questions that fit any text."""
    questions: list[str] = []
    for document in list(index.documents.values())[:DOCUMENTS]:
        if document.id == bundled_article().name:
            questions += [question for question in bundled_questions()[:2] if ask(question).answered]
        questions += made_questions(document, ask, 1, tried=TRIED) if not questions else []
        if questions:
            break
    questions += [render("reply_question_about"), render("reply_question_points")][: 2 - len(questions)]
    return questions[0], questions[1]
