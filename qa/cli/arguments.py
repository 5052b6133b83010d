"""Arguments that several commands take."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.answerer import Answerer


def add_sources(parser: argparse.ArgumentParser) -> None:
    """`--source` (repeatable) or `--index`, and the encoding of sources."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--source",
        metavar="PATH",
        action="append",
        help="a file or folder to ask; repeat for several (default: the bundled article)",
    )
    where.add_argument("--index", metavar="DIR", help="a saved index to ask")
    add_encoding(parser)


def add_encoding(parser: argparse.ArgumentParser) -> None:
    """`--encoding`."""
    parser.add_argument("--encoding", default="utf-8", metavar="NAME", help="encoding of the sources (default: utf-8)")


def add_answering(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    """`--top-k` and `--min-confidence`; returns the group of the latter, for other ways to say when to decline."""
    parser.add_argument("--top-k", metavar="N", type=at_least_one, default=5, help="passages read (default: 5)")
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
    return Answerer.from_sources(arguments.source or [bundled_article()], encoding=arguments.encoding)


def at_least_one(text: str) -> int:
    """A whole number from 1."""
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return value


def probability(text: str) -> float:
    """A number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return value
