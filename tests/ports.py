"""Ports for servers that tests start, free whatever else runs on this machine: another run of the tests, say."""

from __future__ import annotations

import random
import socket

__all__ = ["free_port"]

_chance = random.SystemRandom()  # Hypothesis seeds the other one, and two runs at once would draw the same
_given: set[int] = set()


def free_port() -> int:
    """A port that nobody holds, drawn below those that outgoing connections take; another one each time."""
    for _ in range(1_000):
        port = _chance.randrange(20_000, 32_000)
        if port not in _given and _can_be_bound(port):
            _given.add(port)
            return port
    raise OSError("no port from 20000 to 31999 is free")


def _can_be_bound(port: int) -> bool:
    """On all addresses, as Milvus does, and without passing over connections that are just ending."""
    with socket.socket() as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True
