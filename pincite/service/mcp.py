"""The Model Context Protocol over stdio or streamable HTTP.

The tools: `ask`, `check_quotations`, `list_documents` and `show_passage`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from index.errors import ModelError, PinciteError
from pincite.service.requests import AskRequest, CheckRequest, NoRequest, PassageRequest, parsed
from pincite.service.service import LONGEST_PASSAGE, Service
from qa.errors import RequestError

if TYPE_CHECKING:
    from mcp.server import Server, ServerRequestContext
    from mcp.types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams
    from starlette.routing import BaseRoute

__all__ = ["HttpPart", "http_part", "require_mcp", "serve_stdio"]

logger = logging.getLogger(__name__)

PATH = "/mcp"
Json = dict[str, Any]
INSTRUCTIONS = (
    "Pincite answers questions about a fixed set of documents with exact quotations. Every answer is words of a "
    "document, given with their offsets, in the form that the question asks for: a span, a list, a sentence, a passage "
    "or an overview. Where the documents do not answer, it says so. Quote answers word for word."
)


@dataclass(frozen=True, slots=True)
class _Tool:
    title: str
    description: str
    request: type[AskRequest] | type[CheckRequest] | type[NoRequest] | type[PassageRequest]
    call: Callable[[Service, Any], Awaitable[Json]]


async def _ask(service: Service, request: AskRequest) -> Json:
    return (await service.ask(request)).to_dict()


async def _check(service: Service, request: CheckRequest) -> Json:
    return (await service.check(request)).to_dict()


async def _list(service: Service, request: NoRequest) -> Json:
    return {"documents": [asdict(document) for document in service.documents()]}


async def _show(service: Service, request: PassageRequest) -> Json:
    return asdict(service.passage(request))


TOOLS: Mapping[str, _Tool] = {
    "ask": _Tool(
        "Ask the documents",
        "Answer a question with a verbatim quotation and its place, or say that the documents do not answer it. "
        "'status' is answered, abstained or replied (to talk, in words of no document); 'form' is what it cites "
        "(span, list, statement, passage, overview); 'confidence' is the probability that the answer is right, null "
        "where none is known; on abstention 'nearest' is the closest thing the documents do say and 'reason' why there "
        "is no answer. Of a question in several parts each citation names its 'part', and 'missing' are the parts that "
        "nothing answers. A follow-up, and talk such as 'where does it say that?', needs the earlier turns in "
        "'history', each as this tool gave it.",
        AskRequest,
        _ask,
    ),
    "check_quotations": _Tool(
        "Check the quotations of a text",
        "Look up every quotation of a draft in the documents, before it is handed on: 'verdict' is verbatim, altered "
        "(with the differences word by word), elsewhere or not_found; 'questions' are numbers and names that the "
        "documents do not contain. 'draft' may be Markdown, or an answer in JSON with its citations.",
        CheckRequest,
        _check,
    ),
    "list_documents": _Tool(
        "List the documents",
        "The documents that can be asked: id, title, size in characters, sha256 of the text, metadata to filter by; "
        "'near_copy_of' is another that says nearly the same.",
        NoRequest,
        _list,
    ),
    "show_passage": _Tool(
        "Show a passage",
        "The text of a document from character 'start' to 'end', as offsets of citations count them; "
        f"{LONGEST_PASSAGE} characters at most at a time.",
        PassageRequest,
        _show,
    ),
}


@dataclass(frozen=True, slots=True)
class HttpPart:
    """The parts of a Starlette app that serve MCP: its routes, and `running()` around its lifetime."""

    routes: list[BaseRoute]
    running: Callable[[], AbstractAsyncContextManager[None]]


def require_mcp() -> None:
    """Raise `ModelError` if the package is not installed."""
    try:
        import mcp  # noqa: F401
    except ImportError as error:
        raise ModelError("MCP needs the package mcp; install it with: pip install 'pincite[mcp]'") from error


def http_part(service: Service, *, most_bytes: int) -> HttpPart:
    """Return the parts that serve MCP over streamable HTTP at `PATH`, without sessions between requests."""
    from mcp.server.transport_security import TransportSecuritySettings

    server = _server(service)
    # Sign-in and the host's name are checked by middleware around the whole app.
    any_host = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    app = server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=most_bytes,
        transport_security=any_host,
    )
    return HttpPart(list(app.routes), server.session_manager.run)


async def serve_stdio(service: Service) -> None:
    """Serve MCP over standard input and output, until the input ends."""
    from mcp.server.stdio import stdio_server

    server = _server(service)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def _server(service: Service) -> Server[Any]:
    require_mcp()
    from mcp.server import Server
    from mcp.types import ListToolsResult, Tool, ToolAnnotations

    async def list_tools(context: ServerRequestContext[Any], params: PaginatedRequestParams | None) -> ListToolsResult:
        read_only = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
        return ListToolsResult(
            tools=[
                Tool(
                    name=name,
                    title=tool.title,
                    description=tool.description,
                    input_schema=tool.request.model_json_schema(),
                    annotations=read_only,
                )
                for name, tool in TOOLS.items()
            ]
        )

    async def call_tool(context: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        return await _call_tool(service, params)

    return Server(
        "pincite",
        version=version("pincite"),
        title="Pincite",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def _call_tool(service: Service, params: CallToolRequestParams) -> CallToolResult:
    from mcp.types import CallToolResult, TextContent

    try:
        tool = TOOLS.get(params.name)
        if tool is None:
            raise RequestError(f"there is no tool {params.name!r}; there are {', '.join(TOOLS)}")
        result = await tool.call(service, parsed(tool.request, params.arguments or {}))
    except PinciteError as error:
        return CallToolResult(content=[TextContent(type="text", text=str(error))], is_error=True)
    except Exception:
        logger.exception("a tool failed")
        return CallToolResult(
            content=[TextContent(type="text", text="something went wrong; see the log")], is_error=True
        )
    text = json.dumps(result, ensure_ascii=False)
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=json.loads(text))
