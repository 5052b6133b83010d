"""Markdown."""

from index.load.markdown.reading import read

__all__ = ["read"]
