"""Opens files that are ZIP archives within bounds: the sizes of the parts are known before anything is unpacked."""

from __future__ import annotations

import io
import lzma
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from index.errors import DamagedFileError, EncryptedFileError, LoadError, SourceTooLargeError
from index.load.parsed import Raw
from index.types import MetadataValue

MAX_UNPACKED = 500_000_000  # bytes, pictures included
MAX_XML = 30_000_000  # takes 0.7 GB to parse; a book of a thousand pages has half of it
MAX_STREAMED = 200_000_000  # of XML that is read piece by piece, as the rows of a sheet are
MAX_RATIO = 200  # unpacked to packed, of a part that unpacks to more than:
_SMALL = 1_000_000
_SMALL_PICTURE = 10_000_000  # what is no markup is not unpacked here, and a picture of one colour packs well
MAX_PARTS = 10_000
_MARKUP = (".xml", ".rels", ".xhtml", ".html", ".htm", ".opf", ".ncx")
_CORE = ("docprops/core.xml", ".psmdcp")  # what a part of Office's metadata ends with

_OLE = b"\xd0\xcf\x11\xe0"  # an encrypted Office file, and one of before 2007, are OLE containers
# What the readers of archives, of XML and of Office files raise for a part that is missing, cut short, or not what it
# should be; lxml's own error of syntax is a SyntaxError.
_CUT_SHORT = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, LookupError, SyntaxError, EOFError, OSError)
_MISTAKEN = (ValueError, AttributeError, TypeError, NotImplementedError, AssertionError)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def refuse_bomb(raw: Raw, suffix: str, old: str = "", *, max_xml: int = MAX_XML) -> None:
    """Raise an error, before unpacking, for a file that is encrypted, damaged, or made to exhaust its reader.

    `old`: the suffix of the program's files before `suffix`, which people mistake for it. `max_xml`: bytes.
    """
    if raw.data.startswith(_OLE):
        if _ENCRYPTED in raw.data:
            raise EncryptedFileError(f"{raw.name!r} opens with a password only; save it without one")
        raise DamagedFileError(
            f"{raw.name!r} is {_article(old or '.doc')} of an old version, not {suffix}; save it as {suffix}"
        )
    with read_within(raw.name, suffix), zipfile.ZipFile(io.BytesIO(raw.data)) as archive:
        parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise EncryptedFileError(f"{raw.name!r} holds encrypted parts; save it without a password")
    unpacked = sum(part.file_size for part in parts)
    xml = sum(part.file_size for part in parts if part.filename.lower().endswith(_MARKUP))
    ratio = max((p.file_size / max(1, p.compress_size) for p in parts if p.file_size > _allowed(p)), default=0)
    if unpacked > MAX_UNPACKED or xml > max_xml or ratio > MAX_RATIO or len(parts) > MAX_PARTS:
        raise SourceTooLargeError(
            f"{raw.name!r} unpacks to {unpacked} bytes, {xml} of them XML, in {len(parts)} parts, "
            f"up to {ratio:.0f} times their size; the limits are {MAX_UNPACKED}, {max_xml}, {MAX_PARTS} and {MAX_RATIO}"
        )


def _allowed(part: zipfile.ZipInfo) -> int:
    """Return the bytes from which on a part may not unpack to many times its size."""
    return _SMALL if part.filename.lower().endswith(_MARKUP) else _SMALL_PICTURE


def _article(suffix: str) -> str:
    return f"an {suffix}" if suffix[1:2] in "aeiox" else f"a {suffix}"


def damaged(name: str, suffix: str) -> LoadError:
    """Return the error for a damaged file."""
    return DamagedFileError(f"{name!r} is not {suffix}, or is damaged; save it again")


@contextmanager
def read_within(name: str, suffix: str, *others: type[Exception]) -> Iterator[None]:
    """Raise `DamagedFileError` for what libraries raise of a damaged file, and for `others`; a `LoadError` stays."""
    damage: tuple[type[Exception], ...] = (*_CUT_SHORT, *_MISTAKEN, *others)
    try:
        yield
    except LoadError:
        raise
    except damage as error:
        raise damaged(name, suffix) from error


class Parts:
    """The parts of an archive. Raises as `refuse_bomb`; `old` and `max_xml` are as there."""

    def __init__(self, raw: Raw, suffix: str, old: str = "", *, max_xml: int = MAX_XML) -> None:
        refuse_bomb(raw, suffix, old, max_xml=max_xml)
        self._raw, self._suffix = raw, suffix
        self._archive = zipfile.ZipFile(io.BytesIO(raw.data))
        self.names = self._archive.namelist()
        self._known = set(self.names)

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def read(self, name: str) -> bytes:
        """Return the bytes of a part, at most its declared size. Raises `DamagedFileError`."""
        with read_within(self._raw.name, self._suffix, RuntimeError):
            return self._archive.read(name)

    def check(self) -> None:
        """Raise `DamagedFileError` unless each part has its declared size: for libraries that trust it."""
        with read_within(self._raw.name, self._suffix, RuntimeError):
            if self._archive.testzip() is not None:
                raise damaged(self._raw.name, self._suffix)

    def tree(self, name: str) -> Any:
        """Return the root element of a part in XML."""
        return parse_xml(self._raw.name, self.read(name), self._suffix)

    def elements(self, name: str, tags: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        """Yield the elements of a part with one of `tags`, as they "start" and "end"; ended elements are freed."""
        from lxml import etree

        data = self.read(name)
        refuse_entities(self._raw.name, data)
        with read_within(self._raw.name, self._suffix):
            events = etree.iterparse(
                io.BytesIO(data),
                events=("start", "end"),
                tag=tags,
                resolve_entities=False,
                no_network=True,
                remove_comments=True,
            )
            for event, element in events:
                yield event, element
                if event == "end":
                    element.clear(keep_tail=True)
                    parent = element.getparent()
                    while parent is not None and element.getprevious() is not None:
                        del parent[0]


def parse_xml(name: str, data: bytes, suffix: str) -> Any:
    """Parse XML without entities and without fetching anything; return the root. Raises `DamagedFileError`."""
    from lxml import etree

    refuse_entities(name, data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    with read_within(name, suffix):
        return etree.fromstring(data, parser)


def part_path(folder: str, target: str) -> str:
    """Return the path of the part that one in `folder` refers to."""
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def refuse_entities(name: str, data: bytes) -> None:
    """Raise `DamagedFileError` for XML that defines entities, which can expand without limit."""
    if b"<!ENTITY" in data or b"<\0!\0E\0N\0T\0I\0T\0Y" in data:
        raise DamagedFileError(f"{name!r} defines entities in its XML, which no program writes; save it again")


def office_metadata(parts: Parts, *, unless: Sequence[str] = ()) -> dict[str, MetadataValue]:
    """Return the title, author and date that an Office file states; `unless`: values of a program's own template."""
    core = next((name for name in parts.names if name.lower().endswith(_CORE)), None)
    if core is None:
        return {}
    root = parts.tree(core)
    metadata: dict[str, MetadataValue] = {}
    for key, tag in (("title", "title"), ("author", "creator")):
        text = " ".join((root.findtext("{http://purl.org/dc/elements/1.1/}" + tag) or "").split())
        if text and text not in unless:
            metadata[key] = text
    for tag in ("modified", "created"):
        stated = (root.findtext("{http://purl.org/dc/terms/}" + tag) or "")[:10]
        if re.fullmatch(r"\d{4}-\d\d-\d\d", stated):
            metadata.setdefault("date", stated)
    return metadata
