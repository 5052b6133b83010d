"""Fit the confidence from which an answer is given to your own feedback; it can be undone.

FEEDBACK is a file of thumbs and marks from the page, or any other file in SQuAD's format. Each question is asked of its
document again. The result is kept for this user, beside the shipped calibration, and used from the next start on.

examples:
  pincite calibrate ~/.local/share/pincite/feedback.json
  pincite calibrate feedback.json --dry-run
  pincite calibrate --undo
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import PinciteError

if TYPE_CHECKING:
    from pincite.records.recalibrating import Refit


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pincite calibrate`."""
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("feedback", metavar="FEEDBACK", nargs="?", type=Path, help="questions with answers, and thumbs")
    group.add_argument("--undo", action="store_true", help="go back to the calibration before the last one")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, and keep nothing")
    parser.add_argument("--json", action="store_true", help="print what changed as one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Fit and keep, or undo, and print what changed."""
    return _undo(arguments) if arguments.undo else _fit(arguments)


def _fit(arguments: argparse.Namespace) -> int:
    from pincite.records.feedback import Judgement, read_judgements
    from pincite.records.recalibrating import recalibrate
    from qa.answerer import Answerer
    from qa.calibrations import keep_calibration, kept_calibration
    from qa.confidence import default_calibration
    from qa.read import default_reader

    def answerer_for(judgement: Judgement) -> Answerer:
        return Answerer.from_sources(judgement.document)

    shipped, reader = default_calibration(), default_reader().id
    if shipped.reader != reader:
        raise PinciteError(f"the shipped calibration is for the reader {shipped.reader!r}, not {reader!r}")
    current = kept_calibration(reader) or shipped
    refit = recalibrate(read_judgements(arguments.feedback), answerer_for, shipped, current)
    fit = {"feedback": str(arguments.feedback), **refit.to_dict()}
    path = None if arguments.dry_run else keep_calibration(refit.calibration, fit)
    if arguments.json:
        print(json.dumps({"schema_version": 1, **fit, "kept": None if path is None else str(path)}, indent=2))
    else:
        print(_text(refit, path))
    return 0


def _text(refit: Refit, path: Path | None) -> str:
    """Return what changed, in words."""
    from pincite.records.recalibrating import LEAST_OF_EACH_TO_RESCALE, LEAST_TO_RESCALE
    from prompts import render

    values: dict[str, object] = {"pairs": refit.pairs, "right": refit.right, "set_aside": refit.set_aside}
    for name, calibration in (("old", refit.before), ("new", refit.after)):
        values[f"{name}_threshold"] = f"{calibration.threshold:6.3f}"
        values[f"{name}_short_threshold"] = f"{calibration.short_threshold:6.3f}"
        values[f"{name}_answered"] = f"{calibration.answered:6.1%}"
        values[f"{name}_right"] = "     –" if calibration.right is None else f"{calibration.right:6.1%}"
    scale = (
        render("calibrated_rescaled")
        if refit.rescaled
        else render("calibrated_same_scale", least=LEAST_TO_RESCALE, each=LEAST_OF_EACH_TO_RESCALE)
    )
    kept = render("calibrated_dry") if path is None else render("calibrated_kept", path=path)
    return "\n".join([render("calibrated", scale=scale, **values), kept])


def _undo(arguments: argparse.Namespace) -> int:
    from prompts import render
    from qa.calibrations import drop_calibration, kept_calibration
    from qa.confidence import default_calibration

    shipped = default_calibration()
    if not drop_calibration(shipped.reader):
        raise PinciteError("there is no calibration of your own to undo; the shipped one is used")
    now = kept_calibration(shipped.reader) or shipped
    least, short = now.least(short=False), now.least(short=True)
    if arguments.json:
        print(json.dumps({"schema_version": 1, "threshold": least, "short_threshold": short}))
    else:
        print(render("calibrate_undone", threshold=f"{least:.3f}", short=f"{short:.3f}"))
    return 0
