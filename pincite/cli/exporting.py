"""Declares `--export FILE`, and writes the conversation to that file."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import ExportError

if TYPE_CHECKING:
    from index import Document
    from qa.types import Answer


def add_export(parser: argparse.ArgumentParser) -> None:
    """Declare `--export`."""
    parser.add_argument(
        "--export",
        metavar="FILE",
        type=Path,
        help="write questions and cited answers here too, for `pincite verify`: a dossier (.html), .md or .json",
    )


def check_export(path: Path | None) -> None:
    """Raise `ExportError`, before anything is asked, for a file that could not be written."""
    from pincite.records.export import FORMATS

    if path is None:
        return
    if _suffix(path) not in FORMATS:
        raise ExportError(f"{str(path)!r} does not end in {', '.join(f'.{suffix}' for suffix in FORMATS)}; choose one")
    if path.is_dir() or not path.parent.is_dir():
        raise ExportError(f"{str(path)!r} cannot be written: it is a folder, or the folder it is in does not exist")


def write_export(path: Path | None, answers: Sequence[Answer], documents: Mapping[str, Document]) -> None:
    """Write `answers` to `path`, if there is one."""
    from pincite.records.export import exported

    if path is not None:
        path.write_text(exported(answers, documents, _suffix(path)), encoding="utf-8", newline="")


def _suffix(path: Path) -> str:
    return path.suffix.lower().removeprefix(".")
