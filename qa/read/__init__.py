"""Questions and passages into scored spans."""

from qa.reading.huggingface import HuggingFaceReader, load_reader
from qa.reading.onnx import OnnxReader, default_reader
from qa.reading.protocol import PassageReading, Reader, Reading, SpanScore

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
