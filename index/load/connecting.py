"""Looks up hosts and connects to addresses that were checked to be public; no connection lives past its deadline."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpcore2 as httpcore

from index.errors import AddressRefusedError, FetchError

TimeIsUp = httpcore.TimeoutException
FAILURES = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError)

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@contextmanager
def opened(
    url: str, headers: Sequence[tuple[bytes | str, bytes | str]], deadline: float, *, allow_private: bool
) -> Iterator[httpcore.Response]:
    """Open `url`; return the response, its body not read yet. `deadline`: by `time.monotonic()`.

    Raises `AddressRefusedError`, `FetchError`, `TimeIsUp`, and one of `FAILURES`.
    """
    backend = _Connections(deadline, allow_private=allow_private)
    with (
        httpcore.ConnectionPool(network_backend=backend) as pool,
        pool.stream("GET", url, headers=list(headers)) as response,
    ):
        yield response


class _Stream(httpcore.NetworkStream):
    """Wraps `inner`: each step may take as long as `left` says."""

    def __init__(self, inner: httpcore.NetworkStream, left: Callable[[], float]) -> None:
        self._inner = inner
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> _Stream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._left()), self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Connections(httpcore.NetworkBackend):
    """Connects only to public addresses, unless `allow_private`."""

    def __init__(self, deadline: float, *, allow_private: bool) -> None:
        self._deadline = deadline
        self._allow_private = allow_private
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> _Stream:
        """Return the first of the host's addresses that can be reached."""
        *others, last = addresses(host, port, self._allow_private)
        for address in others:
            try:
                return self._connected(address, port)
            except httpcore.ConnectError:
                continue
        return self._connected(last, port)

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("no sockets of this machine")

    def _connected(self, address: str, port: int) -> _Stream:
        return _Stream(self._plain.connect_tcp(address, port, self._left()), self._left)

    def _left(self) -> float:
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise httpcore.ReadTimeout("out of time")
        return remaining


def is_public(address: str) -> bool:
    """Return whether an IP address is public: not loopback, private, link-local, reserved or multicast."""
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
    """Look up `host`. Raises `AddressRefusedError` if any address is not public, unless `allow_private`."""
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(f"{host!r} cannot be found: {reason(error)}; check the name and the network") from error
    resolved = list(dict.fromkeys(str(entry[4][0]) for entry in infos))
    private = [address for address in resolved if not is_public(address)]
    if private and not allow_private:
        raise AddressRefusedError(
            f"{host!r} leads to {private[0]}, an address that is not public; add --allow-private if you trust it"
        )
    return resolved


def reason(error: Exception) -> str:
    """Return the reason of an error, on one line."""
    return " ".join(str(error).split()) or type(error).__name__
