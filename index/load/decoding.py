"""Decodes bytes into text, strictly: what cannot be decoded cannot be quoted."""

from __future__ import annotations

from index.errors import BinaryFileError, EncodingError, LoadError
from index.load.parsed import Raw
from index.load.utf16 import marked_encoding, wide_encoding

# A NUL this near to where decoding stopped means a file of another kind, not text in another encoding.
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
        wide = wide_encoding(raw.data)
        if wide is not None and encoding.lower().replace("_", "-") != wide:
            message = f"{raw.name!r} is not {encoding} but {wide}; load it with --encoding {wide}"
            raise EncodingError(message, offset=error.start) from error
        nul = raw.data.find(b"\0", 0, _LOOKED_AT)
        if nul >= 0:
            raise _binary(raw.name, nul) from error
        byte = raw.data[error.start]
        message = (
            f"{raw.name!r} is not {encoding}: byte 0x{byte:02x} at offset {error.start}; "
            "name its encoding with --encoding"
        )
        raise EncodingError(message, offset=error.start) from error
    except (LookupError, ValueError) as error:  # ValueError: a name with a NUL in it, or a codec that is none for text
        raise LoadError(f"there is no encoding {encoding!r}; try utf-8, latin-1 or cp1252") from error
    if "\0" in text:
        wide = wide_encoding(raw.data)
        if wide is not None and encoding.lower().replace("_", "-") != wide:
            message = (
                f"{raw.name!r} is not {encoding} but {wide} without a byte order mark; load it with --encoding {wide}"
            )
            raise EncodingError(message, offset=max(0, raw.data.find(b"\0")))
        raise _binary(raw.name, max(0, raw.data.find(b"\0")))
    return text


def decode_marked(raw: Raw) -> str:
    """As `decode`; in the UTF-16 or UTF-32 that the mark at its beginning says, where nothing else is said of `raw`.

    For formats whose text is not kept as it is written: what begins so is nothing else.
    """
    stated = raw.encoding or raw.charset
    return decode(raw, None if stated else marked_encoding(raw.data))


def _binary(name: str, offset: int) -> BinaryFileError:
    message = f"{name!r} is not text: it has a NUL at byte {offset}; rename it with the right suffix, or leave it out"
    return BinaryFileError(message, offset=offset)
