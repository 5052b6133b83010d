"""Loads sources as the arguments say, one at a time, and sums up what failed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Generic, Protocol, TypeVar, cast

from index import Document
from index.errors import LoadError, PinciteError
from index.load import MAX_BYTES, Failure, Globs, LoadConfig, Loading, Metadata, load_each, load_pasted
from index.near_copies import NearCopy
from index.store.building import Prepared, document_of
from pincite.cli.numbers import at_least_one, rows
from prompts import render
from qa.unread import recognised_text, unread_text, way_text

# So many failures are named one by one.
NAMED = 50
INPUT = "-"  # the source that is what comes on standard input


def add_repeatable(parser: argparse._ActionsContainer, name: str, metavar: str, words: str) -> None:
    """Add an option that may be given several times; `words`: its help."""
    parser.add_argument(name, metavar=metavar, action="append", default=[], help=words)


def add_source(parser: argparse._ActionsContainer, words: str) -> None:
    """Add `--source`, which may be given several times, and is None if it is not given; `words`: its help."""
    parser.add_argument("--source", metavar="PATH", action="append", help=words)


def add_loading(parser: argparse.ArgumentParser) -> None:
    """Add `--include`, `--exclude`, `--meta`, `--encoding`, `--header-rows`, `--max-bytes` and `--allow-private`."""
    group = parser.add_argument_group("how sources are loaded")
    add_repeatable(group, "--include", "GLOB", "of a folder, only files such as '*.pdf'; repeat for several")
    add_repeatable(group, "--exclude", "GLOB", "of a folder, no files such as 'drafts/*'; repeat for several")
    group.add_argument(
        "--meta", metavar="FILE.jsonl", help='metadata of the sources, rows {"id": …, "date": …, "tags": […]}'
    )
    group.add_argument(
        "--encoding", metavar="NAME", help="encoding of text and HTML (default: what a page declares, else utf-8)"
    )
    group.add_argument(
        "--header-rows",
        metavar="N",
        type=rows,
        help="of sheets (.csv, .xlsx …), the row that heads the columns, or the first and the last, as 3-4; 0: none "
        "(default: they are found)",
    )
    group.add_argument(
        "--max-bytes", metavar="N", type=at_least_one, default=MAX_BYTES, help=f"largest source (default: {MAX_BYTES})"
    )
    group.add_argument("--allow-private", action="store_true", help="fetch URLs from private addresses too")


Item = TypeVar("Item", bound="Document | Prepared")


Either = TypeVar("Either", bound="Document | Prepared", covariant=True)


class SizedIterable(Protocol[Either]):
    """The items that `Loaded` iterates over."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Either | Failure]: ...


class Loaded(Generic[Item]):
    """Iterates over documents once; `failures` and the summary on stderr are complete at the end.

    Iterating raises `LoadError` if no source could be read.
    """

    def __init__(
        self,
        items: SizedIterable[Item],
        metadata: Metadata | None,
        *,
        says_unread: bool = True,
        skipped: Sequence[Path] = (),
        in_part: bool = False,
    ) -> None:
        """Take what to iterate over. `says_unread`: print on stderr what was not read. `skipped`: skipped files.

        `in_part`: these are only some of the sources, and all may be unreadable.
        """
        self._found, self._metadata, self._says_unread = items, metadata, says_unread
        self._skipped = skipped or getattr(items, "skipped", ())
        self._in_part = in_part
        self._count = 0
        self._unread: list[str] = []
        self._way = ""
        self.failures: list[Failure] = []

    def __len__(self) -> int:
        """Return how many sources there are, whether or not they can be read."""
        return len(self._found)

    def __iter__(self) -> Iterator[Item]:
        for item in self._found:
            if isinstance(item, Failure):
                self.failures.append(item)
                continue
            self._count += 1
            document = document_of(item)
            self._unread += (*recognised_text(document), *unread_text(document))
            self._way = self._way or way_text([document])
            yield item if self._metadata is None else _merged(item, self._metadata)
        self._finish()

    def _finish(self) -> None:
        if not self._count and len(self.failures) == 1 and not self._in_part:
            raise self.failures[0].error
        self._summarise()
        if not self._count and self.failures and not self._in_part:
            raise LoadError(f"none of {len(self.failures)} sources could be read; the reasons are above")

    def _summarise(self) -> None:
        total = len(self.failures) + self._count
        if self.failures:
            print(f"pincite: {len(self.failures)} of {total} sources could not be read:", file=sys.stderr)
            _say([f"  {failure.error}" for failure in self.failures])
        if self._skipped:
            print(render("skipped", names=_named([path.name for path in self._skipped])), file=sys.stderr)
        if self._says_unread:
            _say([f"pincite: {parts}" for parts in self._unread])
            _say([f"pincite: {self._way}"] if self._way else [])
        unmatched = self._metadata.unmatched() if self._metadata and not self._in_part else []
        if unmatched:
            named = ", ".join(repr(key) for key in unmatched[:5]) + (" …" if len(unmatched) > 5 else "")
            print(f"pincite: --meta has {len(unmatched)} rows for sources that do not exist: {named}", file=sys.stderr)


def load_sources(
    arguments: argparse.Namespace, paths: Sequence[str | Path], *, says_unread: bool = True, apart: str | None = None
) -> Loaded[Document]:
    """Load `paths` as `add_loading`'s arguments say; `apart`: a folder that is skipped.

    Raises `SourceNotFoundError`, `MetadataError`.
    """
    if INPUT not in paths:
        return Loaded(loading(arguments, paths, apart=apart), metadata(arguments), says_unread=says_unread)
    named = [path for path in paths if path != INPUT]
    others = loading(arguments, named) if named else None
    load_sources: SizedIterable[Document] = [_from_input(load_config(arguments)), *(others or ())]
    skipped = others.skipped if others is not None else ()
    return Loaded(load_sources, metadata(arguments), says_unread=says_unread, skipped=skipped)


def refuse_input(sources: Sequence[str] | None, taken_by: str) -> None:
    """Raise `PinciteError` if a text should come from standard input, which is used for something else."""
    if INPUT in (sources or ()):
        raise PinciteError(
            f"{taken_by} come on standard input, so the text of {INPUT!r} cannot; save it and name the file"
        )


def metadata(arguments: argparse.Namespace) -> Metadata | None:
    """Return the metadata of `--meta`."""
    return Metadata.read(arguments.meta) if arguments.meta else None


def loading(arguments: argparse.Namespace, paths: Sequence[str | Path], *, apart: str | None = None) -> Loading:
    """Return the loading of `paths`, as `add_loading`'s arguments say. Raises `SourceNotFoundError`."""
    return load_each(paths, config=load_config(arguments), globs=globs_of(arguments, apart))


def globs_of(arguments: argparse.Namespace, apart: str | None = None) -> Globs:
    """Return which files of a folder to read, as `add_loading`'s arguments say; `apart`: a folder that is skipped."""
    return Globs(tuple(arguments.include), tuple(arguments.exclude), Path(apart) if apart is not None else None)


def load_some(
    arguments: argparse.Namespace, files: Sequence[Path], root: Path, skipped: Sequence[Path] = ()
) -> Loaded[Document]:
    """Load some of many files, whose ids are relative to `root`; all of them may be unreadable."""
    listed = Loading(list(files), [], root, load_config(arguments))
    return Loaded(listed, metadata(arguments), skipped=skipped, in_part=True)


def say_copies(copies: Sequence[NearCopy]) -> None:
    """Print near copies on stderr."""
    _say([render("near_copy", id=copy.id, of=copy.of, percent=f"{copy.share:.0%}") for copy in copies])


def _say(lines: Sequence[str]) -> None:
    """Print lines on stderr; of many, the first."""
    for line in lines[:NAMED]:
        print(line, file=sys.stderr)
    if len(lines) > NAMED:
        print(f"  … and {len(lines) - NAMED} more", file=sys.stderr)


def load_config(arguments: argparse.Namespace) -> LoadConfig:
    """Return how single sources are read, as `add_loading`'s arguments say."""
    return LoadConfig(arguments.encoding, arguments.max_bytes, arguments.allow_private, arguments.header_rows)


def _from_input(config: LoadConfig) -> Document | Failure:
    if sys.stdin.isatty():
        print("pincite: paste the text, then press Ctrl+D at the start of a line", file=sys.stderr)
    try:
        return load_pasted(sys.stdin.buffer.read(config.max_bytes + 1), config)
    except LoadError as error:
        return Failure(INPUT, INPUT, error)


def _named(names: Sequence[str]) -> str:
    """Join names with commas; of many, the first few."""
    if len(names) <= NAMED:
        return ", ".join(names)
    return render("skipped_more", names=", ".join(names[:NAMED]), count=len(names) - NAMED)


def _merged(item: Item, metadata: Metadata) -> Item:
    if isinstance(item, Prepared):
        return cast("Item", item.with_document(metadata.merged(item.divided.document)))
    return cast("Item", metadata.merged(cast("Document", item)))
