"""Shares what OpenDocument files have in common (ODF 1.3, part 3): names, words of a paragraph, metadata, passwords."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from index.errors import EncryptedFileError
from index.load.archive import MAX_XML, Parts, damaged
from index.load.parsed import Raw
from index.types import MetadataValue

_BASE = "{urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, DRAW = (f"{_BASE}{name}:1.0}}" for name in ("office", "text", "table", "drawing"))
_STYLE = f"{_BASE}style:1.0}}"
_META, _DC = f"{_BASE}meta:1.0}}", "{http://purl.org/dc/elements/1.1/}"
CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
# What stands beside the words of a paragraph.
ASIDE = frozenset((OFFICE + "annotation", OFFICE + "annotation-end", TEXT + "note", TEXT + "ruby-text", DRAW + "frame"))
_MOST_SPACES = 1000


def words_of(element: Any, noted: Callable[[str], str] | None = None) -> str:
    """Return the words of a paragraph or a heading, without remarks. `noted`: what stands for the number of a note."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == TEXT + "s":
            parts.append(" " * count_of(child, TEXT + "c", _MOST_SPACES))
        elif child.tag == TEXT + "tab":
            parts.append("\t")
        elif child.tag == TEXT + "line-break":
            parts.append("\n")
        elif child.tag == TEXT + "note" and noted is not None:
            parts.append(noted((child.findtext(TEXT + "note-citation") or "*").strip()))
        elif child.tag not in ASIDE:
            parts.append(words_of(child, noted))
        parts.append(child.tail or "")
    return "".join(parts)


def drop_hidden(root: Any) -> None:
    """Empty the paragraphs and stretches of a text whose style hides them or strikes them out."""
    styles = (style for style in root.iter(_STYLE + "style") if style.get(_STYLE + "name"))
    hidden = {
        style.get(_STYLE + "name") for style in styles if any(map(_hides, style.iter(_STYLE + "text-properties")))
    }
    elements = root.iter(TEXT + "span", TEXT + "p", TEXT + "h") if hidden else ()
    for element in [element for element in elements if element.get(TEXT + "style-name") in hidden]:
        after = element.tail
        element.clear()
        element.tail = after


def _hides(looks: Any) -> bool:
    struck = looks.get(_STYLE + "text-line-through-style", "none")
    return bool(looks.get(TEXT + "display") == "none" or struck != "none")


def count_of(element: Any, name: str, most: int) -> int:
    """Return a number that an attribute states, from 1 to `most`; 1 where it states none."""
    stated = element.get(name, "1")
    return max(1, min(int(stated), most)) if re.fullmatch(r"\d{1,9}", stated) else 1


def open_parts(raw: Raw, suffix: str, *, max_xml: int = MAX_XML) -> Parts:
    """Return the parts of a file that has content. Raises as `Parts`, and `EncryptedFileError` for one with a password.

    `max_xml`: bytes.
    """
    parts = Parts(raw, suffix, max_xml=max_xml)
    if _MANIFEST in parts and b"encryption-data" in parts.read(_MANIFEST):
        raise EncryptedFileError(f"{raw.name!r} opens with a password only; save it without one")
    if CONTENT not in parts:
        raise damaged(raw.name, suffix)
    return parts


def metadata_of(parts: Parts) -> dict[str, MetadataValue]:
    """Return title, author and date, as far as the file states them."""
    if "meta.xml" not in parts:
        return {}
    root = parts.tree("meta.xml")
    metadata: dict[str, MetadataValue] = {}
    for key, tags in (("title", [_DC + "title"]), ("author", [_META + "initial-creator", _DC + "creator"])):
        for element in root.iter(*tags):
            if text := " ".join((element.text or "").split()):
                metadata.setdefault(key, text)
    for element in root.iter(_DC + "date", _META + "creation-date"):
        stated = (element.text or "")[:10]
        if re.fullmatch(r"\d{4}-\d\d-\d\d", stated):
            metadata.setdefault("date", stated)
    return metadata
