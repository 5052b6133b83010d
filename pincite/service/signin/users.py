"""Reads who may sign in: a file with a line `user:bcrypt-hash` for each."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Self

from cachetools import LRUCache

from index.bounded import read_bounded
from qa.errors import UsersError

__all__ = ["Users"]

LARGEST_FILE = 1_000_000  # bytes
LONGEST_PASSWORD = 72  # bytes: bcrypt reads no further
REMEMBERED = 1_000  # correct pairs of user and password, so that programs need not wait for bcrypt each time

_HASH = re.compile(r"\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}")
_COSTS = range(4, 17)  # 16 takes seconds
_HOW = "a line is user:bcrypt-hash, as `htpasswd -nB user` prints it"


class Users:
    """User names and bcrypt hashes. Checking a password takes the same time whether or not the user exists."""

    def __init__(self, hashes: Mapping[str, str]) -> None:
        import bcrypt

        self._hashes = dict(hashes)
        cost = max((int(hashed[4:6]) for hashed in self._hashes.values()), default=12)
        self._nobody = bcrypt.hashpw(secrets.token_bytes(16).hex().encode(), bcrypt.gensalt(cost)).decode()
        self._key = secrets.token_bytes(32)
        self._accepted: LRUCache[bytes, bool] = LRUCache(REMEMBERED)
        self._lock = Lock()

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Return the users in the file `path`; blank lines and lines that begin with # are skipped.

        Raises `UsersError` for an invalid file; it names the line and never shows a hash.
        """
        name = f"the users in {str(path)!r}"
        data = read_bounded(Path(path), LARGEST_FILE, UsersError, name, "check --auth", _HOW)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise UsersError(f"{str(path)!r}, line {line}: not UTF-8; {_HOW}") from error
        return cls(_hashes(text, str(path)))

    def knows(self, user: str, password: str) -> bool:
        """Return whether this pair has been accepted before, without running bcrypt."""
        with self._lock:
            return self._accepted.get(self._digest(user, password), False)

    def right(self, user: str, password: str) -> bool:
        """Return whether `password` is `user`'s. Takes bcrypt's time, also for users that do not exist."""
        import bcrypt

        given = password.encode("utf-8", "surrogatepass")
        fits = len(given) <= LONGEST_PASSWORD and b"\0" not in given
        matches = bcrypt.checkpw(given if fits else b"x", self._hashes.get(user, self._nobody).encode())
        if not (matches and fits and user in self._hashes):
            return False
        with self._lock:
            self._accepted[self._digest(user, password)] = True
        return True

    def _digest(self, user: str, password: str) -> bytes:
        pair = f"{len(user)}:{user}{password}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, pair, hashlib.sha256)


def _hashes(text: str, path: str) -> dict[str, str]:
    hashes: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        user, colon, hashed = line.partition(":")
        if not (colon and user):
            raise UsersError(f"{path!r}, line {number}: no user name before a colon; {_HOW}")
        if user in hashes:
            raise UsersError(f"{path!r}, line {number}: {user!r} is in line {lines[user]} already; keep one")
        match = _HASH.fullmatch(hashed)
        if match is None or int(match[1]) not in _COSTS:
            raise UsersError(f"{path!r}, line {number}: {user!r} has no valid bcrypt hash; {_HOW}")
        hashes[user], lines[user] = hashed, number
    if not hashes:
        raise UsersError(f"{path!r} names nobody; {_HOW}")
    return hashes
