"""Who asks: the person or the browser behind a request, and the address it comes from. What limits count by."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

__all__ = ["NOBODY", "Person", "current_person"]


@dataclass(frozen=True, slots=True)
class Person:
    """`key` tells people apart; it is a secret of a browser's where nobody signed in.

    `address`: the network that the request came from. `signed_in`: whether `key` is an account's.
    """

    key: str
    address: str = ""
    signed_in: bool = False

    @property
    def place(self) -> str:
        """What people share whom nothing but their address tells apart; an account stands for itself."""
        return self.key if self.signed_in else f"address {self.address}"


NOBODY = Person("address ")  # alone at its place
current_person: ContextVar[Person] = ContextVar("current_person", default=NOBODY)
"""The person whose request is being answered, `NOBODY` outside one."""
