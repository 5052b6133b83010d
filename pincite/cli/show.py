"""Show a document as it was loaded: its id, sha256, text and segments.

Every offset in an answer counts the code points of this text.

examples:
  pincite show report.md
  pincite show report.md --json
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from index.errors import UnsupportedFormatError
from pincite.cli.sources import add_loading, load_sources


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pincite show`."""
    parser.add_argument("source", metavar="SOURCE", help="the file or URL to show")
    parser.add_argument("--json", action="store_true", help="print the document as one JSON object")
    add_loading(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the document."""
    from prompts import render
    from qa.types import SCHEMA_VERSION

    if Path(arguments.source).is_dir():
        raise UnsupportedFormatError(f"{arguments.source!r} is a folder; name one file or URL to show")
    (document,) = load_sources(arguments, [arguments.source])
    if arguments.json:
        fields = ("id", "sha256", "source", "media_type", "text")
        plain = {"schema_version": SCHEMA_VERSION} | {name: getattr(document, name) for name in fields}
        plain |= {"metadata": dict(document.metadata), "segments": [asdict(s) for s in document.segments]}
        print(json.dumps(plain, ensure_ascii=False, indent=2))
        return 0
    size = len(document.text)
    print(render("document", id=document.id, sha256=document.sha256, media_type=document.media_type, size=size))
    for segment in document.segments:
        words = document.text[segment.start : segment.end]
        print(render("segment", start=segment.start, end=segment.end, kind=segment.kind, text=words))
    return 0
