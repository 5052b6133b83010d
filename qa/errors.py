"""Defines errors of asking, beside those of `index.errors`."""

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


class RequestError(PinciteError):
    """A program's request is invalid."""


class BusyError(PinciteError):
    """The server is busy; the same request may succeed later."""


class TimeIsUpError(PinciteError):
    """The work took longer than a request is allowed."""


class UsersError(PinciteError):
    """A file of people who may sign in cannot be read; the message names the line."""


class OpenServerError(PinciteError):
    """A server would be open to everybody."""


class ExportError(PinciteError):
    """Answers cannot be exported as asked."""


class ExportedFileError(PinciteError):
    """A file does not hold exported answers, or is incomplete; the message names the place in it."""


class FeedbackError(PinciteError):
    """Feedback cannot be kept, or there is too little of it."""


class FeedbackFileError(FeedbackError):
    """The feedback file is invalid, or cannot be written now."""


class DraftError(PinciteError):
    """A text whose quotations are to be checked cannot be read."""
