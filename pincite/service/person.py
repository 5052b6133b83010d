"""Identifies the person or browser that sends a request, and its network: limits are counted for each of them."""

from __future__ import annotations

import ipaddress
from contextvars import ContextVar
from dataclasses import dataclass

__all__ = ["NOBODY", "Person", "current_person", "network_of"]


@dataclass(frozen=True, slots=True)
class Person:
    """The sender of a request. `key` tells people apart: the account, or without sign-in a secret of the browser.

    `address`: the network that the request came from. `signed_in`: whether `key` is an account's.
    """

    key: str
    address: str = ""
    signed_in: bool = False

    @property
    def place(self) -> str:
        """The key of limits that people may share: the account if there is one, else the address."""
        return self.key if self.signed_in else f"address {self.address}"


NOBODY = Person("address ")  # shares its place with nobody
current_person: ContextVar[Person] = ContextVar("current_person", default=NOBODY)
"""The person whose request is being answered, `NOBODY` outside one."""


def network_of(address: str) -> str:
    """Return the network that limits count: an IPv4 address, or the 64-bit prefix that IPv6 gives to a household."""
    try:
        parsed_address = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed_address, ipaddress.IPv6Address):
        if parsed_address.ipv4_mapped is not None:
            return str(parsed_address.ipv4_mapped)
        return str(ipaddress.ip_network((parsed_address, 64), strict=False))
    return str(parsed_address)
