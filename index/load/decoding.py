"""Decodes bytes into text, strictly: what cannot be decoded cannot be quoted.

UTF-16 and UTF-32 without a byte order mark are recognised by what the bytes mean in each order.
"""

from __future__ import annotations

import unicodedata

from index.errors import BinaryFileError, EncodingError, LoadError
from index.load.parsed import Raw

# Bytes that tell an encoding. A NUL among them means a file of another kind, not text in another encoding.
_LOOKED_AT = 8192
# What files of other kinds begin with, and no text does. A PDF can be text from its first byte to its last.
_SIGNATURES = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP or Office file",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"\x89PNG": "a picture",
    b"GIF87a": "a picture",
    b"GIF89a": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a gzip file",
    b"\x7fELF": "a program",
    b"SQLite format 3\0": "a database",
}

_MARKS = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_WIDTHS = {"utf-32-le": 4, "utf-32-be": 4, "utf-16-le": 2, "utf-16-be": 2}
_FEWEST = 4  # characters that tell an encoding, at least
_PLAUSIBLE = 0.98  # share of characters that a text may hold
_FEWEST_COMMON = 0.01  # share of spaces, line ends and full stops, at least
_COMMON = frozenset(" \r\n\t.,、。，！？　")
# What the commonest characters are when their bytes are taken in the wrong order.
_SWAPPED = frozenset("\u2000\u0a00\u0d00\u0900\u2e00\u2c00")
_PAGES = 0.5  # share of characters that begin a page of Unicode (256 code points) of their own, at most


def decode(raw: Raw, encoding: str | None = None) -> str:
    """Return the text of `raw` in `encoding` (default: the server's charset, or `raw.encoding`); newlines and BOM stay.

    Raises `EncodingError`, naming the byte, and `BinaryFileError` for a file of another kind or with NUL characters.
    """
    for signature, kind in _SIGNATURES.items():
        if raw.data.startswith(signature):
            message = f"{raw.name!r} is not text but {kind}; rename it with the right suffix, or leave it out"
            raise BinaryFileError(message, offset=0)
    encoding = encoding or raw.encoding or raw.charset or "utf-8"
    try:
        text = raw.data.decode(encoding)
    except UnicodeDecodeError as error:
        if (other := _other_kind(raw, encoding, error.start, raw.data.find(b"\0", 0, _LOOKED_AT))) is not None:
            raise other from error
        byte = raw.data[error.start]
        message = (
            f"{raw.name!r} is not {encoding}: byte 0x{byte:02x} at offset {error.start}; "
            "name its encoding with --encoding"
        )
        raise EncodingError(message, offset=error.start) from error
    except (LookupError, ValueError) as error:  # ValueError: a name with a NUL in it, or a codec that is none for text
        raise LoadError(f"there is no encoding {encoding!r}; try utf-8, latin-1 or cp1252") from error
    at = max(0, raw.data.find(b"\0"))
    if "\0" in text and (other := _other_kind(raw, encoding, at, at)) is not None:
        raise other
    return text


def decode_marked(raw: Raw) -> str:
    """Decode as `decode` does; by the byte order mark of UTF-16 or UTF-32 where `raw` states no encoding.

    For formats whose text is not kept as it is written.
    """
    stated = raw.encoding or raw.charset
    return decode(raw, None if stated else marked_encoding(raw.data))


def _other_kind(raw: Raw, encoding: str, at: int, nul: int) -> EncodingError | None:
    """Return the error for bytes of another encoding, or of no text, which have a NUL at byte `nul`; or None."""
    wide = wide_encoding(raw.data)
    if wide is not None and encoding.lower().replace("_", "-") != wide:
        mark = "" if marked_encoding(raw.data) else " without a byte order mark"
        message = f"{raw.name!r} is not {encoding} but {wide}{mark}; load it with --encoding {wide}"
        return EncodingError(message, offset=at)
    if nul < 0:
        return None
    message = f"{raw.name!r} is not text: it has a NUL at byte {nul}; rename it with the right suffix, or leave it out"
    return BinaryFileError(message, offset=nul)


def marked_encoding(data: bytes) -> str | None:
    """Return the encoding of two or four bytes a character that the byte order mark names; None without a mark."""
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
