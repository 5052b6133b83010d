"""Serves plain JSON over HTTP: `POST /v1/ask`, the other routes, and the OpenAPI document that describes them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.responses import HTMLResponse, JSONResponse, Response

from index.errors import PinciteError
from pincite.service.errors import error_response, told
from pincite.service.reference import reference_html
from pincite.service.replies import DescribedDocument, ShownPassage
from pincite.service.requests import AskRequest, CheckRequest, PassageRequest, explained, parsed
from pincite.service.service import LONGEST_PASSAGE, Service
from qa.types import SCHEMA_VERSION, Answer

__all__ = ["rest_app"]

_SUMMARY = "Ask documents, and get their own words back, pinned to the place they stand."


@dataclass(frozen=True, slots=True)
class _AnswerBody(Answer):
    schema_version: int = SCHEMA_VERSION


class _Documents(BaseModel):
    documents: list[DescribedDocument]


class _CheckedBody(BaseModel):
    schema_version: int
    kind: str
    draft: str
    ok: bool
    counts: dict[str, int]
    quotations: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    left_alone: list[dict[str, Any]]
    documents: list[dict[str, str]]
    failures: list[str]


class _Error(BaseModel):
    type: str
    message: str
    request_id: str


class _Errors(BaseModel):
    error: _Error


_ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": _Errors, "description": "the question or the documents cannot be used as they are"},
    413: {"model": _Errors, "description": "the body is too large"},
    422: {"model": _Errors, "description": "the request is not what this page says"},
    503: {"model": _Errors, "description": "too much to do, or it took too long; `Retry-After` says when to try again"},
}


def rest_app(service: Service) -> FastAPI:
    """Return the app to mount at /v1. Its documentation page loads nothing from other servers."""
    # FastAPI's own documentation pages would load scripts from other servers.
    app = FastAPI(title="Pincite", version=version("pincite"), summary=_SUMMARY, docs_url=None, redoc_url=None)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(PinciteError, told)

    @app.post("/ask", responses={**_ERRORS, 200: {"model": _AnswerBody}}, summary="Ask a question")
    async def ask(request: AskRequest) -> Response:
        """Answer the question in the documents' own words, with their place; or say that they do not answer it.

        Nothing is kept: a follow-up needs the earlier turns in `history`. Without `text` and `documents`, the
        server's own documents are asked.
        """
        return JSONResponse((await service.ask(request)).to_dict())

    @app.post("/check", responses={**_ERRORS, 200: {"model": _CheckedBody}}, summary="Check the quotations of a text")
    async def check(request: CheckRequest) -> Response:
        """Check each quotation of the text: verbatim, altered (word by word), elsewhere than it says, or not found.

        `questions` are figures and names that the documents do not contain; `left_alone` lists words in quotation marks
        that are not checked, and the rule. Nothing is kept.
        """
        return JSONResponse((await service.check(request)).to_dict())

    @app.get("/documents", responses={200: {"model": _Documents}}, summary="List the documents")
    async def documents() -> Response:
        """List the server's documents, with the metadata that `where` can filter by."""
        return JSONResponse({"documents": [asdict(document) for document in service.documents()]})

    @app.get(
        "/passage",
        responses={**_ERRORS, 200: {"model": ShownPassage}, 404: {"model": _Errors, "description": "no such document"}},
        summary="Show a passage",
    )
    async def passage(
        document_id: Annotated[str, Query()],
        start: Annotated[int, Query()] = 0,
        end: Annotated[int | None, Query()] = None,
    ) -> Response:
        wanted = parsed(PassageRequest, {"document_id": document_id, "start": start, "end": end})
        return JSONResponse(asdict(service.passage(wanted)))

    passage.__doc__ = f"Characters `start` to `end` of a document; {LONGEST_PASSAGE} at most at a time."

    @app.get("/", include_in_schema=False)
    async def reference() -> Response:
        return HTMLResponse(reference_html(app.openapi()))

    return app


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = error.errors()
    status = 400 if errors[0]["type"] == "json_invalid" else 422
    return error_response(status, "RequestError", explained(errors))
