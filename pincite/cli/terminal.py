"""What reaches a terminal: words, never commands to it. A document, a name or a file may hold escape sequences.

They could clear the screen, write what was never said, set the window's title or answer in the person's name.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, TextIO, cast

__all__ = ["plain_streams", "visible"]

# Control characters but for a tab and the ends of lines, signs that turn the direction of writing, half characters.
_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]|\r(?!\n)")


def visible(text: str) -> str:
    r"""`text` with each command to a terminal written out, as "\u001b", which JSON too reads as what it was."""
    return _COMMANDS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


@contextmanager
def plain_streams() -> Iterator[None]:
    """Whatever is written to standard output and standard error meanwhile is `visible`."""
    with redirect_stdout(_visible_stream(sys.stdout)), redirect_stderr(_visible_stream(sys.stderr)):
        yield


class _Visible:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        # A bar that shows progress begins its line anew with every write.
        begins = text.startswith("\r") and not text.startswith("\r\n")
        self._stream.write("\r" + visible(text[1:]) if begins else visible(text))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _visible_stream(stream: TextIO) -> TextIO:
    return cast("TextIO", _Visible(stream))
