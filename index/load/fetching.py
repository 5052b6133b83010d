"""Fetches http(s) URLs within bounds of size, time and redirects, and from public addresses alone.

Every host, also that of a redirect, is looked up here, and the connection goes to the address that was checked, so that
a name that resolves differently a moment later (DNS rebinding) is harmless. The environment's proxies are not used.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from index.errors import FetchError, SourceTooLargeError

if TYPE_CHECKING:
    from httpcore2 import Response

SECONDS = 30.0  # for all of it, redirects included; a look-up of a name can take its own time on top
MAX_REDIRECTS = 5

_REDIRECTS = {301, 302, 303, 307, 308}
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_HEADERS = (("User-Agent", "pincite"), ("Accept", "*/*"), ("Accept-Encoding", "identity"))
_SAFE = "".join(map(chr, range(0x21, 0x7F)))  # what stays in a URL: ASCII without white space


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response. `url` is where redirects ended; `charset` is None if none is stated."""

    url: str
    data: bytes
    media_type: str
    charset: str | None


def fetch(
    url: str, *, max_bytes: int, allow_private: bool = False, seconds: float = SECONDS, redirects: int = MAX_REDIRECTS
) -> Fetched:
    """Fetch `url`. Raises `FetchError`, `AddressRefusedError` or `SourceTooLargeError`."""
    deadline = time.monotonic() + seconds
    at = url
    for _ in range(redirects + 1):
        target, data, headers = _get(at, url, max_bytes, allow_private, deadline, seconds)
        if target is None:
            content_type = headers.get("content-type", "")
            charset = _CHARSET.search(content_type)
            return Fetched(at, data, content_type.partition(";")[0].strip().lower(), charset[1] if charset else None)
        at = target
    raise FetchError(f"{url!r} redirects more than {redirects} times; give the URL it ends at")


def _get(
    at: str, asked: str, most: int, allow_private: bool, deadline: float, seconds: float
) -> tuple[str | None, bytes, dict[str, str]]:
    """Return (the redirect's target, or None; the body; the headers)."""
    from index.load.connecting import FAILURES, TimeIsUp, opened, reason

    host, target = _checked(at, asked)
    try:
        with opened(target, [("Host", host), *_HEADERS], deadline, allow_private=allow_private) as response:
            return _answer(response, at, asked, most)
    except TimeIsUp as error:
        raise FetchError(f"{asked!r} took more than {seconds:.0f} s; try again, or save the page as a file") from error
    except FAILURES as error:
        raise FetchError(f"{asked!r} cannot be fetched: {reason(error)}; check the address and the network") from error


def _checked(url: str, asked: str) -> tuple[str, str]:
    """Return (the Host header, the URL as it is sent). Raises `FetchError` for other schemes than http(s)."""
    bad = FetchError(f"{asked!r} leads to {url!r}, which is not an http or https URL; check it")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (
            (parts.hostname or "").encode("idna").decode("ascii")
            if ":" not in (parts.hostname or "")
            else parts.hostname
        )
    except (ValueError, UnicodeError) as error:
        raise bad from error
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise bad
    if parts.username is not None or parts.password is not None:
        raise FetchError(f"{parts.hostname!r} is given a user name or password in the URL; leave it out")
    named = f"[{host}]" if ":" in host else host
    where = named if port is None else f"{named}:{port}"
    path, query = (quote(part, safe=_SAFE, errors="replace") for part in (parts.path or "/", parts.query))
    sent = urlunsplit((parts.scheme.lower(), where, path, query, ""))
    return where, sent


def _answer(response: Response, at: str, asked: str, most: int) -> tuple[str | None, bytes, dict[str, str]]:
    headers = {name.decode("ascii", "replace").lower(): value.decode("latin-1") for name, value in response.headers}
    if response.status in _REDIRECTS and "location" in headers:
        return urljoin(at, headers["location"]), b"", headers
    if response.status != 200:
        raise FetchError(f"{asked!r} answers with status {response.status}; check that it opens in a browser")
    if headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise FetchError(f"{asked!r} sends {headers['content-encoding']!r} unasked; save the page as a file")
    too_large = SourceTooLargeError(f"{asked!r} has more than {most} bytes; raise --max-bytes")
    stated = headers.get("content-length", "")
    if stated.isdigit() and int(stated) > most:
        raise too_large
    data = bytearray()
    for part in response.iter_stream():
        data += part
        if len(data) > most:
            raise too_large
    return None, bytes(data), headers
