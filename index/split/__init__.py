"""Splits documents into sentences, and packs sentences into passages that fit every model."""
