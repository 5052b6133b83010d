"""Check every citation of exported answers: does the document still say so, and there?

FILE is a dossier (.html), an exported conversation (.json, .md) or what `pincite ask --json` printed. A citation is
ok; moved, its sentence now elsewhere in a changed document; changed, its sentence altered; or gone. The file itself
counts as changed if it shows anything that its data do not say. Exits with 0 if all is ok, with 3 if not.

examples:
  pincite verify dossier.html
  pincite verify dossier.html --source contracts/ --json
  pincite ask "Who signed the lease?" --source lease.md --json > answer.json && pincite verify answer.json
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from index.errors import LoadError
from pincite.cli.sources import add_loading, load_config, load_sources
from pincite.cli.terminal import shown

if TYPE_CHECKING:
    from index import Document

NOT_ALL_OK = 3


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pincite verify`."""
    parser.add_argument("file", metavar="FILE", help="exported answers: .html, .json or .md")
    parser.add_argument(
        "--source",
        metavar="PATH",
        action="append",
        help="a file, folder or URL to check the citations against; repeat for several (default: their own sources)",
    )
    parser.add_argument("--json", action="store_true", help="print the findings as one JSON object")
    add_loading(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the verdict on each citation."""
    from pincite.records.verify import verify
    from pincite.records.verify.rendering import verification_text

    config = load_config(arguments)
    documents = _given(arguments) if arguments.source else None
    verification = verify(arguments.file, documents, config=config)
    if arguments.json:
        print(shown(json.dumps(verification.to_dict(), ensure_ascii=False, indent=2)))
    else:
        print(shown(verification_text(verification)))
    return 0 if verification.ok else NOT_ALL_OK


def _given(arguments: argparse.Namespace) -> list[Document]:
    """Return the sources that can be read; print why the others cannot. Citations of those are gone."""
    loaded = load_sources(arguments, arguments.source)
    try:
        return list(loaded)
    except LoadError as error:
        print(shown(f"pincite: {error}"), file=sys.stderr)
        return []
