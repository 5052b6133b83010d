"""What every HTML that is written here shares: marks on a text, and data inside a page."""
