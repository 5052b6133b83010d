"""What is checked before models and Gradio are loaded: whether a server can listen, and whom it would let in."""

from __future__ import annotations

import errno
import ipaddress
import socket
from pathlib import Path

from index.errors import PinciteError
from pincite.records.feedback import Feedback, feedback_file
from pincite.service.signin.users import Users
from qa.errors import FeedbackFileError, OpenServerError

__all__ = ["PORT", "is_loopback", "listen", "require_free", "require_sign_in", "where"]

PORT = 7860  # where a port is not named
LAST_PORT = PORT + 99  # the last that is tried then


def listen(host: str, port: int | None) -> socket.socket:
    """Listen there; where no port is named, at 7860 or the first free one after it.

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
                reason = str(error.strerror).partition(" (while")[0]  # `create_server` names the address once more
                raise PinciteError(f"cannot listen on {host}:{number} ({reason}); choose another --port") from error
    raise AssertionError("the last port is either free or an error")


def require_free(host: str, port: int | None) -> None:
    """Raises `PinciteError` if nothing can listen there, as `listen` does."""
    listen(host, port).close()


def where(address: str, wanted: int | None, port: int) -> str:
    """The line that says where the page is, and that it is not where it would be."""
    moved = "" if port == (wanted or PORT) else f"Port {PORT} is taken, so "
    return f"{moved}Pincite is at {address} (Ctrl+C stops it)"


def require_sign_in(host: str, auth: str | Path | None, *, insecure: bool = False) -> None:
    """Raises `OpenServerError` if others than this machine could come without signing in, and nobody said they may.

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
    """Whether `host` is a name or address under which only this machine itself is reached."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def feedback_store(host: str, named: str | Path | None) -> Feedback | None:
    """Where what visitors say of answers is kept, with the documents' text: `named`, or the user's own file.

    None, where others than this machine can come and no file is named: nobody's text outlives their visit unasked.
    Raises `FeedbackFileError` for a file that cannot be one.
    """
    if named is None and not is_loopback(host):
        return None
    path = feedback_file(named)
    if path.is_dir() or (named is not None and not path.absolute().parent.is_dir()):
        raise FeedbackFileError(f"{str(path)!r} cannot hold feedback: it is a folder, or its own does not exist")
    return Feedback(path)
