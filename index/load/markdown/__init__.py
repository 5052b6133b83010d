"""Markdown."""

from index.load.markdown.reading import FORMAT, read

__all__ = ["FORMAT", "read"]
