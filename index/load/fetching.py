"""http(s) URLs, fetched within bounds: of size, time and redirects, and from public addresses alone.

Every host, that of a redirect too, is looked up here and the connection made to the address that was judged, so that
a name that resolves otherwise a moment later (DNS rebinding) leads nowhere. Proxies of the environment are not used.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from index.errors import AddressRefusedError, FetchError, SourceTooLargeError

if TYPE_CHECKING:
    import ssl

    from httpcore2 import NetworkBackend, NetworkStream, Response

SECONDS = 30.0  # for all of it, redirects included; a look-up of a name can take its own time on top
MAX_REDIRECTS = 5

_REDIRECTS = {301, 302, 303, 307, 308}
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_HEADERS = (("User-Agent", "pincite"), ("Accept", "*/*"), ("Accept-Encoding", "identity"))
_SAFE = re.compile(r"[!-~]+")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response. `url` is where redirects ended, `path` the path in it; `charset` None where none is stated."""

    url: str
    data: bytes
    media_type: str
    charset: str | None

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


def fetch(
    url: str, *, max_bytes: int, allow_private: bool = False, seconds: float = SECONDS, redirects: int = MAX_REDIRECTS
) -> Fetched:
    """What `url` answers with. Raises `FetchError`, `AddressRefusedError` or `SourceTooLargeError`."""
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
    """(where it redirects to, or None; the body; the headers)."""
    import httpcore2 as httpcore

    host, target = _checked(at, asked)
    headers: list[tuple[bytes | str, bytes | str]] = [("Host", host), *_HEADERS]
    backend = _backend(httpcore, allow_private, deadline)
    try:
        with (
            httpcore.ConnectionPool(network_backend=backend) as pool,
            pool.stream("GET", target, headers=headers) as response,
        ):
            return _answer(response, at, asked, most)
    except httpcore.TimeoutException as error:
        raise FetchError(f"{asked!r} took more than {seconds:.0f} s; try again, or save the page as a file") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError) as error:
        raise FetchError(f"{asked!r} cannot be fetched: {_reason(error)}; check the address and the network") from error


def _checked(url: str, asked: str) -> tuple[str, str]:
    """(the Host header, the URL as it is sent). Raises `FetchError` for what is no http(s) URL."""
    bad = FetchError(f"{asked!r} leads to {url!r}, which is no http or https URL; check it")
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
    path = _quoted(parts.path or "/")
    sent = urlunsplit((parts.scheme.lower(), where, path, _quoted(parts.query), ""))
    return where, sent


def _quoted(text: str) -> str:
    """Text of a URL with whatever ASCII cannot show, and white space, as percent signs."""
    return "".join(
        c if _SAFE.fullmatch(c) else "".join(f"%{b:02X}" for b in c.encode("utf-8", "replace")) for c in text
    )


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


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet: not loopback, private, link-local, reserved or multicast."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = (
            ip.ipv4_mapped or ip.sixtofour or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        )
        if inner is not None:
            return is_public(str(inner))
        if ip.teredo is not None:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def addresses(host: str, port: int, allow_private: bool) -> list[str]:
    """What `host` resolves to. Raises `AddressRefusedError` if any of it is not public, unless `allow_private`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(f"{host!r} cannot be found: {_reason(error)}; check the name and the network") from error
    resolved = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    private = [address for address in resolved if not is_public(address)]
    if private and not allow_private:
        raise AddressRefusedError(
            f"{host!r} leads to {private[0]}, an address that is not public; add --allow-private if you trust it"
        )
    return resolved


def _backend(httpcore: Any, allow_private: bool, deadline: float) -> NetworkBackend:
    """Connects to addresses that were judged, and lets no step go on past `deadline`."""
    plain = httpcore.SyncBackend()

    def left() -> float:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise httpcore.ReadTimeout("out of time")
        return remaining

    class Stream(httpcore.NetworkStream):  # type: ignore[misc]
        def __init__(self, inner: NetworkStream) -> None:
            self._inner = inner

        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            return self._inner.read(max_bytes, left())

        def write(self, buffer: bytes, timeout: float | None = None) -> None:
            self._inner.write(buffer, left())

        def close(self) -> None:
            self._inner.close()

        def start_tls(
            self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
        ) -> Stream:
            return Stream(self._inner.start_tls(ssl_context, server_hostname, left()))

        def get_extra_info(self, info: str) -> Any:
            return self._inner.get_extra_info(info)

    class Backend(httpcore.NetworkBackend):  # type: ignore[misc]
        def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,
            local_address: str | None = None,
            socket_options: Iterable[Any] | None = None,
        ) -> Stream:
            return Stream(_first(addresses(host, port, allow_private), lambda a: plain.connect_tcp(a, port, left())))

        def connect_unix_socket(self, *_: Any, **__: Any) -> NetworkStream:
            raise httpcore.ConnectError("no sockets of this machine")

    def _first(candidates: list[str], connect: Callable[[str], NetworkStream]) -> NetworkStream:
        for address in candidates[:-1]:
            try:
                return connect(address)
            except httpcore.ConnectError:
                continue
        return connect(candidates[-1])

    return Backend()
