"""A picture of a TIFF file as PNG, which browsers show, by a process of its own (`rapid.py`)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from index.load.ocr import rapid

SECONDS = 40  # on the clock


def frame_png(data: bytes, number: int) -> bytes | None:
    """The picture `number`, from 0, of a TIFF file as PNG; None where it cannot be had within the limits."""
    command = [sys.executable, "-P", str(Path(rapid.__file__)), str(number)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 and done.stdout else None
