"""Documents in, ranked passages out."""

from index.index import Index
from index.load import load, load_all
from index.offline import stay_offline
from index.types import Chunk, Document, Hit, ScoreParts, Segment, SegmentKind

stay_offline()

__all__ = ["Chunk", "Document", "Hit", "Index", "ScoreParts", "Segment", "SegmentKind", "load", "load_all"]
