"""Recognises words in pictures by RapidOCR, where the extra `ocr` is installed."""
