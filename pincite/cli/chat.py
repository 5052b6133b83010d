"""Ask question after question in the terminal; follow-ups are read with what came before.

An empty line or Ctrl-D ends the conversation.

examples:
  pincite chat
  pincite chat --source report.md
  pincite chat --source report.md --export dossier.html
"""

from __future__ import annotations

import argparse
import sys

from pincite.cli.arguments import add_asking, add_export, answerer_of, check_export, options_of, write_export
from pincite.cli.sources import refuse_input


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pincite chat`."""
    add_asking(parser)
    add_export(parser)


def run(arguments: argparse.Namespace) -> int:
    """Read questions until there are no more."""
    from prompts import render
    from qa.errors import QuestionError
    from qa.rendering import answer_text
    from qa.types import Answer, Turn

    check_export(arguments.export)
    refuse_input(arguments.source, "questions")
    answerer = answerer_of(arguments, arguments.source)
    print(render("chat_welcome", documents=", ".join(answerer.documents)))
    history: list[Turn] = []
    answers: list[Answer] = []
    warned: set[str] = set()
    while question := _next_question():
        try:
            answer = answerer.answer(question, history, options_of(arguments))
        except QuestionError as error:
            print(f"pincite: {error}", file=sys.stderr)
            continue
        for warning in answer.warnings:
            if warning not in warned:
                print(f"pincite: {warning}", file=sys.stderr)
                warned.add(warning)
        print(answer_text(answer))
        answers.append(answer)
        write_export(arguments.export, answers, answerer.documents)
        history.append(answer.to_dict())
    return 0


def _next_question() -> str:
    try:
        return input("\n> ").strip()
    except EOFError:
        return ""
