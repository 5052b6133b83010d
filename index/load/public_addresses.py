"""Looks up the addresses of a host name, and tells whether they are on the open internet."""

from __future__ import annotations

import ipaddress
import socket

from index.errors import AddressRefusedError, FetchError

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


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
