"""Word documents (.docx)."""

from index.load.docx.reading import read

__all__ = ["read"]
