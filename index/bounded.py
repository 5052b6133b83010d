"""Reads files up to a limit of size."""

from __future__ import annotations

from pathlib import Path

from index.errors import PinciteError


def read_bounded(path: Path, most: int, error: type[PinciteError], name: str, check: str, shorten: str) -> bytes:
    """Return the bytes of the file `path`.

    Raises `error` if the file cannot be read or has more than `most` bytes. The message calls the file `name` and ends
    with the way out: `check` or `shorten`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as reason:
        raise error(f"cannot read {name} ({reason.strerror}); {check}") from reason
    if len(data) > most:
        raise error(f"{name} has more than {most} bytes; {shorten}")
    return data
