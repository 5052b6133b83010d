"""Serve the chat page in the browser, and the interface for programs.

It listens on this machine alone unless --host says otherwise, and sends nothing anywhere. Programs find
POST /v1/ask and its description at /v1/, and with --mcp the Model Context Protocol at /mcp.

examples:
  pincite serve
  pincite serve report.md notes/ --port 8000
  pincite serve notes/ --watch
  pincite serve --mcp
  pincite serve --index milvus://search.example.org:19530/archive
  pincite serve notes/ --host 0.0.0.0 --auth users.txt
"""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from index.errors import PinciteError
from pincite.cli.arguments import add_dense_only, add_models, answerer_of
from pincite.cli.numbers import positive
from pincite.cli.sources import add_loading, add_repeatable

if TYPE_CHECKING:
    from pincite.service.library import LibraryAnswerer


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pincite serve`."""
    parser.add_argument(
        "paths", metavar="PATH", nargs="*", help="files, folders and URLs (default: the bundled article)"
    )
    parser.add_argument(
        "--index", metavar="DIR", help="a saved index to ask instead: a folder, or an address as for `pincite ask`"
    )
    add_dense_only(parser)
    add_models(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default: 7860, or the next that is free)")
    parser.add_argument(
        "--watch",
        action="store_true",
        help="apply what is added, changed or removed in PATH, or by `pincite index` in --index",
    )
    parser.add_argument("--mcp", action="store_true", help="serve the Model Context Protocol too, at /mcp")
    parser.add_argument(
        "--feedback",
        metavar="FILE",
        help="where thumbs and marked words are kept, with the documents' text, for `pincite calibrate` and `eval` "
        "(default: the user's own file; none if other machines can connect)",
    )
    _add_access(parser)
    _add_logging(parser)
    add_loading(parser)


def _add_access(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("who may use it")
    group.add_argument(
        "--auth", metavar="FILE", help="people who may sign in, a line user:bcrypt-hash each (see htpasswd -nB)"
    )
    group.add_argument(
        "--insecure", action="store_true", help="let everybody in who reaches --host, without signing in"
    )
    words = "another host name of the server, such as a proxy's; repeat for several"
    add_repeatable(group, "--allow-host", "NAME", words)
    group.add_argument(
        "--timeout", metavar="SECONDS", type=positive, default=60.0, help="for a program's request (default: 60)"
    )


def _add_logging(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("the log, one JSON object a line on stderr")
    group.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="info")
    group.add_argument("--log-text", action="store_true", help="log questions and answers too")


def run(arguments: argparse.Namespace) -> int:
    """Load and index the sources, then serve until interrupted."""
    from pincite.service.preflight import require_free, require_sign_in

    if arguments.index is not None and arguments.paths:
        raise PinciteError("both sources and --index were given; use one of them")
    require_free(arguments.host, arguments.port)
    require_sign_in(arguments.host, arguments.auth, insecure=arguments.insecure)
    if arguments.mcp:
        from pincite.service.mcp import require_mcp

        require_mcp()
    answerer, meanwhile = _answering(arguments)
    with meanwhile:
        _launch(arguments, answerer)
    return 0


def _answering(arguments: argparse.Namespace) -> tuple[LibraryAnswerer, AbstractContextManager[None]]:
    """Return the answerer, and a context to serve it in."""
    if not arguments.watch:
        return answerer_of(arguments, arguments.paths), nullcontext()
    from index.opening import folder_of
    from pincite.cli.watching import Watch, following
    from pincite.service.library import SwappableAnswerer

    if arguments.index is not None and folder_of(arguments.index) is None:
        raise PinciteError(f"the index at {arguments.index!r} shows every update by itself; leave out --watch")
    watch = None if arguments.index is not None else Watch.of(arguments, arguments.paths)
    living = SwappableAnswerer(answerer_of(arguments, arguments.paths))
    return living, following(arguments, living, watch)


def _launch(arguments: argparse.Namespace, answerer: LibraryAnswerer) -> None:
    from pincite.web.launching import launch
    from qa.bundled import bundled_questions

    launch(
        answerer,
        host=arguments.host,
        port=arguments.port,
        examples=[] if arguments.paths or arguments.index else bundled_questions(),
        auth=arguments.auth,
        insecure=arguments.insecure,
        feedback=arguments.feedback,
        mcp=arguments.mcp,
        hosts=arguments.allow_host,
        timeout=arguments.timeout,
        log_level=arguments.log_level,
        log_text=arguments.log_text,
    )
