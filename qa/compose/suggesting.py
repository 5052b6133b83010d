"""Two questions that are worth asking of the documents: made from their sentences, and answered from them."""

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
    """Questions that `ask` answers with confidence; what any text can be asked, where too few can be made."""
    found: list[str] = []
    for document in list(index.documents.values())[:DOCUMENTS]:
        if document.id == bundled_article().name:
            found += [question for question in bundled_questions()[:2] if ask(question).answered]
        found += made_questions(document, ask, 1, tried=TRIED) if not found else []
        if found:
            break
    found += [render("reply_question_about"), render("reply_question_points")][: 2 - len(found)]
    return found[0], found[1]
