"""PDF documents."""

from index.load.pdf.reading import FORMAT, read

__all__ = ["FORMAT", "read"]
