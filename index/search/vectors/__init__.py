"""Dense search: the `VectorStore` protocol, and FAISS behind it."""

from index.search.vectors.building import LARGE_FROM, build_store, open_vectors, refit
from index.search.vectors.flat import FlatStore
from index.search.vectors.inverted_file import InvertedFileStore
from index.search.vectors.protocol import Ids, SavedStore, Vectors, VectorStore

__all__ = [
    "LARGE_FROM",
    "FlatStore",
    "Ids",
    "InvertedFileStore",
    "SavedStore",
    "VectorStore",
    "Vectors",
    "build_store",
    "open_vectors",
    "refit",
]
