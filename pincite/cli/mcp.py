"""Serve documents to a program that speaks the Model Context Protocol, over standard input and output.

The tools are ask, list_documents and show_passage. `pincite serve --mcp` offers the same over HTTP.

examples:
  pincite mcp
  pincite mcp --source report.md --source notes/
  pincite mcp --index my-index
"""

from __future__ import annotations

import argparse

from pincite.cli.arguments import add_sources, answerer_of
from pincite.cli.sources import refuse_input


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pincite mcp`."""
    add_sources(parser)


def run(arguments: argparse.Namespace) -> int:
    """Answer requests until the input ends."""
    import asyncio

    from pincite.service.mcp import require_mcp, serve_stdio
    from pincite.service.service import Service
    from pincite.service.work import Work

    refuse_input(arguments.source, "requests")
    require_mcp()
    asyncio.run(serve_stdio(Service(answerer_of(arguments, arguments.source), Work())))
    return 0
