"""Identifies who asks: the person or browser behind a request, and its address or network. Limits count by it."""

from __future__ import annotations

import ipaddress
from contextvars import ContextVar
from dataclasses import dataclass

__all__ = ["NOBODY", "Person", "current_person", "network_of"]


@dataclass(frozen=True, slots=True)
class Person:
    """`key` tells people apart; without sign-in it is a secret of the browser.

    `address`: the network that the request came from. `signed_in`: whether `key` is an account's.
    """

    key: str
    address: str = ""
    signed_in: bool = False

    @property
    def place(self) -> str:
        """The key that limits share: an account's own, else the address, which several people may have."""
        return self.key if self.signed_in else f"address {self.address}"


NOBODY = Person("address ")  # alone at its place
current_person: ContextVar[Person] = ContextVar("current_person", default=NOBODY)
"""The person whose request is being answered, `NOBODY` outside one."""


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
