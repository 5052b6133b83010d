"""Characters that a loader adds, marked in a text until their places are known."""

from __future__ import annotations

# Two code points that are no characters (Unicode 23.7) stand around what is added.
FIRST, LAST = "\ufdd0", "\ufdd1"


def added(text: str) -> str:
    """`text`, marked as added."""
    return f"{FIRST}{text}{LAST}" if text else ""


def unmarked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """`text` without marks, and the spans of what is added to it."""
    if FIRST not in text and LAST not in text:
        return text, []
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    length, start = 0, -1
    for character in text:
        if character == FIRST:
            start = length
        elif character == LAST:
            if 0 <= start < length:
                spans.append((start, length))
            start = -1
        else:
            parts.append(character)
            length += 1
    return "".join(parts), spans
