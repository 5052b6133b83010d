"""HTML pages."""

from index.load.html.reading import FORMAT, add_page, read

__all__ = ["FORMAT", "add_page", "read"]
