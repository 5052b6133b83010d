"""HTML, by trafilatura: the story and not the menu, its blocks as segments."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from index.errors import DamagedFileError, EmptyDocumentError, SourceTooLargeError
from index.loading.decoding import decode
from index.loading.parsed import Composer, Format, Parsed, Raw, table_text
from index.types import SegmentKind

# Far above any page that people wrote, and still read in seconds.
MAX_CHARACTERS = 20_000_000
MAX_ELEMENTS = 200_000
MAX_TAGS = 4 * MAX_ELEMENTS  # signs that may begin one: known before the tree, which takes a hundred bytes for each
MANY_ELEMENTS = 20_000  # from here on, trafilatura's second opinions would take too long
MAX_DEPTH = 200

Element = Any  # lxml's, of trafilatura's tree

_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_LOOKED_AT = 4096  # where a charset may be declared
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# What the web calls Latin-1 is Windows-1252 (WHATWG Encoding Standard, 4.2).
_AS_ON_THE_WEB = {"iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252"}
_BLOCKS = {"head", "p", "list", "table", "quote", "code", "item"}
_LOGGERS = ("trafilatura", "htmldate", "courlan", "justext")
_METADATA = ("title", "author", "date", "sitename", "url")


def read(raw: Raw) -> Parsed:
    """The main text of a page; `metadata` has its title, author, date, sitename and url where it states them.

    Raises `EncodingError`, `SourceTooLargeError`, `DamagedFileError`, and `EmptyDocumentError` where nothing is left
    beside menus.
    """
    text = decode(raw, _encoding(raw))
    if len(text) > MAX_CHARACTERS:
        raise SourceTooLargeError(
            f"{raw.name!r} has {len(text)} characters of HTML; the limit is {MAX_CHARACTERS}, so split it"
        )
    tags = text.count("<")
    if tags > MAX_TAGS:
        raise SourceTooLargeError(f"{raw.name!r} has {tags} tags of HTML; the limit is {MAX_TAGS}, so split it")
    if not text.strip():
        raise EmptyDocumentError(f"{raw.name!r} is empty; give a page with some words in it")
    story = _extract(raw, text)
    if story is None:
        raise EmptyDocumentError(f"{raw.name!r} holds no story, only menus or scripts; save the page with its text")
    composer = Composer()
    _blocks(composer, story.body)
    found = {name: getattr(story, name) for name in _METADATA}
    return composer.parsed({name: value for name, value in found.items() if isinstance(value, str) and value.strip()})


def _encoding(raw: Raw) -> str | None:
    for bom, encoding in _BOMS.items():
        if raw.data.startswith(bom):
            return encoding
    declared = _META_CHARSET.search(raw.data, 0, _LOOKED_AT)
    name = raw.charset or (declared[1].decode("ascii") if declared else None)
    return _AS_ON_THE_WEB.get(name.lower(), name) if name else None


def _extract(raw: Raw, text: str) -> Any:
    from trafilatura import bare_extraction
    from trafilatura.utils import load_html

    for name in _LOGGERS:
        logging.getLogger(name).addHandler(logging.NullHandler())  # what matters is raised; stderr is not theirs
    text = text.removeprefix("\ufeff")
    tree = load_html(text if "html" in text[:50].lower() else f"<html>{text}</html>")
    if tree is None:
        raise DamagedFileError(f"{raw.name!r} cannot be read as HTML; check that it is a web page")
    many = _elements(raw.name, tree) > MANY_ELEMENTS
    return bare_extraction(
        tree, url=raw.url, fast=many, include_comments=False, include_tables=True, with_metadata=True
    )


def _elements(name: str, tree: Element) -> int:
    """How many there are. Raises `SourceTooLargeError`: what follows goes as deep as the tree, and takes time."""
    level, depth, elements = [tree], 0, 0
    while level:
        depth, elements = depth + 1, elements + len(level)
        if depth > MAX_DEPTH or elements > MAX_ELEMENTS:
            raise SourceTooLargeError(
                f"{name!r} nests elements deeper than {MAX_DEPTH} or has more than {MAX_ELEMENTS}; simplify or split it"
            )
        level = [child for element in level for child in element]
    return elements


def _blocks(composer: Composer, parent: Element) -> None:
    """The blocks of trafilatura's tree (TEI names); text beside them is a paragraph."""
    if not any(child.tag in _BLOCKS for child in parent):
        composer.add(SegmentKind.PARAGRAPH, _inline(parent))
        return
    loose = [parent.text or ""]
    for child in parent:
        if child.tag in _BLOCKS:
            composer.add(SegmentKind.PARAGRAPH, _spaced("".join(loose)))
            loose = []
            _block(composer, child)
        else:
            loose.append(_flat(child))
        loose.append(child.tail or "")
    composer.add(SegmentKind.PARAGRAPH, _spaced("".join(loose)))


def _block(composer: Composer, element: Element) -> None:
    match element.tag:
        case "head":
            composer.add(SegmentKind.HEADING, _inline(element), level=_level(element))
        case "list":
            for number, text in enumerate(_items(element)):
                composer.add(SegmentKind.LIST_ITEM, text, joint="\n" if number else "\n\n")
        case "table":
            rows = [[_inline(cell) for cell in row.iter("cell")] for row in element.iter("row")]
            composer.add(SegmentKind.TABLE, table_text(rows))
        case "quote":
            paragraphs = [_inline(child) for child in element.iter("p")] or [_inline(element)]
            for text in paragraphs:
                composer.add(SegmentKind.QUOTE, text)
        case "code":
            composer.add(SegmentKind.CODE, "".join(element.itertext()).strip("\r\n"))
        case _:
            _blocks(composer, element)


def _items(listing: Element) -> Iterator[str]:
    """The items of a list and of the lists inside them, each without those below it."""
    for item in listing.iter("item"):
        parts = [item.text or ""]
        for child in item:
            parts += ["" if child.tag == "list" else _flat(child), child.tail or ""]
        text = _spaced("".join(parts))
        if text:
            yield text


def _level(head: Element) -> int:
    rend = head.get("rend", "")
    return int(rend[1]) if re.fullmatch(r"h[1-6]", rend) else 2


def _inline(element: Element) -> str:
    return _spaced(_flat(element))


def _flat(element: Element) -> str:
    """The words of an element, a line break as a space."""
    parts = [" " if element.tag == "lb" else "", element.text or ""]
    for child in element:
        around = " " if child.tag in _BLOCKS else ""
        parts += [around, _flat(child), around, child.tail or ""]
    return "".join(parts)


def _spaced(text: str) -> str:
    """White space as a browser shows it: one space, but a no-break space stays."""
    return re.sub(r"[ \t\r\n\f]+", " ", text).strip(" ")


FORMAT = Format(("text/html", "application/xhtml+xml"), (".html", ".htm"), read)
