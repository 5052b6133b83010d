"""Parses addresses of indexes in Milvus, which may be given wherever a folder of an index may."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from index.errors import AddressError

SERVER, FILE = "milvus://", "milvus+file:"
FORMS = f"{SERVER}HOST:PORT/COLLECTION or {FILE}PATH"
# The collection of a `milvus+file:` address.
COLLECTION = "pincite"
_SERVER = re.compile(r"milvus://([^/:@?#\s]+|\[[0-9a-fA-F:]+\]):(\d{1,5})/([^/]+)")
# A name that Milvus accepts, short enough for the suffixes of an index's other collections.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")


@dataclass(frozen=True, slots=True)
class Address:
    """The address of an index. `text`: as given. `host`: with its port, None for a file; `path`: None for a server."""

    text: str
    host: str | None
    path: str | None
    collection: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the address that `text` states. Raises `AddressError`."""
        if text.startswith(FILE):
            if not (path := text.removeprefix(FILE)):
                raise AddressError(f"{text!r} names no file; write {FORMS}")
            return cls(text, None, path, COLLECTION)
        match = _SERVER.fullmatch(text)
        if match is None or not 0 < int(match[2]) < 65_536:
            raise AddressError(f"{text!r} is not an address of an index in Milvus; write {FORMS}")
        if _NAME.fullmatch(match[3]) is None:
            raise AddressError(
                f"{match[3]!r} in {text!r} is not a collection name; use at most 200 letters, digits and _, and do not "
                "begin with a digit"
            )
        return cls(text, f"{match[1]}:{match[2]}", None, match[3])


def is_address(place: str | Path) -> bool:
    """Return whether `place` names an index in Milvus rather than a folder."""
    return isinstance(place, str) and place.startswith(("milvus:", "milvus+"))
