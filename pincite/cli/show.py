"""Show a document as it was loaded: its id, sha256, text and segments.

Every offset in an answer counts the code points of this text. A place (a sheet, a slide, a time …) is shown by its
name; what stands there follows.

examples:
  pincite show report.md
  pincite show report.md --json
  pincite show --formats        the kinds of files that Pincite reads
  pincite show --copies DIR     the documents of an index that say nearly the same
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from index import Index, SegmentKind
from index.errors import UnsupportedFormatError
from index.load.formats import every
from pincite.cli.sources import add_loading, load_sources


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pincite show`."""
    named = parser.add_mutually_exclusive_group(required=True)
    named.add_argument("source", metavar="SOURCE", nargs="?", help="the file or URL to show")
    named.add_argument("--formats", action="store_true", help="list the kinds of files that can be read, and stop")
    named.add_argument("--copies", metavar="DIR", help="list the near copies among an index's documents, and stop")
    parser.add_argument("--json", action="store_true", help="print the document as one JSON object")
    add_loading(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the document, the formats, or an index's near copies."""
    from prompts import render
    from qa.types import SCHEMA_VERSION
    from qa.unread import recognised_text, unread_text, way_text

    if arguments.formats:
        for known in every():
            places = render("format_places", places=known.places) if known.places else ""
            extra = render("format_extra", extra=known.extra) if known.extra else ""
            print(render("format", title=known.title, suffixes=", ".join(known.suffixes), places=places, extra=extra))
        return 0
    if arguments.copies is not None:
        copies = Index.near_copies_in(arguments.copies)
        for copy in copies:
            print(render("near_copy_listed", id=copy.id, of=copy.of, percent=f"{copy.share:.0%}"))
        if not copies:
            print(render("no_near_copies", folder=arguments.copies))
        return 0
    if Path(arguments.source).is_dir():
        raise UnsupportedFormatError(f"{arguments.source!r} is a folder; name one file or URL to show")
    (document,) = load_sources(arguments, [arguments.source], says_unread=False)
    if arguments.json:
        fields = ("id", "sha256", "source", "media_type", "text")
        plain = {"schema_version": SCHEMA_VERSION} | {name: getattr(document, name) for name in fields}
        plain |= {"metadata": dict(document.metadata), "segments": [asdict(s) for s in document.segments]}
        plain |= {"unread": [asdict(each) for each in document.unread]}
        print(json.dumps(plain, ensure_ascii=False, indent=2))
        return 0
    size = len(document.text)
    print(render("document", id=document.id, sha256=document.sha256, media_type=document.media_type, size=size))
    for what in (*recognised_text(document), *unread_text(document), *filter(None, (way_text([document]),))):
        print(render("unread", what=what))
    for segment in document.segments:
        if segment.kind in (SegmentKind.CELL, SegmentKind.ADDED, SegmentKind.NOTE_NUMBER):
            continue
        words = document.text[segment.start : segment.end]
        if segment.kind.is_place:  # its words come with the blocks in it
            words = segment.name or str(segment.number)
        print(render("segment", start=segment.start, end=segment.end, kind=segment.kind, text=words))
    return 0
