"""Arguments that several commands take."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from qa.cli.numbers import at_least_one, probability
from qa.cli.sources import add_loading, load_sources

if TYPE_CHECKING:
    from qa.answerer import Answerer


def add_sources(parser: argparse.ArgumentParser) -> None:
    """`--source` (repeatable) or `--index`, and how sources are loaded."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--source",
        metavar="PATH",
        action="append",
        help="a file, folder or URL to ask; repeat for several (default: the bundled article)",
    )
    where.add_argument("--index", metavar="DIR", help="a saved index to ask")
    add_loading(parser)


def add_answering(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    """`--top-k`, `--filter` and `--min-confidence`; returns the group of the last, for other ways to decline."""
    parser.add_argument("--top-k", metavar="N", type=at_least_one, default=5, help="passages read (default: 5)")
    parser.add_argument(
        "--filter",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="ask only documents whose metadata say so, such as tags=report or date>=2024-01-01; several hold together",
    )
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--min-confidence", metavar="P", type=probability, help="decline below this, 0 to 1 (default: as calibrated)"
    )
    return group


def open_answerer(arguments: argparse.Namespace) -> Answerer:
    """What `--source` or `--index` name, the bundled article without either."""
    from qa.answerer import Answerer
    from qa.bundled import bundled_article

    if arguments.index is not None:
        return Answerer.open(arguments.index)
    return Answerer.from_sources(list(load_sources(arguments, arguments.source or [bundled_article()])))
