"""Books (.epub, EPUB 2 and 3): the chapters in reading order, each page read as a web page is, whole."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from html.entities import name2codepoint
from typing import Any
from urllib.parse import unquote

from index.errors import EmptyDocumentError, EncryptedFileError
from index.load.archive import Parts, damaged
from index.load.html.charset import decode_page
from index.load.html.reading import add_page
from index.load.parsed import Composer, Parsed, Raw
from index.types import MetadataValue, SegmentKind

SUFFIX = ".epub"
_CONTAINER, _RIGHTS = "META-INF/container.xml", "META-INF/encryption.xml"
_OPF, _DC = "{http://www.idpf.org/2007/opf}", "{http://purl.org/dc/elements/1.1/}"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_XHTML, _NCX = "{http://www.w3.org/1999/xhtml}", "{http://www.daisy.org/z3986/2005/ncx/}"
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>\s*")
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,10});")
_ENTITIES = re.compile(rb"<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>", re.DOTALL)


def read(raw: Raw) -> Parsed:
    """Return the pages of the book. `metadata` has title, author and date where they are stated.

    Raises `DamagedFileError`, `EncryptedFileError`, `EmptyDocumentError`, `SourceTooLargeError`.
    """
    parts = Parts(raw, SUFFIX)
    package_path = _package_path(raw, parts)
    package = parts.tree(package_path)
    items = _items(package, posixpath.dirname(package_path))
    names = _chapter_names(parts, package, items)
    composer = Composer()
    chapter = ""
    for path, kind in _spine(package, items):
        if path in parts and kind in _PAGES:
            chapter = names.get(path, chapter)
            first = len(composer.segments)
            text, doubts = decode_page(Raw(raw.name, _ENTITIES.sub(b"", parts.read(path), count=1)))
            add_page(composer, raw.name, _as_html(text))
            composer.unread += doubts
            if chapter:
                composer.enclose(SegmentKind.CHAPTER, first, name=chapter)
    if not composer.segments:
        raise EmptyDocumentError(f"{raw.name!r} holds no text to quote; a book of pictures needs OCR first")
    return composer.parsed(_metadata(package))


def _as_html(page: str) -> str:
    """Turn an XHTML page into HTML if an element without an end would swallow what follows; leave others."""
    from lxml import etree

    named = _NAMED.sub(lambda match: f"&#{name2codepoint[match[1]]};" if match[1] in name2codepoint else match[0], page)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, encoding="utf-8")
    try:
        root = etree.fromstring(_DECLARATION.sub("", named).encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return page
    return str(etree.tostring(root, method="html", encoding="unicode"))


def _package_path(raw: Raw, parts: Parts) -> str:
    """Return the path of the book's package file. Raises `EncryptedFileError` for a book with DRM."""
    if _RIGHTS in parts:
        locked = [element.get("URI", "") for element in parts.tree(_RIGHTS).iter("{*}CipherReference")]
        if any(name.lower().endswith((".xhtml", ".html", ".htm", ".opf", ".xml")) for name in locked):
            raise EncryptedFileError(f"{raw.name!r} is locked by its seller; give a copy that is not")
    if _CONTAINER not in parts:
        raise damaged(raw.name, SUFFIX)
    rootfile = next(parts.tree(_CONTAINER).iter("{*}rootfile"), None)
    path = None if rootfile is None else rootfile.get("full-path")
    if not path or path not in parts:
        raise damaged(raw.name, SUFFIX)
    return str(path)


def _items(package: Any, folder: str) -> dict[str, tuple[str, str, str]]:
    """Return the path, the media type and the properties of each part, by its id."""
    items = {}
    for item in package.iter("{*}item"):
        path = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        items[item.get("id", "")] = (path, item.get("media-type", ""), item.get("properties", ""))
    return items


def _spine(package: Any, items: dict[str, tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the path and the media type of each page in reading order, but for the table of contents."""
    seen: set[str] = set()
    for reference in package.iter("{*}itemref"):
        path, kind, properties = items.get(reference.get("idref", ""), ("", "", ""))
        if path and path not in seen and "nav" not in properties.split():
            seen.add(path)
            yield path, kind


def _chapter_names(parts: Parts, package: Any, items: dict[str, tuple[str, str, str]]) -> dict[str, str]:
    """Return each page's title in the table of contents."""
    chapter_names: dict[str, str] = {}
    for path, kind, properties in items.values():
        if path not in parts or not ("nav" in properties.split() or kind == "application/x-dtbncx+xml"):
            continue
        from lxml import etree

        data = _ENTITIES.sub(b"", parts.read(path), count=1)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
        root = etree.fromstring(data, parser) if data.strip() else None
        if root is None:
            continue
        links = [(e.get("href"), "".join(e.itertext())) for e in root.iter(_XHTML + "a")]
        for point in root.iter(_NCX + "navPoint"):
            target, label = point.find(_NCX + "content"), point.find(f"{_NCX}navLabel/{_NCX}text")
            links.append((None if target is None else target.get("src"), "" if label is None else label.text or ""))
        for href, label in links:
            if href and label.strip():
                target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(href.partition("#")[0])))
                chapter_names.setdefault(target, " ".join(label.split()))
    return chapter_names


def _metadata(package: Any) -> dict[str, MetadataValue]:
    metadata: dict[str, MetadataValue] = {}
    for key, name in (("title", "title"), ("author", "creator"), ("date", "date")):
        element = next(package.iter(_DC + name), None)
        words = "" if element is None else " ".join((element.text or "").split())
        if words and (key != "date" or re.match(r"\d{4}-\d\d-\d\d", words)):
            metadata[key] = words[:10] if key == "date" else words
    return metadata
