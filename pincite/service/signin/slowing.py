"""Failed attempts to sign in are slowed: the more of them from an address or at a name, the longer until the next."""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from cachetools import TTLCache

__all__ = ["Slowing", "network_of"]

FREE = 3  # failures without a wait
LONGEST = 60.0  # seconds to wait at most
FORGOTTEN = 900.0  # seconds after the last failure
REMEMBERED = 10_000  # addresses and names


@dataclass(slots=True)
class _Failures:
    count: int
    last: float

    def wait(self, now: float) -> float:
        """Seconds until the next attempt: none, then 1, 2, 4 … from the last failure on."""
        if self.count < FREE:
            return 0.0
        return max(0.0, self.last + min(LONGEST, 2.0 ** min(self.count - FREE, 10)) - now)


class Slowing:
    """Counts failures by address and by user name. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: TTLCache[tuple[str, str], _Failures] = TTLCache(REMEMBERED, FORGOTTEN, clock)
        self._lock = Lock()

    def begin(self, address: str, user: str) -> int:
        """0 if an attempt may be made now, else the seconds to wait. An attempt is a failure until it has succeeded,
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
        """The attempt that began was no failure. Others from the same address remain what they were."""
        with self._lock:
            self._failures.pop(("user", user), None)
            one = self._failures.get(("address", network_of(address)))
            if one is not None:
                one.count = max(0, one.count - 1)


def network_of(address: str) -> str:
    """What counts as one place: an IPv4 address, or the 64 bits of an IPv6 address that one household has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
