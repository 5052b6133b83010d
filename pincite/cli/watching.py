"""Watches folders and applies what changes to an index on disk, or to an answerer that is being served."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Self

from index import Document, Index
from index.errors import LoadError, PinciteError
from index.load import is_url
from index.load.finding import Globs, lexical, root_of
from index.load.watching import FileChanges, Snapshot, changes, difference, snapshot
from index.split.sentences import split_sentences
from pincite.cli.sources import INPUT, Loaded, globs_of, load_some
from pincite.cli.updating import summary, update
from pincite.service.library import SwappableAnswerer
from prompts import render
from qa.answerer import Answerer

__all__ = ["Watch", "following", "keep_index"]

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Watch:
    """Files and folders that are watched, and their state at the last update.

    Made before they are loaded, so that no change is missed. `root`: the folder that ids are relative to.
    """

    paths: Sequence[str]
    globs: Globs
    root: Path
    before: Snapshot
    _failed: str = field(default="", init=False)

    @classmethod
    def of(cls, arguments: argparse.Namespace, paths: Sequence[str], *, apart: str | None = None) -> Self:
        """Raise `PinciteError` if there is nothing to watch. `apart`: a folder that is skipped."""
        local = [path for path in paths if path != INPUT and not is_url(path)]
        if not local:
            raise PinciteError("--watch needs files or folders on this machine; name one")
        globs = globs_of(arguments, apart)
        return cls(local, globs, root_of(local), snapshot(local, globs))

    def run(self, take_over: Callable[[FileChanges], None], stop: Event | None = None) -> None:
        """Pass on each change; a change that fails is passed on again the next time."""
        for _ in changes(self.paths, stop):
            now = snapshot(self.paths, self.globs)
            changed = difference(self.before, now, self.paths)
            if not changed:
                continue
            try:
                take_over(changed)
            except (PinciteError, OSError) as error:
                self._say(str(error))
            else:
                self.before, self._failed = now, ""

    def _say(self, failed: str) -> None:
        if failed != self._failed:  # it is tried again and again
            print(f"pincite: {failed}", file=sys.stderr)
        self._failed = failed


def keep_index(arguments: argparse.Namespace, watch: Watch) -> int:
    """Keep the index at `--out` up to date until interrupted."""

    def take_over(changes: FileChanges) -> None:
        loaded = load_some(arguments, changes.changed, watch.root, changes.skipped)
        done = update(arguments, loaded, lambda _, source: not is_url(source) and _lay_in(source, changes.gone))
        if done:
            print(summary(arguments.out, done), flush=True)

    print(render("watching", paths=", ".join(watch.paths)), flush=True)
    try:
        watch.run(take_over)
    except KeyboardInterrupt:
        print(render("watching_ended", folder=arguments.out))
    return 0


@contextmanager
def following(arguments: argparse.Namespace, living: SwappableAnswerer, watch: Watch | None) -> Iterator[None]:
    """Update `living` meanwhile with what changes in the watched files, or in the index of `--index`."""
    stop = Event()

    def follow() -> None:
        try:
            if watch is not None:
                _follow_files(arguments, living, watch, stop)
            else:
                _follow_index(arguments, living, stop)
        except (PinciteError, OSError) as error:
            print(f"pincite: {error}; the served documents stay as they are", file=sys.stderr)

    thread = Thread(target=follow, name="pincite-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)


def _follow_files(arguments: argparse.Namespace, living: SwappableAnswerer, watch: Watch, stop: Event) -> None:
    def take_over(changes: FileChanges) -> None:
        loaded = load_some(arguments, changes.changed, watch.root, changes.skipped)
        changed, split = _readable(loaded)
        before = living.current
        sources = {name: document.source for name, document in before.documents.items()}
        gone = {name for name, source in sources.items() if source and _lay_in(source, changes.gone)}
        read = {Path(document.source) for document in changed.values()}
        # What was attached to a file that was read again, and did not come with it, is no more.
        gone |= {name for name, source in sources.items() if name not in changed and _lay_in(source, read)}
        kept = {name: document for name, document in before.documents.items() if name not in gone}
        documents = {**kept, **changed}
        if not documents:
            raise LoadError("no document would be left; the old ones stay in use until there is another")
        if documents != dict(before.documents):
            index = Index.build(documents.values(), embedder=before.index.embedder, before=before.index, split=split)
            living.current = type(before)(
                index, reader=before.reader, calibration=before.calibration, config=before.config
            )
            new, old = set(changed), set(kept)
            fields = {"added": len(new - old), "changed": len(new & old), "removed": len(gone)}
            logger.info("documents updated", extra={"fields": fields})

    watch.run(take_over, stop)


def _lay_in(source: str, files: Collection[Path]) -> bool:
    """Return whether `source` is one of the files, or was attached to one."""
    path = lexical(source)
    return path in files or any(parent in files for parent in path.parents)


def _readable(loaded: Loaded[Document]) -> tuple[dict[str, Document], dict[str, list[tuple[int, int]]]]:
    """Return the documents by id that have a sentence, and their sentences; print the others on stderr."""
    documents, split = {}, {}
    for document in loaded:
        sentences = split_sentences(document)
        if sentences:
            documents[document.id], split[document.id] = document, sentences
        else:
            print(f"pincite: left out: {document.id!r} holds no sentence to quote", file=sys.stderr)
    return documents, split


def _follow_index(arguments: argparse.Namespace, living: SwappableAnswerer, stop: Event) -> None:
    from index.opening import open_store

    store = open_store(arguments.index)
    asked = store.state()
    failed = ""
    for _ in changes([arguments.index], stop):
        try:
            state = store.state()
            if state == asked:
                continue
            before = living.current
            reopened = Answerer.open(
                arguments.index, reader=before.reader, embedder=before.index.embedder, dense_only=arguments.dense_only
            )
            living.current, asked, failed = reopened, state, ""
            logger.info("index opened again", extra={"fields": {"documents": len(reopened.documents)}})
        except PinciteError as error:
            if str(error) != failed:
                failed = str(error)
                print(f"pincite: {failed}", file=sys.stderr)
