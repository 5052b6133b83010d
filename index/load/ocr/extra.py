"""Tells whether words in pictures can be recognised here, and which extra installs that. Imports nothing slow."""

from __future__ import annotations

from importlib.util import find_spec

EXTRA = "ocr"


def can_recognise() -> bool:
    """Return whether the extra `ocr` is installed."""
    return find_spec("rapidocr") is not None and find_spec("cv2") is not None


def way_to_recognise() -> str:
    """Return how to install the extra."""
    return f"`pip install 'pincite[{EXTRA}]'` recognises words in pictures"
