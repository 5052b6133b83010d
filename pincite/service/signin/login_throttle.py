"""Slows down failed sign-ins: the more an address or a name has failed, the longer until the next try."""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from cachetools import TTLCache

__all__ = ["LoginThrottle", "network_of"]

FREE = 3  # failures without a wait
LONGEST = 60.0  # seconds to wait at most
FORGOTTEN = 900.0  # seconds after the last failure
REMEMBERED = 10_000  # addresses and names


@dataclass(slots=True)
class _Failures:
    count: int
    last: float

    def wait(self, now: float) -> float:
        """Return the seconds until the next attempt: none, then 1, 2, 4 … from the last failure on."""
        if self.count < FREE:
            return 0.0
        return max(0.0, self.last + min(LONGEST, 2.0 ** min(self.count - FREE, 10)) - now)


class LoginThrottle:
    """Counts failures by address and by user name. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: TTLCache[tuple[str, str], _Failures] = TTLCache(REMEMBERED, FORGOTTEN, clock)
        self._lock = Lock()

    def begin(self, address: str, user: str) -> int:
        """Begin an attempt: return 0, or else the seconds to wait. An attempt counts as a failure until it succeeds,
        so that many at once count as many."""
        now = self._clock()
        keys = (("address", network_of(address)), ("user", user))
        with self._lock:
            before = [self._failures.get(key, _Failures(0, now)) for key in keys]
            wait = max(failures.wait(now) for failures in before)
            if wait > 0:
                return math.ceil(wait)
            for key, failures in zip(keys, before, strict=True):
                self._failures[key] = _Failures(failures.count + 1, now)
            return 0

    def succeeded(self, address: str, user: str) -> None:
        """Take back the failure of the attempt that began. Others from the same address stay."""
        with self._lock:
            self._failures.pop(("user", user), None)
            failures = self._failures.get(("address", network_of(address)))
            if failures is not None:
                failures.count = max(0, failures.count - 1)


def network_of(address: str) -> str:
    """Return the network that is counted: an IPv4 address, or the 64-bit prefix of an IPv6 address, one household's."""
    try:
        parsed_address = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed_address, ipaddress.IPv6Address):
        if parsed_address.ipv4_mapped is not None:
            return str(parsed_address.ipv4_mapped)
        return str(ipaddress.ip_network((parsed_address, 64), strict=False))
    return str(parsed_address)
