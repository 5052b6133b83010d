"""Two questions that are worth asking of the documents: made from their sentences, and answered from them."""

from __future__ import annotations

from collections.abc import Callable

from index import Index
from prompts import render
from qa.bundled import bundled_article, bundled_questions
from qa.compose.examples import example_questions
from qa.types import Answer

__all__ = ["worth_asking"]

TRIED = 3  # documents


def worth_asking(index: Index, ask: Callable[[str], Answer]) -> tuple[str, str]:
    """Questions that `ask` answers with confidence; what any text can be asked, where too few can be made."""
    found: list[str] = []
    for document in list(index.documents.values())[:TRIED]:
        first = bundled_questions() if document.id == bundled_article().name else ()
        found += example_questions(document, ask, first=first, most=2 - len(found))
        if len(found) == 2:
            break
    found += [render("reply_question_about"), render("reply_question_points")][: 2 - len(found)]
    return found[0], found[1]
