"""Makes text safe for a terminal: escape sequences in documents, names and files are shown, not obeyed.

Escape sequences could clear the screen, forge output, set the window's title or type for the user.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, TextIO, cast

__all__ = ["plain_streams", "shown"]

_KEPT = "\n\t"
# Letters and marks that show nothing: fillers, a blank pattern, what joins or varies other characters.
_UNSEEN = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
_HARMLESS = "\u00ad\u200c\u200d"  # soft hyphens, and what joins letters and emoji


def shown(text: str) -> str:
    """Write every control and every invisible formatting character of `text` as a JSON escape, such as \\u001b.

    Line ends and tabs stay. JSON stays JSON that says the same.
    """
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "\r\n".join(
        "".join(_escaped(character) if _is_obeyed(character) else character for character in line)
        for line in text.split("\r\n")
    )


def _is_obeyed(character: str) -> bool:
    """Return whether a terminal obeys the character instead of showing it."""
    if character in _KEPT or character in _HARMLESS:
        return False
    if character in _UNSEEN or "\U000e0100" <= character <= "\U000e01ef":
        return True
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{int.from_bytes(units[i : i + 2]):04x}" for i in range(0, len(units), 2))


@contextmanager
def plain_streams() -> Iterator[None]:
    """Pass everything that is written to standard output and standard error through `shown`."""
    with redirect_stdout(cast("TextIO", _Shown(sys.stdout))), redirect_stderr(cast("TextIO", _Shown(sys.stderr))):
        yield


class _Shown:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        # A bar that shows progress begins its line anew with every write.
        begins = text.startswith("\r") and not text.startswith("\r\n")
        self._stream.write("\r" + shown(text[1:]) if begins else shown(text))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
