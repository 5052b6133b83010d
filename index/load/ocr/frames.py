"""Turns a picture of a TIFF file into PNG, which browsers show, in a separate process with limits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from index.load.ocr import rapid

SECONDS = 40  # on the clock


def frame_png(data: bytes, number: int) -> bytes | None:
    """Return the picture `number`, from 0, of a TIFF file as PNG; None where it cannot be had within the limits."""
    command = [sys.executable, "-P", str(Path(rapid.__file__)), str(number)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 and done.stdout else None
