"""Dense search: the `VectorStore` protocol, and FAISS behind it."""

from index.vectors.building import LARGE_FROM, build_store, open_store, refit
from index.vectors.flat import FlatStore
from index.vectors.large import LargeStore
from index.vectors.protocol import Ids, SavedStore, Vectors, VectorStore

__all__ = [
    "LARGE_FROM",
    "FlatStore",
    "Ids",
    "LargeStore",
    "SavedStore",
    "VectorStore",
    "Vectors",
    "build_store",
    "open_store",
    "refit",
]
