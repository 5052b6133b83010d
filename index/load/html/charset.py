"""Decodes a page's bytes by the charset that fits them, which may not be the one that the page declares."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from dataclasses import replace

from index.errors import BinaryFileError, EncodingError
from index.load.decoding import decode, marked_encoding
from index.load.parsed import Raw
from index.types import Unread, UnreadKind

_XML_ENCODING = re.compile(rb"""\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9_.:-]{1,40})["']""")
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_LOOKED_AT = 4096  # where a charset may be declared
# What these names stand for on the web (WHATWG Encoding Standard, 4.2).
_AS_ON_THE_WEB = {
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk", "gb_2312-80", "x-gbk"), "gb18030"),
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "big5": "big5hkscs",
    **dict.fromkeys(("utf8mb4", "unicode", "utf-16", "utf-16le", "utf-16be", "ucs-2", "utf-32"), "utf-8"),
}
_WIDE = tuple("utf u8 gb hz big5 cp932 cp949 cp950 ms shift sjis euc johab iso2022 iso-2022".split())
_FEWEST_WIDE = 3  # characters beyond ASCII of a text whose declared charset has two bytes a character, at least
_FOREIGN = 0.3  # share of a text's letters that lie above ASCII, at most, for it to be taken for Windows-1252
_FEW = 0.02  # share of a page's bytes that may be wrong in a charset, and the rest read
_WRONG = "\N{REPLACEMENT CHARACTER}"


def decode_page(raw: Raw) -> tuple[str, list[Unread]]:
    """Decode the page; return its text, and doubts about it.

    `Raw.encoding`, which the user names, is always used. A declared charset that does not fit is replaced by UTF-8, or
    by another one that fits; if none fits but few bytes are wrong, these become U+FFFD.
    Raises `EncodingError` and `BinaryFileError`.
    """
    if raw.encoding is not None:
        return decode(raw, raw.encoding), []
    marked = "utf-8-sig" if raw.data.startswith(codecs.BOM_UTF8) else marked_encoding(raw.data)
    name = _declared_name(raw)
    declared = marked or _known(name) or "utf-8"
    least = 1 if _is_narrow(declared) else _FEWEST_WIDE
    if marked is None and not _is_utf_8(declared) and (text := _as_utf_8(raw.data, least)) is not None:
        return text, [Unread(UnreadKind.ENCODING, detail=f"{name or declared} utf-8")]
    try:
        return decode(replace(raw, encoding=declared)), []
    except BinaryFileError:
        raise
    except EncodingError as error:
        text, encoding = _otherwise(raw, declared)
        if text is None:
            raise EncodingError(str(error), offset=error.offset) from error
    wrong = text.count(_WRONG) if encoding == declared else 0
    detail = encoding if encoding == declared else f"{name or declared} {encoding}"
    return text, [Unread(UnreadKind.ENCODING, count=wrong, detail=detail)]


def _is_narrow(encoding: str) -> bool:
    """Return whether every byte is a character in `encoding`: then any text decodes, but often wrongly."""
    return not encoding.lower().startswith(_WIDE)


def _as_utf_8(data: bytes, least: int) -> str | None:
    """Decode UTF-8 with at least `least` characters beyond ASCII, which other encodings rarely match by chance."""
    if data.isascii():
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if sum(character >= "\x80" for character in text) >= least else None


def _is_utf_8(encoding: str) -> bool:
    return encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig")


def _declared_name(raw: Raw) -> str | None:
    """Return the charset that the server, or else the page itself, names."""
    match = _META_CHARSET.search(raw.data, 0, _LOOKED_AT) or _XML_ENCODING.match(raw.data, 0, _LOOKED_AT)
    return raw.charset or (match[1].decode("ascii") if match else None)


def _known(name: str | None) -> str | None:
    """Return the encoding that a charset's name means on the web; None for an unknown name."""
    if name is None:
        return None
    name = _AS_ON_THE_WEB.get(name.lower(), name)
    try:
        b"a".decode(name)
    except UnicodeError:  # of two bytes a character, or more: a name all the same
        return name
    except (LookupError, ValueError):
        return None
    return name


def _otherwise(raw: Raw, declared: str) -> tuple[str | None, str]:
    """Return the text in a charset that fits, and its name; None if none does."""
    is_utf_8 = _is_utf_8(declared)
    if not is_utf_8:
        with suppress(EncodingError):
            return decode(replace(raw, encoding="utf-8")), "utf-8"
    text = raw.data.decode(declared, "replace")
    high = sum(byte >= 0x80 for byte in raw.data)
    if text.count(_WRONG) <= _FEW * len(raw.data) and text.count(_WRONG) <= 0.5 * high and "\0" not in text:
        return text, declared
    if is_utf_8 and raw.charset is None and not text.isascii() and _is_western(raw.data):
        return raw.data.decode("cp1252"), "cp1252"
    return None, declared


def _is_western(data: bytes) -> bool:
    """Return whether all bytes are Windows-1252, nearly all of those above ASCII letters and quotation marks."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    high = [character for character in text if character >= "\x80"]
    if sum(map(str.isalpha, high)) > _FOREIGN * sum(map(str.isalpha, re.sub(r"<[^>]{0,1000}>", "", text))):
        return False  # of a script of its own, such as Cyrillic
    return sum(c.isalpha() or c in "‘’“”–—…€£§°«»\xa0" for c in high) >= 0.9 * len(high)
