"""Index files and folders, so that asking them starts at once.

Running it again updates the index: only what changed is embedded. Documents that are no longer in a folder stay in the
index unless --prune is given. Programs that have the index open keep the version that they opened.

examples:
  pincite index report.md notes/ --out my-index
  pincite index report.md notes/ --out my-index --prune
  pincite index notes/ --out my-index --watch
  pincite index --out my-index --remove report.md
  pincite index --check my-index
  pincite index archive/ --out milvus://search.example.org:19530/archive
  pincite ask "What was decided?" --index my-index
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pincite.cli.arguments import add_embedder
from pincite.cli.sources import Loaded, add_loading, load_sources, loading, metadata
from pincite.cli.updating import apart_of, summary, update

if TYPE_CHECKING:
    from index import Document
    from index.store.building import Prepared
    from index.store.changes import Changes


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pincite index`."""
    parser.add_argument("paths", metavar="PATH", nargs="*", help="a file, or a folder to search for files")
    parser.add_argument("--out", metavar="DIR", help="the folder of the index, or its address in Milvus")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--prune", action="store_true", help="drop documents that are no longer in the folders named")
    how.add_argument("--rebuild", action="store_true", help="build the index anew, whatever it holds")
    how.add_argument("--remove", metavar="ID", action="append", help="drop this document; repeat for several")
    how.add_argument("--check", metavar="DIR", help="read every file of an index and say what is wrong with it")
    parser.add_argument(
        "--watch",
        action="store_true",
        help="keep running, and apply what is added, changed or removed there, as --prune does",
    )
    parser.add_argument(
        "--dense-only", action="store_true", help="in Milvus: no search by words, which servers before 2.5 do not have"
    )
    parser.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="load, split and embed on a Ray cluster that sees the same files; auto: the one this machine belongs to",
    )
    add_embedder(parser)
    add_loading(parser)
    parser.set_defaults(wrong_usage=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Update the index, or check it."""
    if arguments.check is not None:
        if arguments.paths or arguments.out:
            arguments.wrong_usage("--check takes the folder of an index and nothing else")
        return _check(arguments.check)
    if arguments.out is None:
        arguments.wrong_usage("the following arguments are required: --out")
    if bool(arguments.paths) == bool(arguments.remove):
        arguments.wrong_usage("name what to index, or documents to --remove")
    if arguments.watch:
        if arguments.remove or arguments.ray:
            arguments.wrong_usage("--watch goes with neither --remove nor --ray")
        return _keep_up(arguments)
    from index import Index

    changes = Index.remove(arguments.out, arguments.remove) if arguments.remove else _update(arguments)
    print(summary(arguments.out, changes))
    return 0


def _keep_up(arguments: argparse.Namespace) -> int:
    """Update the index, now and whenever something changes."""
    from pincite.cli.watching import Watch, keep_index

    watch = Watch.of(arguments, arguments.paths, apart=apart_of(arguments))
    print(summary(arguments.out, _update(arguments)))
    return keep_index(arguments, watch)


def _update(arguments: argparse.Namespace) -> Changes:
    loaded: Loaded[Any] = (
        _distributed(arguments)
        if arguments.ray
        else load_sources(arguments, arguments.paths, apart=apart_of(arguments))
    )
    gone = _gone_from(arguments.paths, loaded) if arguments.prune or arguments.watch else None
    return update(arguments, loaded, gone, rebuild=arguments.rebuild)


def _distributed(arguments: argparse.Namespace) -> Loaded[Document | Prepared]:
    """Return the sources, loaded, divided and embedded on the cluster that `--ray` names."""
    from index import Index
    from index.config import ChunkConfig
    from index.embed import load_embedder
    from index.store.ray_ingest import Distributed, IngestTask

    documents, described = loading(arguments, arguments.paths), metadata(arguments)
    known = Index.known(arguments.out, embedder=load_embedder(arguments.embedder)) if not arguments.rebuild else None
    task = (
        IngestTask(arguments.embedder, *known) if known is not None else IngestTask(arguments.embedder, ChunkConfig())
    )
    return Loaded(Distributed(documents, arguments.ray, task), described)


def _gone_from(paths: Sequence[str], loaded: Loaded[Any]) -> Callable[[str, str], bool]:
    """Return whether a document came from one of `paths`, and is not there now.

    One that cannot be read counts as there, and so does everything below a folder that cannot be listed.
    """
    from index.load import is_url

    folders = [Path(path).resolve() for path in paths]

    def is_gone(_: str, source: str) -> bool:
        if is_url(source):
            return False
        place = Path(source).resolve()
        below = any(place.is_relative_to(folder) for folder in folders)
        return below and not any(place.is_relative_to(Path(failure.source).resolve()) for failure in loaded.failures)

    return is_gone


def _check(folder: str) -> int:
    from index import Index
    from prompts import render

    problems = Index.check(folder)
    for problem in problems:
        print(f"pincite: {problem}", file=sys.stderr)
    if not problems:
        print(render("checked", folder=folder))
    return 1 if problems else 0
