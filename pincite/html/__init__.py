"""Holds what all HTML written here shares: marks on a text, and data inside a page."""
