"""Chooses the store of an index: the one place that knows both kinds, folders and Milvus."""

from __future__ import annotations

from pathlib import Path

from index.milvus.address import is_address
from index.store.folder.store import FolderStore
from index.store.protocol import Store


def open_store(address: str | Path) -> Store:
    """Return the store at `address`: collections for an address of Milvus, a folder for any other name.

    Nothing is read yet, and the index need not exist.
    """
    if not is_address(address):
        return FolderStore(Path(address))
    from index.milvus.store import CollectionStore  # imported here because most indexes are folders

    return CollectionStore(str(address))


def folder_of(address: str | Path) -> Path | None:
    """Return the folder on this machine where the store at `address` keeps its files; None for an index in Milvus."""
    return None if is_address(address) else Path(address)
