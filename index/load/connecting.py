"""Connects to addresses that were checked before; no connection lives past its deadline."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpcore2 as httpcore

from index.load.public_addresses import addresses

TimeIsUp = httpcore.TimeoutException
FAILURES = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError)


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
