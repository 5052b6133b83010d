"""Sources into Documents. One module a format, each with `segments(text)`; the suffix of a file chooses it."""

from index.loading.files import SUFFIXES, find_files, load, load_all

__all__ = ["SUFFIXES", "find_files", "load", "load_all"]
