"""Documents in, ranked chunks out."""

from index.index import Index
from index.load import load, load_all
from index.types import Chunk, Document, Hit, ScoreParts, Segment, SegmentKind

__all__ = ["Chunk", "Document", "Hit", "Index", "ScoreParts", "Segment", "SegmentKind", "load", "load_all"]
