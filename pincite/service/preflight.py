"""Holds a server's settings; checks its port and who may connect, before models and Gradio load."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import PinciteError
from pincite.records.feedback import Feedback, feedback_file
from pincite.service.signin.users import Users
from qa.errors import FeedbackFileError, OpenServerError

__all__ = ["PORT", "is_loopback", "listen", "require_free", "require_sign_in", "where"]

PORT = 7860  # the first port that is tried if none is named
LAST_PORT = PORT + 99  # the last one


def listen(host: str, port: int | None) -> socket.socket:
    """Listen at the address; without a port, at 7860 or the next free one.

    Raises `PinciteError` if nothing can listen there.
    """
    if port is not None and not 0 < port < 65536:
        raise PinciteError(f"port {port} does not exist; give --port a number from 1 to 65535")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    first, last = (PORT, LAST_PORT) if port is None else (port, port)
    for number in range(first, last + 1):
        try:
            return socket.create_server((host, number), family=family, backlog=1024)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or number == last:
                reason = str(error.strerror).partition(" (while")[0]  # `create_server` repeats the address
                raise PinciteError(f"cannot listen on {host}:{number} ({reason}); choose another --port") from error
    raise AssertionError("the last port is either free or an error")


def require_free(host: str, port: int | None) -> None:
    """Raise `PinciteError` where `listen` would."""
    listen(host, port).close()


def where(address: str, wanted: int | None, port: int) -> str:
    """Return the line that names the page's address, and says so if the port is not the `wanted` one."""
    moved = "" if port == (wanted or PORT) else f"Port {PORT} is taken, so "
    return f"{moved}Pincite is at {address} (Ctrl+C stops it)"


def require_sign_in(host: str, auth: str | Path | None, *, insecure: bool = False) -> None:
    """Raise `OpenServerError` if other machines could connect without sign-in, unless that was allowed.

    Raises `UsersError` if the file `auth` cannot be used.
    """
    if auth is not None:
        Users.read(auth)
    elif not (insecure or is_loopback(host)):
        raise OpenServerError(
            f"on {host} everybody who reaches this machine could ask and read its documents; give --auth FILE so that "
            "they sign in, or --insecure to let them"
        )


def is_loopback(host: str) -> bool:
    """Return whether `host` is a name or address that only this machine can reach."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def feedback_store(host: str, named: str | Path | None) -> Feedback | None:
    """Return the file for visitors' feedback, with the documents' text: `named`, or the user's own file.

    None if other machines can connect and no file is named: visitors' texts are not kept unless asked for.
    Raises `FeedbackFileError` for an invalid file.
    """
    if named is None and not is_loopback(host):
        return None
    path = feedback_file(named)
    if path.is_dir() or (named is not None and not path.absolute().parent.is_dir()):
        raise FeedbackFileError(
            f"{str(path)!r} cannot hold feedback: it is a folder, or the folder it is in does not exist"
        )
    return Feedback(path)


@dataclass(frozen=True, slots=True)
class ServeConfig:
    """`host` and `port`: where to listen. `auth`: the file of people who may sign in; None lets everybody in.

    `mcp`: whether to serve MCP too. `hosts`: other host names of the server, behind a proxy. `timeout`:
    seconds that a program's request may take; `body_seconds`: within which its body has to arrive. `log_text`:
    whether the log may contain questions and answers.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    auth: str | Path | None = None
    mcp: bool = False
    hosts: Sequence[str] = ()
    timeout: float = 60.0
    body_seconds: float = 30.0
    log_level: str = "info"
    log_text: bool = False

    def __post_init__(self) -> None:
        if not min(self.timeout, self.body_seconds) > 0:
            raise ValueError(f"timeout is {self.timeout}, body_seconds {self.body_seconds}; give seconds above 0")

    @property
    def address(self) -> str:
        """The address for a browser."""
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"
