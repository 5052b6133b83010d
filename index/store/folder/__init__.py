"""An index on disk: a folder of immutable versions, and `CURRENT`, which names the live one.

docs/index-format.md describes every file.
"""
