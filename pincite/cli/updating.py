"""Updates an index with the loaded documents, and says what changed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pincite.cli.sources import Loaded, say_copies

if TYPE_CHECKING:
    from index.store.changes import Changes


def apart_of(arguments: argparse.Namespace) -> str | None:
    """Return the folder of the index, which must not be read as a source."""
    from index.opening import folder_of

    folder = folder_of(arguments.out)
    return None if folder is None else str(folder)


def update(
    arguments: argparse.Namespace,
    loaded: Loaded[Any],
    gone: Callable[[str, str], bool] | None,
    *,
    rebuild: bool = False,
) -> Changes:
    """Update the index with the `loaded` documents, without the `gone` ones, and print what was left out."""
    from index import Index
    from index.embed import load_embedder
    from prompts import render

    empty: list[str] = []
    changes = Index.update(
        arguments.out,
        loaded,
        embedder=load_embedder(arguments.embedder),
        prune=gone,
        rebuild=rebuild,
        on_error=lambda _, error: empty.append(str(error)),
        dense_only=arguments.dense_only,
        progress=True,
    )
    for reason in empty:
        print(f"pincite: left out: {reason}", file=sys.stderr)
    new = {*changes.added, *changes.changed}
    if changes.near_copies is None:
        print(render("too_many_for_copies"), file=sys.stderr)
    say_copies([copy for copy in changes.near_copies or () if copy.id in new or copy.of in new])
    return changes


def summary(folder: str, changes: Changes) -> str:
    """Return the changes of an update, in a line."""
    from prompts import render

    documents = len(changes.added) + len(changes.changed) + changes.kept
    counts = {
        "documents": render("documents_one") if documents == 1 else render("documents", count=documents),
        "passages": render("passages_one") if changes.chunks == 1 else render("passages", count=changes.chunks),
    }
    if changes.is_new:
        return render("indexed", folder=folder, **counts)
    if not changes:
        return render("unchanged", folder=folder, **counts)
    return render(
        "updated",
        folder=folder,
        added=len(changes.added),
        changed=len(changes.changed),
        kept=changes.kept,
        removed=len(changes.removed),
        embedded=changes.embedded,
        chunks=changes.chunks,
    )
