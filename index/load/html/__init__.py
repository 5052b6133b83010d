"""HTML pages."""

from index.load.html.reading import add_page, read

__all__ = ["add_page", "read"]
