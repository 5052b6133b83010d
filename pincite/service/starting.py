"""What is checked before models and Gradio are loaded: whether a server can listen, and whom it would let in."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path

from index.errors import PinciteError
from pincite.records.feedback import Feedback, feedback_file
from pincite.service.signin.users import Users
from qa.errors import FeedbackFileError, OpenServerError

__all__ = ["is_loopback", "require_free", "require_sign_in"]


def require_free(host: str, port: int) -> None:
    """Raises `PinciteError` if nothing can listen there."""
    if not 0 < port < 65536:
        raise PinciteError(f"port {port} does not exist; give --port a number from 1 to 65535")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that a server has just left is free
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PinciteError(f"cannot listen on {host}:{port} ({error.strerror}); choose another --port") from error


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
