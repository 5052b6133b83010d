"""Turns texts into vectors."""

from index.embed.onnx import OnnxEmbedder, default_embedder
from index.embed.protocol import Embedder
from index.embed.sentence_transformer import SentenceTransformerEmbedder, load_embedder

__all__ = ["Embedder", "OnnxEmbedder", "SentenceTransformerEmbedder", "default_embedder", "load_embedder"]
