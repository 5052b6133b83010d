"""HTML pages."""

from index.load.html.reading import FORMAT, read

__all__ = ["FORMAT", "read"]
