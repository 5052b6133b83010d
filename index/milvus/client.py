"""Connects to Milvus by pymilvus, imported here alone and on first use, and explains its errors."""

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

# Milliseconds between two signs of life to milvus-lite, which complains on stderr of more than one in five minutes.
QUIET = 7_200_000
# Milvus' codes for what a lost node brings until another has its work, 65535 being all that 2.3 says of a query node.
LOST = frozenset({1, 2, 401, 500, 503, 601, 901, 902, 903, 904, 65535})
# Seconds before a question is put again.
PAUSES = (0.2, 1.0, 3.0)


def connect(address: Address, *, new: bool, settings: Settings) -> Any:
    """Connect. `new`: a file may be made. Raises `MissingExtraError`, and `IndexStoreError` if nobody answers."""
    module = pymilvus()
    if address.host is None:
        options: dict[str, Any] = {"uri": _data_file(address, new), "grpc_options": {"grpc.keepalive_time_ms": QUIET}}
    else:
        scheme = "https" if settings.tls else "http"
        options = {"uri": f"{scheme}://{address.host}", "timeout": settings.timeout, **settings.secured()}
    with errors(address):
        return module.MilvusClient(**options)


def retry(ask: Callable[[], Answer]) -> Answer:
    """Call `ask`, which changes nothing, and retry it some times, while a lost node is being replaced."""
    for pause in PAUSES:
        try:
            return ask()
        except pymilvus().MilvusException as error:
            if error.is_input_error or not (error.retriable or error.code in LOST):
                raise
        sleep(pause)
    return ask()


def _data_file(address: Address, new: bool) -> str:
    """Return where milvus-lite keeps its data: a folder, whose name has to end in .db. Opening would make it."""
    path = Path(str(address.path))
    path = path.absolute() if path.suffix == ".db" else path.absolute().with_name(f"{path.name}.db")
    if not path.parent.is_dir():
        raise IndexStoreError(f"{address.text!r} lies in a folder that is not there; make {str(path.parent)!r} first")
    if not new and not path.exists():
        raise IndexNotFoundError(no_index(address.text))
    return str(path)


def pymilvus() -> Any:
    """Return the package. Raises `MissingExtraError` where it is not installed."""
    try:
        import pymilvus
    except ImportError as error:
        raise MissingExtraError("Milvus", "milvus") from error
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it logs with a traceback what it raises as well
    return pymilvus


@contextmanager
def errors(address: Address) -> Iterator[None]:
    """Raise whatever pymilvus raises as `IndexStoreError`, in one line."""
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
            "close that, or run a Milvus server"
        )
    if "onnect" in message:
        return f"cannot reach Milvus at {address.text!r}: {message}; start it, or check the address"
    return f"Milvus at {address.text!r} says: {message}"
