"""Which kind of store keeps an index: the one place that knows that there are two."""

from __future__ import annotations

from pathlib import Path

from index.milvus.address import is_address
from index.milvus.store import CollectionStore
from index.store.folder.store import FolderStore
from index.store.protocol import Store


def open_store(address: str | Path) -> Store:
    """The store at `address`: collections in Milvus for an address of that kind, a folder for any other name.

    Nothing is read yet, and there need be none.
    """
    return CollectionStore(str(address)) if is_address(address) else FolderStore(Path(address))


def folder_of(address: str | Path) -> Path | None:
    """The folder on this machine in which the store at `address` keeps its files; None of an index in Milvus."""
    return None if is_address(address) else Path(address)
