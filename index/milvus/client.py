"""Connects to Milvus with pymilvus, imported only here and on first use, and explains its errors."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any, TypeVar

from index.errors import IndexNotFoundError, IndexStoreError, MissingExtraError
from index.milvus.address import Address
from index.milvus.settings import Settings
from index.store.build_info import no_index

Answer = TypeVar("Answer")

# Milliseconds between keepalive pings to milvus-lite, which warns on stderr if there is more than one in five minutes.
PING = 7_200_000
# Milvus' error codes until another node has taken over from a lost one; 2.3 reports a lost query node only as 65535.
LOST_NODE = frozenset({1, 2, 401, 500, 503, 601, 901, 902, 903, 904, 65535})
# Seconds before each retry.
PAUSES = (0.2, 1.0, 3.0)


def connect(address: Address, *, new: bool, settings: Settings) -> Any:
    """Return a client. `new`: may create the file. Raises `MissingExtraError` or `IndexStoreError`."""
    module = pymilvus()
    if address.host is None:
        options: dict[str, Any] = {"uri": _data_file(address, new), "grpc_options": {"grpc.keepalive_time_ms": PING}}
    else:
        scheme = "https" if settings.tls else "http"
        options = {"uri": f"{scheme}://{address.host}", "timeout": settings.timeout, **settings.secured()}
    with errors(address):
        return module.MilvusClient(**options)


def retry(request: Callable[[], Answer]) -> Answer:
    """Return the answer to `request`, which changes nothing; retry it while a lost node is being replaced."""
    for pause in PAUSES:
        try:
            return request()
        except pymilvus().MilvusException as error:
            if error.is_input_error or not (error.retriable or error.code in LOST_NODE):
                raise
        sleep(pause)
    return request()


def _data_file(address: Address, new: bool) -> str:
    """Return the folder with the data of milvus-lite. Its name has to end in .db; opening would create it."""
    path = Path(str(address.path))
    path = path.absolute() if path.suffix == ".db" else path.absolute().with_name(f"{path.name}.db")
    if not path.parent.is_dir():
        raise IndexStoreError(f"{address.text!r} is in a folder that does not exist; create {str(path.parent)!r} first")
    if not new and not path.exists():
        raise IndexNotFoundError(no_index(address.text))
    return str(path)


def pymilvus() -> Any:
    """Return the package. Raises `MissingExtraError` where it is not installed."""
    try:
        import pymilvus
    except ImportError as error:
        raise MissingExtraError("Milvus", "milvus") from error
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it also logs, with a traceback, what it raises
    return pymilvus


@contextmanager
def errors(address: Address) -> Iterator[None]:
    """Turn the errors of pymilvus into `IndexStoreError`, in one line."""
    import grpc

    module = pymilvus()
    try:
        yield
    except (module.MilvusException, grpc.RpcError) as error:
        message = error.message if isinstance(error, module.MilvusException) else error.details()
        raise IndexStoreError(_explained(address, str(message).strip().partition("\n")[0])) from error


def _explained(address: Address, message: str) -> str:
    if "local milvus failed" in message:
        return (
            f"cannot open {address.text!r}: it is not a milvus-lite file, or another process has it open; "
            "close that process, or run a Milvus server"
        )
    if "onnect" in message:
        return f"cannot reach Milvus at {address.text!r}: {message}; start it, or check the address"
    return f"Milvus at {address.text!r} reports: {message}"
