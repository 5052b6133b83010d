"""The sample article, written for this project."""
