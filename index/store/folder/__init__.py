"""An index on disk: a folder of immutable versions, and `CURRENT`, which names the live one.

docs/index-format.md describes every file.
"""

from index.storage.layout import VECTORS, rebuild_hint
from index.storage.reading import OpenVersion, open_version
from index.storage.tables import Record, Tables, TableWriter
from index.storage.writing import Made, NewVersion, VectorSpool, new_version, sole_access

__all__ = [
    "VECTORS",
    "Made",
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
