"""Questions and settings that cannot be asked with."""

from __future__ import annotations

from qa.errors import QuestionError, QuestionTooLongError

LONGEST_QUESTION = 4_000  # characters, before it is looked at any closer


def refuse_impossible(top_k: int, min_confidence: float | None, answers: int | None) -> None:
    if min_confidence is not None and not 0.0 <= min_confidence <= 1.0:
        raise QuestionError(f"min_confidence is {min_confidence}; give a probability from 0 to 1")
    if top_k < 1:
        raise QuestionError(f"top_k is {top_k}; read at least one passage")
    if answers is not None and answers < 1:
        raise QuestionError(f"answers is {answers}; ask for at least one")


def refuse_long(question: str) -> None:
    """Raises `QuestionTooLongError` before anything looks at the question more closely."""
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
