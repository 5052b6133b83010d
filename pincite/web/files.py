"""Serves the page's own routes: documents, pictures of their pages, boxes, uploads, and exports of answers and
conversations (without paths of the server).

Every address begins with the visitor's secret token, so that nobody can guess another visitor's addresses.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath
from threading import Lock
from urllib.parse import unquote

from cachetools import LRUCache, cached
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

import prompts
from index.errors import LoadError
from index.load.pdf.boxes import PICTURES, boxes, is_shown, page_image, page_size
from index.types import Document
from pincite.records.export import FORMATS, answer_markdown, answer_plain, exported, portable
from pincite.service.work import Work
from pincite.web.conversation import as_cited
from pincite.web.names import content_key
from pincite.web.pane import article_html
from pincite.web.visitor import MOST_BYTES, Source, Visitor, Visitors
from pincite.web.work_queues import WorkQueues

__all__ = ["PREFIX", "PRIVATE", "asking_visitor", "routes", "sent_name", "size_text"]

PREFIX = "/pincite"
_HOUR = {"cache-control": "private, max-age=3600"}
FILE_NAME = "pincite"
_COPY_FORMATS = {"text": answer_plain, "markdown": answer_markdown}
PRIVATE = {"cache-control": "no-store"}


def routes(visitors: Visitors, queues: WorkQueues) -> list[Route]:
    """Return the page's own routes."""
    files, exports = _Downloads(visitors, queues.showing), _Exports(visitors, queues.showing)
    return [
        Route(f"{PREFIX}/{{token}}/document/{{key}}", files.document),
        Route(f"{PREFIX}/{{token}}/image/{{key}}/{{page:int}}", files.image),
        Route(f"{PREFIX}/{{token}}/boxes/{{number:int}}", files.boxes),
        Route(f"{PREFIX}/{{token}}/served.json", files.served),
        Route(f"{PREFIX}/{{token}}/file", files.receive, methods=["POST"]),
        Route(f"{PREFIX}/{{token}}/copy/{{form}}/{{turn:int}}", exports.copy),
        Route(f"{PREFIX}/{{token}}/export/{{suffix}}", exports.export),
    ]


def asking_visitor(visitors: Visitors, request: Request) -> Visitor:
    """Return the visitor whose token is in the address. Raises a 404 if there is none."""
    visitor = visitors.with_token(request.path_params["token"])
    if visitor is None:
        raise HTTPException(404)
    return visitor


def sent_name(request: Request) -> str:
    """Return the name of the file that is sent, percent-encoded in the header `x-name`, without folders."""
    return PurePosixPath(unquote(request.headers.get("x-name", "")).replace("\\", "/").replace("\0", "")).name


def size_text(size: int) -> str:
    """Return a number of bytes as people read it, such as "20 MB"."""
    return f"{size / 1e6:.3g} MB" if size >= 1e5 else f"{max(1, round(size / 1e3))} kB"


class _Downloads:
    def __init__(self, visitors: Visitors, work: Work) -> None:
        self.visitors = visitors
        self._work = work

    async def document(self, request: Request) -> Response:
        """Return the document as HTML for the pane."""
        visitor, document = self._requested(request)
        pictures = images(visitor, document)
        return HTMLResponse(await self._work.run(lambda check: article_html(document, images=pictures)))

    async def image(self, request: Request) -> Response:
        """Return a page as a picture; 404 with the reason if there is none."""
        _, document = self._requested(request)
        if not is_shown(document):
            raise HTTPException(404)
        try:
            number = request.path_params["page"]
            picture = await self._work.run(lambda check: _picture(document, number))
        except (LoadError, ValueError) as error:
            return JSONResponse({"detail": str(error)}, status_code=404)
        kind = document.media_type if document.media_type in PICTURES else "image/png"
        return Response(picture, media_type=kind, headers={**_HOUR, "x-content-type-options": "nosniff"})

    async def boxes(self, request: Request) -> Response:
        """Return a citation's boxes on the pages, as shares of their width and height."""
        visitor = asking_visitor(self.visitors, request)
        cited = visitor.citation(request.path_params["number"])
        document = as_cited(cited.citation, visitor.library.documents) if cited is not None else None
        if document is None or cited is None or not is_shown(document):
            raise HTTPException(404)
        citation = cited.citation
        places = [(citation.start, citation.end), (citation.sentence_start, citation.sentence_end)]
        try:
            boxes_by_place = await self._work.run(lambda check: _boxes(document, tuple(places)))
        except LoadError as error:
            return JSONResponse({"detail": str(error)}, status_code=404)
        return JSONResponse(dict(zip(("span", "sentence"), boxes_by_place, strict=True)))

    async def served(self, request: Request) -> Response:
        """Return whether the server has newer documents than the visitor's list. Cheap, because pages ask often."""
        return JSONResponse({"newer": asking_visitor(self.visitors, request).library.is_behind})

    async def receive(self, request: Request) -> Response:
        """Receive a file: its bytes in the body, its name, percent-encoded, in the header `x-name`."""
        visitor, name = asking_visitor(self.visitors, request), sent_name(request) or "file"
        declared = request.headers.get("x-size", "")[:20]
        if declared.isdigit() and int(declared) > MOST_BYTES:  # the browser says so before it sends anything
            return _refused(visitor, name, _too_large(int(declared)))
        if (limit := self.visitors.limit_reached(visitor)) is not None:
            return _refused(visitor, name, prompts.render("page_too_many", limit=limit))
        size: int | None
        visitor.arriving += 1
        try:
            path = visitor.place_for(PurePosixPath(name).suffix)
            size = await _write(path, request.stream())
        except OSError as error:
            return _refused(visitor, name, prompts.render("page_upload_failed", reason=error.strerror))
        except ClientDisconnect:
            size = None
        finally:
            visitor.arriving -= 1
            if visitor.gone.is_set():  # the tab was closed during the upload
                visitor.leave()
        if size is None or size > MOST_BYTES or visitor.gone.is_set():
            path.unlink(missing_ok=True)
            if size is None or visitor.gone.is_set():
                raise HTTPException(404)
            return _refused(visitor, name, _too_large(size))
        visitor.expect(Source(name, path))
        return JSONResponse({"ok": True})

    def _requested(self, request: Request) -> tuple[Visitor, Document]:
        visitor = asking_visitor(self.visitors, request)
        document_id = visitor.document_id(request.path_params["key"])
        if document_id is None:
            raise HTTPException(404)
        return visitor, visitor.library.documents[document_id]


def images(visitor: Visitor, document: Document) -> str | None:
    """Return the address of a document's page pictures, up to the page's number; None if it has none."""
    if not is_shown(document):
        return None
    return f"{PREFIX[1:]}/{visitor.token}/image/{visitor.key(document.id)}/"


async def _write(path: Path, stream: AsyncIterator[bytes]) -> int:
    """Write up to `MOST_BYTES` bytes to `path`; return how many arrived, which is more if the file is too large."""
    size = 0
    with path.open("xb") as file:
        async for chunk in stream:
            size += len(chunk)
            if size > MOST_BYTES:
                break
            file.write(chunk)
    return size


def _too_large(size: int) -> str:
    return prompts.render("page_too_large", size=size_text(size), limit=size_text(MOST_BYTES))


def _refused(visitor: Visitor, name: str, reason: str) -> Response:
    visitor.expect(Source(name, None, error=reason))
    return JSONResponse({"ok": False})


@cached(LRUCache(64), key=content_key, lock=Lock())
def _picture(document: Document, page: int) -> bytes:
    return page_image(document, page, scale=2.0)


@cached(LRUCache(256), key=content_key, lock=Lock())
def _boxes(document: Document, places: tuple[tuple[int, int], ...]) -> list[list[list[float]]]:
    """Return the boxes of each place: page, left, top, width and height, the last four as shares of the page."""
    sizes: dict[int, tuple[float, float]] = {}
    all_boxes = []
    for start, end in places:
        shares = []
        for box in boxes(document, start, end):
            if box.page not in sizes:
                sizes[box.page] = page_size(document, box.page)
            width, height = sizes[box.page]
            shares.append(
                [box.page, box.x0 / width, box.y0 / height, (box.x1 - box.x0) / width, (box.y1 - box.y0) / height]
            )
        all_boxes.append(shares)
    return all_boxes


class _Exports:
    """Gives one answer as text or Markdown, and the conversation in each of `FORMATS`."""

    def __init__(self, visitors: Visitors, work: Work) -> None:
        self.visitors = visitors
        self._work = work

    async def copy(self, request: Request) -> Response:
        """Return the answer of a turn, from 1."""
        visitor = asking_visitor(self.visitors, request)
        write = _COPY_FORMATS.get(request.path_params["form"])
        turn = request.path_params["turn"]
        answer = visitor.conversation[turn - 1].answer if 1 <= turn <= len(visitor.conversation) else None
        if write is None or answer is None:
            raise HTTPException(404)
        documents = visitor.library.documents
        text = await self._work.run(lambda check: write(portable([answer])[0], documents))
        return PlainTextResponse(text, headers=PRIVATE)

    async def export(self, request: Request) -> Response:
        """Return the conversation as a file to save; questions that failed are left out."""
        visitor = asking_visitor(self.visitors, request)
        suffix = request.path_params["suffix"]
        if suffix not in FORMATS:
            raise HTTPException(404)
        answers = portable([exchange.answer for exchange in visitor.conversation if exchange.answer is not None])
        documents = visitor.library.documents
        text = await self._work.run(lambda check: exported(answers, documents, suffix))
        name = f'attachment; filename="{FILE_NAME}.{suffix}"'
        return Response(
            text.encode("utf-8"), media_type=FORMATS[suffix], headers={**PRIVATE, "content-disposition": name}
        )
