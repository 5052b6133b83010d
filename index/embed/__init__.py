"""Texts into vectors."""

from index.embedding.onnx import OnnxEmbedder, default_embedder
from index.embedding.protocol import Embedder
from index.embedding.sentence_transformer import SentenceTransformerEmbedder, load_embedder

__all__ = ["Embedder", "OnnxEmbedder", "SentenceTransformerEmbedder", "default_embedder", "load_embedder"]
