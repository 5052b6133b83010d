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

from qa.cli.arguments import add_encoding


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pincite show`."""
    parser.add_argument("source", metavar="SOURCE", help="the file to show")
    parser.add_argument("--json", action="store_true", help="print the document as one JSON object")
    add_encoding(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the document."""
    from index import load
    from prompts import render
    from qa.types import SCHEMA_VERSION

    document = load(arguments.source, encoding=arguments.encoding)
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
