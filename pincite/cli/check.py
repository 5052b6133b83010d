"""Check the quotations of a text: are these the sources' words, and where do they stand?

DRAFT is a text, Markdown, HTML, DOCX or PDF file, an answer of another tool in JSON, or - for standard input. Each
quotation is verbatim; altered, with the differences word by word; elsewhere than the text says; or not found. Figures
and names that no source contains are listed as questions. Exits with 0 if every quotation holds, 3 if not.

examples:
  pincite check draft.docx --source interviews/ --report checked.html
  pincite check answer.json --source report.pdf --json
  pincite check draft.md --index my-index
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pincite.cli.arguments import check_writable
from pincite.cli.sources import add_loading, add_source, load_sources
from pincite.cli.terminal import shown
from qa.errors import DraftError, ExportError

if TYPE_CHECKING:
    from index import Document
    from pincite.records.check import Draft

NOT_ALL_HOLD = 3


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pincite check`."""
    parser.add_argument("draft", metavar="DRAFT", help="the text: any file that Pincite reads, .json, or -")
    where = parser.add_mutually_exclusive_group(required=True)
    add_source(where, "a file, folder or URL that is quoted; repeat for several")
    where.add_argument("--index", metavar="DIR", help="a saved index whose documents are quoted")
    parser.add_argument(
        "--report", metavar="FILE.html", type=Path, help="write draft and sources side by side here too"
    )
    parser.add_argument("--json", action="store_true", help="print what was found as one JSON object")
    parser.add_argument("--embedder", metavar="NAME", help="with --index: the model that built it")
    add_loading(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the verdict on each quotation."""
    from pincite.records.check import check
    from pincite.records.check.report import report_html
    from pincite.records.check.wording import checked_text

    _check_report(arguments.report)
    draft = _draft(arguments)
    documents, failures = _documents(arguments)
    checked = check(draft, documents, failures=failures)
    if arguments.report is not None:
        arguments.report.write_text(report_html(checked), encoding="utf-8", newline="")
    plain = json.dumps(checked.to_dict(), ensure_ascii=False, indent=2) if arguments.json else checked_text(checked)
    print(shown(plain))
    return 0 if checked.ok else NOT_ALL_HOLD


def _check_report(path: Path | None) -> None:
    """Raise `ExportError`, before anything is read, for a report that could not be written."""
    if path is None:
        return
    if path.suffix.lower() not in (".html", ".htm"):
        raise ExportError(f"the report {str(path)!r} does not end in .html; name it so, or use --json for JSON")
    check_writable(path)


def _draft(arguments: argparse.Namespace) -> Draft:
    from pincite.records.check import draft_of_text, read_draft

    if arguments.draft != "-":
        return read_draft(arguments.draft, encoding=arguments.encoding, max_bytes=arguments.max_bytes)
    data = sys.stdin.buffer.read(arguments.max_bytes + 1)
    if len(data) > arguments.max_bytes:
        raise DraftError(f"the draft has more than {arguments.max_bytes} bytes; split it, or raise --max-bytes")
    try:
        return draft_of_text(data.decode(arguments.encoding))
    except UnicodeDecodeError as error:
        raise DraftError(f"the draft is not {arguments.encoding} at byte {error.start}; name its --encoding") from error


def _documents(arguments: argparse.Namespace) -> tuple[Iterable[Document], list[str]]:
    """Return the sources, and a line for each that could not be read."""
    if arguments.index is None:
        loaded = load_sources(arguments, arguments.source)
        documents = list(loaded)
        return documents, [str(failure.error) for failure in loaded.failures]
    from index import Index
    from index.embed import load_embedder

    embedder = load_embedder(arguments.embedder) if arguments.embedder else None
    return list(Index.open(arguments.index, embedder=embedder).documents.values()), []
