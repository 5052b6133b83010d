"""Declares arguments that several commands take, and does what they ask."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import PinciteError
from pincite.cli.numbers import at_least_one, probability
from pincite.cli.sources import add_loading, add_repeatable, add_source, load_sources
from qa.errors import ExportError

if TYPE_CHECKING:
    from index import Document
    from qa.answerer import Answerer
    from qa.config import AskOptions
    from qa.types import Answer


def add_sources(parser: argparse.ArgumentParser, *, default: str = " (default: the bundled article)") -> None:
    """Add `--source` (repeatable) or `--index`, `--reader`, `--embedder`, and how sources are loaded.

    `default`: what the help says for the case that neither is given.
    """
    where = parser.add_mutually_exclusive_group()
    add_source(where, f"a file, folder or URL to ask, or - for a text on standard input; repeat for several{default}")
    where.add_argument(
        "--index",
        metavar="DIR",
        help="a saved index to ask: a folder, milvus://HOST:PORT/COLLECTION or milvus+file:PATH",
    )
    add_dense_only(parser)
    add_models(parser)
    add_loading(parser)


def add_models(parser: argparse.ArgumentParser) -> None:
    """Add `--reader` and `--embedder`."""
    models = parser.add_argument_group("models other than our own, by name or folder")
    models.add_argument(
        "--reader", metavar="NAME", help="a Hugging Face question-answering model; it has no calibrated confidence"
    )
    add_embedder(models)


def add_dense_only(parser: argparse.ArgumentParser) -> None:
    """Add `--dense-only`."""
    parser.add_argument(
        "--dense-only", action="store_true", help="with --index: search by meaning alone, not by words too"
    )


def add_embedder(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Add `--embedder`."""
    parser.add_argument(
        "--embedder", metavar="NAME", help="a sentence-transformers model; an index always uses its own"
    )


def add_answering(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    """Add `--top-k`, `--filter` and `--min-confidence`; return the last one's group, for other ways to decline."""
    parser.add_argument("--top-k", metavar="N", type=at_least_one, default=5, help="passages read (default: 5)")
    words = "ask only documents whose metadata say so, such as tags=report or date>=2024-01-01; several hold together"
    add_repeatable(parser, "--filter", "KEY=VALUE", words)
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--min-confidence", metavar="P", type=probability, help="decline below this, 0 to 1 (default: as calibrated)"
    )
    return group


def add_form(parser: argparse.ArgumentParser, *, default: str = "auto") -> None:
    """Add `--form`."""
    from qa.types import Form

    forms = [form.value for form in Form if form is not Form.REPLY]
    asked = "what the question asks for" if default == "auto" else f"{default}; auto: what the question asks for"
    parser.add_argument(
        "--form",
        choices=["auto", *forms],
        default=default,
        help=f"what is cited: words, a list, a sentence, a passage, key sentences (default: {asked})",
    )


def add_asking(parser: argparse.ArgumentParser) -> None:
    """Add what is asked, and how: the sources, and all that `options_of` reads."""
    add_sources(parser)
    add_answering(parser)
    parser.add_argument(
        "--answers",
        metavar="N",
        type=at_least_one,
        help="different answers cited at most (default: several where the question asks for several)",
    )
    add_form(parser)


def options_of(arguments: argparse.Namespace) -> AskOptions:
    """Return how a question is asked, as the arguments of `add_asking` say."""
    from qa.config import AskOptions
    from qa.types import Form

    form = None if arguments.form == "auto" else Form(arguments.form)
    return AskOptions(
        top_k=arguments.top_k,
        min_confidence=arguments.min_confidence,
        where=arguments.filter,
        answers=arguments.answers,
        form=form,
    )


def answerer_of(arguments: argparse.Namespace, sources: Sequence[str] | None) -> Answerer:
    """Return an answerer for `sources` or `--index`, or else the bundled article, with the named models."""
    from qa.answerer import Answerer
    from qa.bundled import bundled_article

    models = {"reader": arguments.reader, "embedder": arguments.embedder}
    if arguments.index is not None:
        return Answerer.open(arguments.index, dense_only=arguments.dense_only, **models)
    if arguments.dense_only:
        raise PinciteError("--dense-only is for --index; name the index to ask")
    return Answerer.from_sources(list(load_sources(arguments, sources or [bundled_article()])), **models)


def add_export(parser: argparse.ArgumentParser) -> None:
    """Declare `--export`."""
    parser.add_argument(
        "--export",
        metavar="FILE",
        type=Path,
        help="write questions and cited answers here too, for `pincite verify`: a dossier (.html), .md or .json",
    )


def check_export(path: Path | None) -> None:
    """Raise `ExportError`, before anything is asked, for a file that could not be written."""
    from pincite.records.export import FORMATS

    if path is None:
        return
    if _suffix(path) not in FORMATS:
        raise ExportError(f"{str(path)!r} does not end in {', '.join(f'.{suffix}' for suffix in FORMATS)}; choose one")
    check_writable(path)


def check_writable(path: Path) -> None:
    """Raise `ExportError`, before hours of work, for a file that could not be written."""
    if path.is_dir() or not path.parent.is_dir():
        raise ExportError(f"{str(path)!r} cannot be written: it is a folder, or the folder it is in does not exist")


def write_export(path: Path | None, answers: Sequence[Answer], documents: Mapping[str, Document]) -> None:
    """Write `answers` to `path`, if there is one."""
    from pincite.records.export import exported

    if path is not None:
        path.write_text(exported(answers, documents, _suffix(path)), encoding="utf-8", newline="")


def _suffix(path: Path) -> str:
    return path.suffix.lower().removeprefix(".")
