"""Show a document as it was loaded: its id, sha256, text and segments; of a message, what is attached to it too.

Every offset in an answer counts the code points of this text. A place (a sheet, a slide, a time …) is shown by its
name, followed by its content. Documents that say nearly the same are named: among those shown, and with --copies
among those of an index.

examples:
  pincite show report.md
  pincite show report.md --json
  pincite show audit.eml/figures.xlsx        one attachment of a message
  pincite show report.md --copies DIR        and which documents of an index say nearly the same
  pincite show --copies DIR                  the documents of an index that say nearly the same
  pincite show --formats                     the kinds of files that Pincite reads
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index import Document, Index, SegmentKind
from index.errors import UnsupportedFormatError
from index.load.formats import every
from index.near_copies import NearCopy, near_copies, sketch
from pincite.cli.sources import add_loading, load_sources
from prompts import render

_INSIDE = (SegmentKind.CELL, SegmentKind.ADDED, SegmentKind.NOTE_NUMBER)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pincite show`."""
    parser.add_argument("source", metavar="SOURCE", nargs="?", help="the file or URL to show")
    parser.add_argument("--formats", action="store_true", help="list the kinds of files that can be read, and stop")
    parser.add_argument("--copies", metavar="DIR", help="list the near copies in an index, of SOURCE if it is given")
    parser.add_argument("--json", action="store_true", help="print the document as one JSON object")
    add_loading(parser)
    parser.set_defaults(wrong_usage=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Print the document, the formats, or an index's near copies."""
    if (arguments.source is None and arguments.copies is None) != arguments.formats:
        arguments.wrong_usage("give a SOURCE, --copies DIR or both, or --formats alone")
    if arguments.formats:
        return _show_formats()
    if arguments.source is None:
        return _show_copies(arguments.copies)
    if Path(arguments.source).is_dir():
        raise UnsupportedFormatError(f"{arguments.source!r} is a folder; name one file or URL to show")
    documents = list(load_sources(arguments, [arguments.source], says_unread=False))
    copies = near_copies([document.id for document in documents], [sketch(document.text) for document in documents])
    if arguments.copies is not None:
        copies += tuple(copy for document in documents for copy in Index.near_copies_of(arguments.copies, document))
    if arguments.json:
        own, *attached = [_plain(document, copies) for document in documents]
        print(json.dumps(own | {"attached": attached}, ensure_ascii=False, indent=2))
        return 0
    for document in documents:
        _show(document, copies)
    return 0


def _show_formats() -> int:
    for known in every():
        places = render("format_places", places=known.places) if known.places else ""
        extra = render("format_extra", extra=known.extra) if known.extra else ""
        print(render("format", title=known.title, suffixes=", ".join(known.suffixes), places=places, extra=extra))
    return 0


def _show_copies(folder: str) -> int:
    copies = Index.near_copies_in(folder)
    for copy in copies:
        print(_said(copy))
    if not copies:
        print(render("no_near_copies", folder=folder))
    return 0


def _said(copy: NearCopy) -> str:
    return render("near_copy_listed", id=copy.id, of=copy.of, percent=f"{copy.share:.0%}")


def _plain(document: Document, copies: Sequence[NearCopy]) -> dict[str, Any]:
    from qa.types import SCHEMA_VERSION

    fields = ("id", "sha256", "source", "media_type", "text")
    plain: dict[str, Any] = {"schema_version": SCHEMA_VERSION} | {name: getattr(document, name) for name in fields}
    plain |= {"metadata": dict(document.metadata), "segments": [asdict(s) for s in document.segments]}
    plain |= {"unread": [asdict(part) for part in document.unread]}
    return plain | {"near_copies": [{"id": c.of, "share": c.share} for c in copies if c.id == document.id]}


def _show(document: Document, copies: Sequence[NearCopy]) -> None:
    from qa.unread import recognised_text, unread_text, way_text

    size = len(document.text)
    print(render("document", id=document.id, sha256=document.sha256, media_type=document.media_type, size=size))
    for words in (*recognised_text(document), *unread_text(document), *filter(None, (way_text([document]),))):
        print(render("unread", what=words))
    for copy in copies:
        if copy.id == document.id:
            print(_said(copy))
    for segment in document.segments:
        if segment.kind in _INSIDE:
            continue
        words = document.text[segment.start : segment.end]
        if segment.kind.is_place:  # its words come with the blocks in it
            words = segment.name or str(segment.number)
        print(render("segment", start=segment.start, end=segment.end, kind=segment.kind, text=words))
