"""Builds and keeps indexes."""
