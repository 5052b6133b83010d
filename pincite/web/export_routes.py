"""Serves what a visitor takes along: an answer for the clipboard, and the conversation as a file.

Neither contains paths of the server; addresses begin with the visitor's secret token.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from pincite.records.export import FORMATS, answer_markdown, answer_plain, exported, portable
from pincite.service.work import Work
from pincite.web.conversation import ChatExchange
from pincite.web.visitor import Visitors
from pincite.web.work_queues import answered_in_queue
from qa.types import Answer

__all__ = ["export_routes"]

FILE_NAME = "pincite"
_COPIED = {"text": answer_plain, "markdown": answer_markdown}
_PRIVATE = {"cache-control": "no-store"}
_MISSING = JSONResponse({"detail": "Not Found"}, status_code=404)


def export_routes(visitors: Visitors, prefix: str, work: Work) -> list[Route]:
    """Return routes below `prefix`: one answer as text or Markdown, and the conversation in each of `FORMATS`."""
    taking = _Taking(visitors, work)
    return [
        Route(f"{prefix}/{{token}}/copy/{{form}}/{{turn:int}}", answered_in_queue(taking.copy)),
        Route(f"{prefix}/{{token}}/export/{{suffix}}", answered_in_queue(taking.export)),
    ]


class _Taking:
    def __init__(self, visitors: Visitors, work: Work) -> None:
        self.visitors = visitors
        self._work = work

    async def copy(self, request: Request) -> Response:
        """Return the answer of a turn, from 1."""
        visitor = self.visitors.with_token(request.path_params["token"])
        form = _COPIED.get(request.path_params["form"])
        turn = request.path_params["turn"]
        if visitor is None or form is None or not 1 <= turn <= len(visitor.conversation):
            return _MISSING
        answer = visitor.conversation[turn - 1].answer
        if answer is None:
            return _MISSING
        documents = visitor.library.documents
        text = await self._work.run(lambda check: form(portable([answer])[0], documents))
        return PlainTextResponse(text, headers=_PRIVATE)

    async def export(self, request: Request) -> Response:
        """Return the conversation as a file to save; its questions that could not be asked are left out."""
        visitor = self.visitors.with_token(request.path_params["token"])
        format_ = FORMATS.get(request.path_params["suffix"])
        if visitor is None or format_ is None:
            return _MISSING
        answers = portable(_answers(visitor.conversation))
        documents, suffix = visitor.library.documents, format_.suffix
        text = await self._work.run(lambda check: exported(answers, documents, suffix))
        name = f'attachment; filename="{FILE_NAME}.{format_.suffix}"'
        return Response(
            text.encode("utf-8"), media_type=format_.media_type, headers={**_PRIVATE, "content-disposition": name}
        )


def _answers(conversation: Sequence[ChatExchange]) -> list[Answer]:
    return [exchange.answer for exchange in conversation if exchange.answer is not None]
