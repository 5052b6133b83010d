"""What an index is made of, and how it is made and kept."""
