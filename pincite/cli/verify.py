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
from textwrap import shorten
from typing import TYPE_CHECKING

from index.errors import LoadError
from pincite.cli.sources import add_loading, add_source, load_config, load_sources
from pincite.cli.terminal import shown
from prompts import render

if TYPE_CHECKING:
    from index import Document
    from pincite.records.verify import CitationFinding, Verification

NOT_ALL_OK = 3
LONGEST_QUOTE = 160  # characters


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pincite verify`."""
    parser.add_argument("file", metavar="FILE", help="exported answers: .html, .json or .md")
    words = "a file, folder or URL to check the citations against; repeat for several (default: their own sources)"
    add_source(parser, words)
    parser.add_argument("--json", action="store_true", help="print the findings as one JSON object")
    add_loading(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the verdict on each citation."""
    from pincite.records.verify import verify

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


def verification_text(verification: Verification) -> str:
    """Return a line for each citation, what stands there now below it, and the numbers of each verdict."""
    from pincite.records.verify import CitationVerdict

    lines = [line for finding in verification.findings for line in _lines(finding)]
    lines += [render("verified_file", problem=" ".join(problem.split())) for problem in verification.problems]
    counts = {verdict.value: verification.count(verdict) for verdict in CitationVerdict}
    total = render("verified_sum", total=len(verification.findings), **counts)
    if verification.problems:
        total = render("verified_sum_file", sum=total)
    return "\n".join([*lines, total])


def _lines(finding: CitationFinding) -> list[str]:
    from pincite.records.verify import CitationVerdict
    from qa.rendering import place_text

    claim, place, verdict = finding.claim, finding.place, f"{finding.verdict.value:7}"
    cited = " ".join(place_text(claim.citation).split())  # on one line, whatever the file says of it
    lines = [render("verified", verdict=verdict, number=claim.number, quote=_short(claim.citation.quote), place=cited)]
    if place is not None and finding.verdict is not CitationVerdict.OK:
        page = "" if place.page is None else render("place_page", page=place.page)
        where = render("place", id=place.document_id, page=page, heading="", start=place.start, end=place.end)
        moved = finding.verdict is CitationVerdict.MOVED
        words = _short(place.text if moved else place.passage)
        lines.append(render("verified_now" if moved else "verified_nearest", quote=words, place=where))
    if finding.note is not None:
        lines.append(render("verified_note", note=" ".join(finding.note.split())))
    return lines


def _short(text: str) -> str:
    return shorten(text, LONGEST_QUOTE, placeholder=" …")
