"""Errors of asking, beside those of `index.errors`."""

from __future__ import annotations

from index.errors import PinciteError


class QuestionError(PinciteError):
    """A question cannot be asked."""


class EmptyQuestionError(QuestionError):
    """The question holds no words."""


class QuestionTooLongError(QuestionError):
    """The question leaves the reader no room for a passage."""


class PairsError(PinciteError):
    """A file of question/answer pairs cannot be read; the message names the row and the field."""
