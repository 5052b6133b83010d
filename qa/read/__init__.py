"""Questions and passages into scored spans."""

from qa.read.huggingface import HuggingFaceReader, load_reader
from qa.read.onnx import OnnxReader, default_reader
from qa.read.protocol import PassageReading, Reader, Reading, SpanScore

__all__ = [
    "HuggingFaceReader",
    "OnnxReader",
    "PassageReading",
    "Reader",
    "Reading",
    "SpanScore",
    "default_reader",
    "load_reader",
]
