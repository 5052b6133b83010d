"""Checks the quotations of a visitor's text against their documents: the dialog on the page, and its route."""

from __future__ import annotations

from pathlib import PurePosixPath

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

import prompts
from index.errors import PinciteError
from index.load.formats import suffixes
from index.sandbox import ReadTask, Sandbox
from index.types import Document
from pincite.html.marks import escape
from pincite.html.words import words_html
from pincite.records.check import check, draft_of, draft_of_text
from pincite.records.check.report import report_html
from pincite.service.service import without_path
from pincite.service.work import Check
from pincite.web.files import PREFIX, PRIVATE, asking_visitor, sent_name
from pincite.web.visitor import MOST_BYTES, Visitor, Visitors
from pincite.web.work_queues import WorkQueues

__all__ = ["checking_html", "checking_route", "open_check_html"]


def checking_route(visitors: Visitors, queues: WorkQueues) -> Route:
    """Return the route that takes a text, or a file with its name in the header `x-name`, and sends the report."""

    async def checked(request: Request) -> Response:
        visitor, name = asking_visitor(visitors, request), sent_name(request)
        data = b""
        async for chunk in request.stream():
            data += chunk
            if len(data) > MOST_BYTES:
                return JSONResponse({"detail": prompts.render("check_page_failed")}, status_code=413)
        report = await queues.showing.run(lambda check: _report(visitor, name, data, queues.sandbox, check))
        return HTMLResponse(report, headers=PRIVATE)

    return Route(f"{PREFIX}/{{token}}/check", checked, methods=["POST"])


def open_check_html() -> str:
    """Render the button that opens the dialog."""
    return f'<button type="button" class="pc-button pc-check-open">{words_html("check_page_open")}</button>'


def checking_html() -> str:
    """Render the dialog, which takes a text or a file and shows the report."""
    formats = escape(", ".join([*suffixes(), ".json"]))
    return (
        f'<dialog class="pc-check" aria-labelledby="pc-check-title" data-failed="{words_html("check_page_failed")}"'
        f' data-nothing="{words_html("check_page_nothing")}" data-checking="{words_html("check_page_checking")}">'
        f'<form method="dialog"><h2 id="pc-check-title">{words_html("check_page_title")}</h2>'
        f"<p>{words_html('check_page_about')}</p>"
        f'<label for="pc-check-text">{words_html("check_page_text")}</label><textarea id="pc-check-text" rows="8">'
        f'</textarea><p><label for="pc-check-file">{words_html("check_page_file")}</label> '
        f'<input id="pc-check-file" type="file" accept="{formats}"></p>'
        f'<p class="pc-check-said" role="status"></p><p class="pc-check-buttons">'
        f'<button type="button" class="pc-button pc-check-go">{words_html("check_page_check")}</button> '
        f'<a class="pc-check-whole" target="_blank" download="checked.html" hidden>{words_html("check_page_report")}'
        f'</a> <button type="submit" class="pc-button">{words_html("check_page_close")}</button></p></form>'
        f'<iframe class="pc-check-report" title="{words_html("check_report_findings")}" sandbox="allow-same-origin"'
        " hidden></iframe></dialog>"
    )


def _report(visitor: Visitor, name: str, data: bytes, sandbox: Sandbox, watch: Check) -> str:
    """Return the report on a text or a file as HTML. Raises `PinciteError` if it cannot be read."""

    def read(name: str, data: bytes) -> Document:
        path = visitor.place_for(PurePosixPath(name).suffix)
        try:
            path.write_bytes(data)
            result, *_ = sandbox.read([ReadTask(name, source=str(path))], stop=visitor.gone.is_set)
        except InterruptedError as error:
            raise PinciteError("the visitor has left") from error
        finally:
            path.unlink(missing_ok=True)
        return result.document

    text = data.decode("utf-8", "replace")
    draft = draft_of(name, data, read=read) if name else draft_of_text(text, read=read)
    documents = [without_path(document) for document in visitor.library.documents.values()]
    return report_html(check(draft, documents, watch=watch))
