"""Reads passages for questions: gives scored spans."""

from qa.read.huggingface import HuggingFaceReader, load_reader
from qa.read.onnx import OnnxReader, default_reader
from qa.read.protocol import PassageReading, Reader, Reading, SpanScore, TokenEvidence, VerdictLogits

__all__ = [
    "HuggingFaceReader",
    "OnnxReader",
    "PassageReading",
    "Reader",
    "Reading",
    "SpanScore",
    "TokenEvidence",
    "VerdictLogits",
    "default_reader",
    "load_reader",
]
