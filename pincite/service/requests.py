"""Defines requests as pydantic models, and says in one line what is wrong with an invalid one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from qa.config import AskOptions
from qa.errors import RequestError
from qa.types import Form, Turn

__all__ = ["AskRequest", "CheckRequest", "InlineDocument", "NoRequest", "PassageRequest", "explained", "parsed"]

MOST_CHARACTERS = 4_000  # of a question
MOST_PASSAGES = 50
MOST_TURNS = 100
MOST_CITATIONS = 200  # of an earlier turn
MOST_DOCUMENTS = 100
MOST_CONDITIONS = 50
LONGEST_ID = 500
SHOWN = 60  # characters of a wrong value, in a message

_Words = Annotated[str, StringConstraints(max_length=MOST_CHARACTERS)]
_Id = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ID)]


class _Request(BaseModel):
    # Strict: "5" is no number. Unknown fields are mistakes that would otherwise go unnoticed.
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class EarlierTurn(_Request):
    """An earlier question with its answer, null if there was none; or the whole reply of `ask` to it."""

    question: _Words
    answer: _Words | None = None
    schema_version: int | None = None
    read_as: _Words | None = Field(None, description="how the question was read")
    status: _Words | None = None
    text: _Words | None = None
    confidence: float | None = None
    citations: list[dict[str, Any]] = Field(
        default_factory=list,
        max_length=MOST_CITATIONS,
        description="the places of the answer, for talk such as 'where does it say that?'",
    )
    nearest: dict[str, Any] | None = None
    reason: _Words | None = None
    timings: dict[str, Any] | None = None
    warnings: list[_Words] = Field(default_factory=list, max_length=MOST_CITATIONS)
    unread: list[_Words] = Field(default_factory=list, max_length=MOST_CITATIONS)
    form: _Words | None = None
    parts: list[_Words] = Field(default_factory=list, max_length=MOST_CITATIONS)
    missing: list[_Words] = Field(default_factory=list, max_length=MOST_CITATIONS)
    verdict: _Words | None = None


class InlineDocument(_Request):
    """A document that is sent with the request and not kept. Offsets count the code points of `text`."""

    id: _Id = Field(description="its name in citations; .md is read as Markdown, anything else as plain text")
    text: str
    metadata: dict[str, str | list[str]] = Field(default_factory=dict, description="names to a text or several")


class _DocumentsRequest(_Request):
    text: str | None = Field(None, description="one document to use instead of the server's: its text")
    documents: list[InlineDocument] | None = Field(
        None, min_length=1, max_length=MOST_DOCUMENTS, description="documents to use instead of the server's"
    )

    def given(self) -> list[InlineDocument] | None:
        """Return the documents that are sent with the request, or None. Raises `RequestError`."""
        if self.text is not None and self.documents is not None:
            raise RequestError("both 'text' and 'documents' were given; send one of them")
        return self.documents if self.text is None else [InlineDocument(id="text", text=self.text)]


class AskRequest(_DocumentsRequest):
    """A question to the server's documents, or to those that are sent with it."""

    question: _Words = Field(examples=["Who claimed responsibility for the attack?"])
    history: list[EarlierTurn] = Field(
        default_factory=list,
        max_length=MOST_TURNS,
        description="earlier turns, oldest first, as `ask` gave them, or their question and answer",
    )
    top_k: int = Field(5, le=MOST_PASSAGES, description="passages that are read, at least 1")
    min_confidence: float | None = Field(
        None, description="decline below this, from 0 (always answer) to 1; null: the calibrated threshold"
    )
    where: list[_Words] = Field(
        default_factory=list,
        max_length=MOST_CONDITIONS,
        description="conditions on documents that hold together, such as source=Reuters or date>=2024-01-01",
    )

    form: Literal["span", "list", "statement", "passage", "overview"] | None = Field(
        None, description="what is cited: words, a list, a sentence, a passage, key sentences; null: what is asked for"
    )

    def turns(self) -> list[Turn]:
        """Return `history` as `Answerer.ask` takes it."""
        return [turn.model_dump(exclude_none=True) for turn in self.history]

    def options(self) -> AskOptions:
        """Return the options for `Answerer.answer`. Raises `QuestionError`."""
        form = None if self.form is None else Form(self.form)
        return AskOptions(top_k=self.top_k, min_confidence=self.min_confidence, where=self.where, form=form)


class CheckRequest(_DocumentsRequest):
    """A text whose quotations are looked up in the server's documents, or in those that are sent with it."""

    draft: Annotated[str, StringConstraints(min_length=1)] = Field(
        description="the text to check: Markdown or plain text, or another tool's answer in JSON with its citations",
        examples=["The report says that “Jaish al-Adl claimed responsibility”."],
    )


class PassageRequest(_Request):
    """Characters of one of the server's documents, from `start` to `end`."""

    document_id: _Id
    start: int = Field(0, ge=0, description="the first character, from 0")
    end: int | None = Field(None, ge=0, description="after the last character; null: as far as one request goes")


class NoRequest(_Request):
    """A request without fields."""


_Model = TypeVar("_Model", bound=BaseModel)


def parsed(model: type[_Model], values: Mapping[str, Any]) -> _Model:
    """Parse `values` as `model`. Raises `RequestError` with one line that says what is wrong."""
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        raise RequestError(explained(error.errors())) from error


def explained(errors: Any) -> str:
    """Explain the first of pydantic's errors, and say how many more there are."""
    first = errors[0]
    place = ".".join(str(part) for part in first["loc"] if part not in ("body", "query"))
    more = f" (and {len(errors) - 1} more mistakes)" if len(errors) > 1 else ""
    return f"{_fault(place, first)}{more}"


def _fault(place: str, error: Mapping[str, Any]) -> str:
    if error["type"] == "json_invalid":
        return f"the body is not JSON: {error.get('ctx', {}).get('error', error['msg'])}"
    if error["type"] == "extra_forbidden":
        field = error.get("ctx", {}).get("field")
        return f"there is no field {_short(f'{place}.{field}' if field else place)}; leave it out"
    if error["type"] == "missing":
        return f"the field {place!r} is missing" if place else "the body is missing; send a JSON object"
    if error["type"] in ("string_unicode", "string_type") and _has_lone_surrogate(error["input"]):
        return f"{place!r} holds half a character (a lone surrogate); send it as UTF-8"
    if not place:
        return "the body is not a JSON object with content type application/json"
    reason = str(error["msg"]).replace("Input should", "it should", 1).replace(" after validation", "", 1)
    return f"{place!r} is {_short(error['input'])}: {reason[0].lower()}{reason[1:]}"


def _has_lone_surrogate(value: Any) -> bool:
    return isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value)


def _short(value: Any) -> str:
    shown = ascii(value) if _has_lone_surrogate(value) else repr(value)
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"
