"""Parses the command line, runs the command, and turns errors into one line and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from index.errors import PinciteError
from pincite.cli import ask, build, calibrate, chat, check, evaluate, mcp, serve, show, verify
from pincite.cli.terminal import plain_streams, shown

# Each module has `configure(parser)`, which declares its arguments, and `run(arguments) -> int`, the exit code.
COMMANDS = {
    "ask": ask,
    "index": build,
    "show": show,
    "eval": evaluate,
    "chat": chat,
    "serve": serve,
    "verify": verify,
    "check": check,
    "calibrate": calibrate,
    "mcp": mcp,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 for an answer and for an abstention, 1 for an error; wrong usage exits with 2."""
    with plain_streams():
        return _run(build_parser().parse_args(argv))


def _run(arguments: argparse.Namespace) -> int:
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # who reads the output has seen enough, as `| head` has: nobody is there to be told
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(shown(f"pincite: {_refused(error)}"), file=sys.stderr)
        return 1
    except PinciteError as error:
        print(shown(f"pincite: {error}"), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("pincite: interrupted", file=sys.stderr)
        return 130


def _refused(error: OSError) -> str:
    """Return which file the system refused, why, and the way out; the error's own words where it names no file."""
    if error.filename is None:
        return str(error)
    if isinstance(error, FileNotFoundError):
        return f"there is no file {str(error.filename)!r}; check the path"
    return f"{str(error.filename)!r} cannot be opened: {(error.strerror or str(error)).lower()}; check the path"


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of `pincite` and of all its commands."""
    parser = argparse.ArgumentParser(
        prog="pincite", description="Ask a document. Get its own words back, pinned to the place they stand."
    )
    parser.add_argument("--version", action="version", version=f"pincite {version('pincite')}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        summary, _, examples = (module.__doc__ or "").partition("\n\n")
        command = commands.add_parser(
            name,
            help=summary,
            description=summary,
            epilog=examples.strip(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.configure(command)
        command.set_defaults(run=module.run)
    return parser
