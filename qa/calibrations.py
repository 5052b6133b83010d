"""Calibrations that a user has fitted to their own feedback, kept in their data folder, one file each.

The last one is in force, for the reader that it names alone; taking it away brings the one before it back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.errors import ModelError
from qa.confidence import FEATURES, VERSION, Calibration
from qa.userdata import user_data
from qa.writing import write_whole


def kept_calibration(reader: str) -> Calibration | None:
    """The one in force for the reader with this id, or None. Raises `ModelError` if its file is damaged."""
    kept = _kept(reader)
    if not kept:
        return None
    way_out = "drop it with `pincite calibrate --undo`"
    try:
        calibration = Calibration.load(kept[-1])
    except (ModelError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"{str(kept[-1])!r} is no whole calibration; {way_out}") from error
    if calibration.reader != reader:
        raise ModelError(f"{str(kept[-1])!r} is for the reader {calibration.reader!r}; {way_out}")
    return calibration


def keep_calibration(calibration: Calibration, fit: Mapping[str, Any]) -> Path:
    """Put `calibration` in force for its reader. `fit`: how it came about, kept beside it. Returns its file."""
    kept = _kept(calibration.reader)
    path = _folder(calibration.reader) / f"{int(kept[-1].stem) + 1 if kept else 1}.json"
    fusion = None if calibration.fusion is None else dict(zip(("weights", "bias"), calibration.fusion, strict=True))
    written = {
        "version": VERSION,
        "features": FEATURES,
        **asdict(calibration),
        "fusion": fusion,
        "fit": dict(fit),
    }
    write_whole(path, json.dumps(written, indent=2) + "\n")
    return path


def drop_calibration(reader: str) -> bool:
    """Take the one in force for the reader with this id away; False if there is none."""
    kept = _kept(reader)
    if kept:
        kept[-1].unlink()
    return bool(kept)


def _kept(reader: str) -> list[Path]:
    """Their files, the oldest first."""
    return sorted((p for p in _folder(reader).glob("*.json") if p.stem.isdecimal()), key=lambda path: int(path.stem))


def _folder(reader: str) -> Path:
    # A calibration of another version has another form, and one of another reader fits other scores.
    return user_data() / "calibrations" / f"v{VERSION}" / re.sub(r"[^\w.-]+", "-", reader)
