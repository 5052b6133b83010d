"""Where Pincite keeps what belongs to its user and not to a document: feedback, and a calibration of their own."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path

VARIABLE = "PINCITE_DATA"


def user_data() -> Path:
    """The folder, which may not be there yet: `$PINCITE_DATA`, or the platform's place for an application's data."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else user_data_path("pincite", appauthor=False)
