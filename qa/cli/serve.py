"""Serve the chat page in the browser.

It listens on this machine alone unless --host says otherwise, and asks nothing from outside.

examples:
  pincite serve
  pincite serve report.md notes/ --port 8000
"""

from __future__ import annotations

import argparse

from qa.cli.sources import add_loading, load_sources


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pincite serve`."""
    parser.add_argument(
        "paths", metavar="PATH", nargs="*", help="files, folders and URLs (default: the bundled article)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (default: 7860)")
    add_loading(parser)


def run(arguments: argparse.Namespace) -> int:
    """Load and index the sources, then serve until interrupted."""
    from app import launch, require_free
    from qa.answerer import Answerer
    from qa.bundled import bundled_article, bundled_questions

    require_free(arguments.host, arguments.port)
    answerer = Answerer.from_sources(list(load_sources(arguments, arguments.paths or [bundled_article()])))
    examples = [] if arguments.paths else bundled_questions()
    launch(answerer, host=arguments.host, port=arguments.port, examples=examples)
    return 0
