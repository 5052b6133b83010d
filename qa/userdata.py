"""Finds the folder for what belongs to the user and not to a document: feedback, and their own calibration."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path

VARIABLE = "PINCITE_DATA"


def user_data() -> Path:
    """Return the folder, which may not exist yet: `$PINCITE_DATA`, or the platform's place for application data."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else user_data_path("pincite", appauthor=False)
