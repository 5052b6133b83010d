"""Loads sources into Documents. A format is a module with a `read`, registered in `formats` by its suffixes."""

from index.load.files import MAX_BYTES, Failure, LoadConfig, Loading, load, load_all, load_each, load_pasted
from index.load.finding import Globs, find_files, is_url
from index.load.metadata import Metadata

__all__ = [
    "MAX_BYTES",
    "Failure",
    "Globs",
    "LoadConfig",
    "Loading",
    "Metadata",
    "find_files",
    "is_url",
    "load",
    "load_all",
    "load_each",
    "load_pasted",
]
