"""Recognises UTF-16 and UTF-32 without a byte order mark, by what the bytes mean in each order."""

from __future__ import annotations

import unicodedata

_MARKS = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_WIDTHS = {"utf-32-le": 4, "utf-32-be": 4, "utf-16-le": 2, "utf-16-be": 2}
_LOOKED_AT = 8192  # bytes
_FEWEST = 4  # characters that tell an encoding, at least
_PLAUSIBLE = 0.98  # share of characters that a text may hold
_FEWEST_COMMON = 0.01  # share of spaces, line ends and full stops, at least
_COMMON = frozenset(" \r\n\t.,、。，！？　")
# What the commonest characters are when their bytes are taken in the wrong order.
_SWAPPED = frozenset("\u2000\u0a00\u0d00\u0900\u2e00\u2c00")
_PAGES = 0.5  # share of characters that begin a page of Unicode (256 code points) of their own, at most


def marked_encoding(data: bytes) -> str | None:
    """Which encoding of two or four bytes a character the mark at the beginning of `data` names; None for no mark."""
    return next((encoding for mark, encoding in _MARKS.items() if data.startswith(mark)), None)


def wide_encoding(data: bytes) -> str | None:
    """Return the encoding of two or four bytes a character that `data` is in, or None."""
    if (marked := marked_encoding(data)) is not None:
        return marked
    sample = data[:_LOOKED_AT]
    for encoding, width in _WIDTHS.items():
        whole = sample[: len(sample) - len(sample) % width]  # the last character may be cut short
        if len(whole) >= _FEWEST * width and _is_text(whole, encoding):
            return encoding
    return None


def _is_text(sample: bytes, encoding: str) -> bool:
    text = sample.decode(encoding, "replace")
    if "\0" in text or "\ufffd" in text[:-1]:
        return False
    good = sum(_is_likely(c) for c in text)
    common = sum(c in _COMMON for c in text)
    pages = {ord(c) >> 8 for c in text if not _is_ideograph(c)}
    return (
        good >= _PLAUSIBLE * len(text)
        and (text.isascii() or common >= max(1, _FEWEST_COMMON * len(text)))
        and len(pages) <= max(3, _PAGES * len(text) ** 0.5)
    )


def _is_likely(character: str) -> bool:
    if character in _SWAPPED:
        return False
    return character in "\r\n\t\f\ufeff" or unicodedata.category(character) not in ("Cc", "Cn", "Co", "Cs")


def _is_ideograph(character: str) -> bool:
    return "\u3000" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7af"
