"""What comes out of a file, made fit for a terminal: escapes are shown, not obeyed."""

from __future__ import annotations

import unicodedata

_KEPT = "\n\t"
_HARMLESS = "\u00ad\u200c\u200d"  # soft hyphens, and what joins letters and emoji


def shown(text: str) -> str:
    """`text` with every control and every invisible formatting character as a JSON escape, such as \\u001b.

    Line ends and tabs stay. JSON stays JSON that says the same.
    """
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(_escaped(one) if _is_obeyed(one) else one for one in text)


def _is_obeyed(character: str) -> bool:
    """Whether a terminal does something with it, other than to show it."""
    if character in _KEPT or character in _HARMLESS:
        return False
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{int.from_bytes(units[i : i + 2]):04x}" for i in range(0, len(units), 2))
