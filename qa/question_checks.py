"""Refuses questions that cannot be asked."""

from __future__ import annotations

from qa.errors import QuestionError, QuestionTooLongError

LONGEST_QUESTION = 4_000  # characters, before it is looked at any closer


def refuse_long(question: str) -> None:
    """Raise `QuestionTooLongError` before anything looks at the question more closely."""
    length = len(question.strip())
    if length > LONGEST_QUESTION:
        raise QuestionTooLongError(
            f"the question is {length} characters long, the limit is {LONGEST_QUESTION}; ask it more briefly"
        )


def refuse_surrogates(question: str) -> None:
    try:
        question.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QuestionError(
            f"the question holds half a character (a lone surrogate) at position {error.start}; type it again"
        ) from error
