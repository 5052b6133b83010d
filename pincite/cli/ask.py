"""Ask one question and print the answer with its place.

examples:
  pincite ask "When were the border guards killed?"
  pincite ask "Who signed the lease?" --source lease.md --source annex.txt
  pincite ask "Who signed the lease?" --source - < letter
  pincite ask "Who signed the lease?" --index my-index --json
  pincite ask "What is this about?" --source lease.md
  pincite ask "Who signed the lease?" --source lease.md --form statement
  pincite ask "Who signed the lease?" --source lease.md --export answer.html
  pincite ask "What did it earn?" --index my-index --filter source=Reuters --filter "date>=2024-01-01"
"""

from __future__ import annotations

import argparse
import json
import sys

from pincite.cli.arguments import add_asking, add_export, answerer_of, check_export, options_of, write_export


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pincite ask`."""
    parser.add_argument("question", metavar="QUESTION")
    add_asking(parser)
    add_export(parser)
    parser.add_argument("--json", action="store_true", help="print the answer as one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Print the answer, or that there is none; both are a success."""
    from pincite.records.export import answer_data
    from qa.rendering import answer_text

    check_export(arguments.export)
    answerer = answerer_of(arguments, arguments.source)
    answer = answerer.answer(arguments.question, options=options_of(arguments))
    for warning in answer.warnings:
        print(f"pincite: {warning}", file=sys.stderr)
    write_export(arguments.export, [answer], answerer.documents)
    if arguments.json:
        print(json.dumps(answer_data(answer, answerer.documents), ensure_ascii=False, indent=2))
    else:
        print(answer_text(answer))
    return 0
