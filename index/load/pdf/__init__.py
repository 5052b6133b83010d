"""PDF documents."""

from index.load.pdf.reading import read

__all__ = ["read"]
