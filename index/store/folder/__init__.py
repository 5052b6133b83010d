"""An index on disk: a folder of immutable versions, and `CURRENT`, which names the live one.

docs/index-format.md describes every file.
"""

from index.store.folder.layout import VECTORS, rebuild_hint
from index.store.folder.reading import OpenVersion, open_version
from index.store.folder.tables import Record, Tables, TableWriter
from index.store.folder.writing import BuildInfo, NewVersion, VectorSpool, new_version, sole_access

__all__ = [
    "VECTORS",
    "BuildInfo",
    "NewVersion",
    "OpenVersion",
    "Record",
    "TableWriter",
    "Tables",
    "VectorSpool",
    "new_version",
    "open_version",
    "rebuild_hint",
    "sole_access",
]
