"""Words in pictures, recognised by RapidOCR where the extra `ocr` is installed."""
