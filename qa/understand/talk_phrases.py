"""Lists the ways people talk, from talk.toml: each a pattern for the whole of a part of a turn."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

__all__ = ["FILLER", "about_the_answer", "social"]

# Words around a phrase that change nothing in what it does.
FILLER = re.compile(
    r"^(?:(?:ok(?:ay)?|well|so|um+|uh+|hm+|oh|and|but|ah|alright|right|please|then|now|just|anyway|also|yes|yeah|yep"
    r"|lol|haha|no(?= (?:that|this|it|you|i)\b))"
    r"(?:\s+|$))+|(?:\s+|^)(?:please|pls|plz|then|now|thanks?|anyway|though|tho|exactly|again|lol|haha)$"
)


def social() -> dict[str, re.Pattern[str]]:
    """Return what needs no answer before it, by act; in this order, as some words serve for two."""
    return _patterns()["social"]


def about_the_answer() -> dict[str, re.Pattern[str]]:
    """Return what is said about the answer before, by act."""
    return _patterns()["about_the_answer"]


@cache
def _patterns() -> dict[str, dict[str, re.Pattern[str]]]:
    read = tomllib.loads((files("qa.understand") / "talk.toml").read_text(encoding="utf-8"))
    words = read.pop("words")
    return {table: {act: _any(phrases, words) for act, phrases in acts.items()} for table, acts in read.items()}


def _any(phrases: list[str], words: dict[str, str]) -> re.Pattern[str]:
    """Return one pattern of all `phrases`, `<name>` in them replaced by the pattern of that name in `words`."""
    filled = (re.sub(r"<(\w+)>", lambda name: words.get(name[1], name[0]), phrase) for phrase in phrases)
    return re.compile("|".join(f"(?:{phrase})" for phrase in filled))
