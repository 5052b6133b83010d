"""Word documents (.docx)."""

from index.load.docx.reading import FORMAT, read

__all__ = ["FORMAT", "read"]
