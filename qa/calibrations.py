"""Keeps calibrations that a user has fitted to their own feedback in their data folder, one file each.

The last one is used, and only for the reader that it names; dropping it brings back the one before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.errors import ModelError
from qa.atomic_files import write_whole
from qa.confidence import FEATURES, VERSION, Calibration
from qa.userdata import user_data


def kept_calibration(reader: str) -> Calibration | None:
    """Return the calibration in use for this reader's id, or None. Raises `ModelError` if its file is damaged."""
    paths = _kept(reader)
    if not paths:
        return None
    way_out = "drop it with `pincite calibrate --undo`"
    try:
        calibration = Calibration.load(paths[-1])
    except (ModelError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"{str(paths[-1])!r} is not a complete calibration; {way_out}") from error
    if calibration.reader != reader:
        raise ModelError(f"{str(paths[-1])!r} is for the reader {calibration.reader!r}; {way_out}")
    return calibration


def keep_calibration(calibration: Calibration, fit: Mapping[str, Any]) -> Path:
    """Use `calibration` for its reader from now on. `fit`: how it was fitted, kept beside it. Returns its file."""
    paths = _kept(calibration.reader)
    path = _folder(calibration.reader) / f"{int(paths[-1].stem) + 1 if paths else 1}.json"
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
    """Drop the calibration in use for the reader with this id; return False if there is none."""
    paths = _kept(reader)
    if paths:
        paths[-1].unlink()
    return bool(paths)


def _kept(reader: str) -> list[Path]:
    """Return their files, the oldest first."""
    return sorted((p for p in _folder(reader).glob("*.json") if p.stem.isdecimal()), key=lambda path: int(path.stem))


def _folder(reader: str) -> Path:
    # A calibration of another version has another form, and one of another reader fits other scores.
    return user_data() / "calibrations" / f"v{VERSION}" / re.sub(r"[^\w.-]+", "-", reader)
