"""Gives the article that comes with Pincite, and questions to try on it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

_FOLDER = Path(str(files("qa.articles")))


def bundled_article() -> Path:
    """Return the path of the bundled article."""
    return _FOLDER / "islamabad-talks.md"


def bundled_questions() -> list[str]:
    """Return questions on the bundled article, for the page and the terminal; the last one it does not answer."""
    return (_FOLDER / "questions.txt").read_text(encoding="utf-8").splitlines()
