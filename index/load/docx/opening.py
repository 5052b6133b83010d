"""A .docx file opened: bounded before it is unpacked, and one in strict form put into the form that is read."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import TYPE_CHECKING, Any

from index.errors import DamagedFileError, EmptyDocumentError, EncryptedFileError, LoadError, SourceTooLargeError
from index.load.parsed import Raw

if TYPE_CHECKING:
    from docx.document import Document as Word

MAX_UNPACKED = 500_000_000  # bytes, pictures included
MAX_XML = 30_000_000  # takes 0.7 GB to parse; a book of a thousand pages has half of it
MAX_RATIO = 200  # unpacked to packed, of a part that unpacks to more than:
_SMALL = 1_000_000
MAX_PARTS = 10_000

RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_OLE = b"\xd0\xcf\x11\xe0"  # an encrypted .docx, and a .doc, are OLE containers
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# The names of ISO/IEC 29500 Strict, for which the Transitional form has others.
_STRICT = re.compile(
    rb"http://purl\.oclc\.org/ooxml/(officeDocument|drawingml|wordprocessingml|spreadsheetml|presentationml)/"
)
_RELATION = re.compile(rb"<Relationship\b[^>]{0,8000}>(?:(?<=/>)|\s{0,100}</Relationship>)", re.DOTALL)
_TARGET = re.compile(rb"""\bTarget=["']([^"']*)["']""")
_TYPES, _ZIP = "[Content_Types].xml", b"PK\x03\x04"
_TYPE = re.compile(rb"""<(?:Override|Default(?=[^>]{0,2000}\bExtension=["']docx["']))\b[^>]{0,2000}>""")
_PART = re.compile(rb"""\bPartName=["']([^"']*)["']""")
_MAIN = re.compile(rb"""\bContentType=["'][^"']*\+xml["']""")
_OF_OTHERS = re.compile(rb"""TargetMode=["']External["']""")


def refuse_bomb(raw: Raw) -> None:
    """Raise what is wrong with the file before it is unpacked: encrypted, damaged, or made to exhaust its reader."""
    if not raw.data:
        raise EmptyDocumentError(f"{raw.name!r} is empty; give a document with some words in it")
    if raw.data.startswith(_OLE):
        if _ENCRYPTED in raw.data:
            raise EncryptedFileError(f"{raw.name!r} opens with a password only; save it without one")
        raise DamagedFileError(f"{raw.name!r} is a .doc of old, no .docx; save it as .docx")
    try:
        with zipfile.ZipFile(io.BytesIO(raw.data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise damaged(raw.name) from error
    if any(part.flag_bits & 1 for part in parts):
        raise EncryptedFileError(f"{raw.name!r} holds encrypted parts; save it without a password")
    unpacked = sum(part.file_size for part in parts)
    xml = sum(part.file_size for part in parts if part.filename.lower().endswith((".xml", ".rels")))
    ratio = max((p.file_size / max(1, p.compress_size) for p in parts if p.file_size > _SMALL), default=0)
    if unpacked > MAX_UNPACKED or xml > MAX_XML or ratio > MAX_RATIO or len(parts) > MAX_PARTS:
        raise SourceTooLargeError(
            f"{raw.name!r} unpacks to {unpacked} bytes, {xml} of them XML, in {len(parts)} parts, "
            f"up to {ratio:.0f} times their size; the limits are {MAX_UNPACKED}, {MAX_XML}, {MAX_PARTS} and {MAX_RATIO}"
        )


def damaged(name: str) -> LoadError:
    """The error of a file that is not whole."""
    return DamagedFileError(f"{name!r} is no .docx or a damaged one; save it again")


def parsed_part(name: str, part: Any) -> Any:
    """The root element of a part. Raises `DamagedFileError`."""
    from docx.oxml import parse_xml

    try:
        return parse_xml(part.blob)
    except SyntaxError as error:
        raise damaged(name) from error


def open_word(raw: Raw) -> Word:
    """The document. Raises `DamagedFileError`."""
    from docx import Document
    from docx.opc.exceptions import OpcError

    # What python-docx and lxml raise for a part that is missing, cut short, or not what it should be.
    damage = (
        OpcError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        AttributeError,
        SyntaxError,
        EOFError,
        OSError,
        TypeError,
    )
    try:
        word = Document(io.BytesIO(_transitional(raw.data)))
        if word.element.body is None:
            raise damaged(raw.name)
    except LoadError:
        raise
    except (*damage, zipfile.error, NotImplementedError, IndexError, AssertionError) as error:
        raise damaged(raw.name) from error
    return word


def _transitional(data: bytes) -> bytes:
    """The file in the Transitional form, without relations to parts that it does not have; most are so already."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        root = archive.read("_rels/.rels") if "_rels/.rels" in names else b""
        types = archive.read(_TYPES) if _TYPES in names else b""
        kept = _without_documents(archive, names, types)
        if (
            kept == types
            and not _STRICT.search(root)
            and all(_is_whole(archive, names, name) for name in names if _is_relations(name))
        ):
            return data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
            for name in archive.namelist():
                part = archive.read(name)
                if name.lower().endswith((".xml", ".rels")):
                    part = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", part)
                if _is_relations(name):
                    part = _whole(names, name, part)
                if name == _TYPES:
                    part = kept
                written.writestr(name, part)
    return out.getvalue()


def _without_documents(archive: zipfile.ZipFile, names: set[str], types: bytes) -> bytes:
    """The types of the parts, without those of whole documents in the file, which would be taken for XML."""

    def plain(found: re.Match[bytes]) -> bytes:
        named = _PART.search(found[0])
        if named is None:
            return _MAIN.sub(rb'ContentType="application/octet-stream"', found[0])
        name = named[1].decode("utf-8", "replace").lstrip("/")
        if name not in names or archive.open(name).read(len(_ZIP)) != _ZIP:
            return found[0]
        return _MAIN.sub(rb'ContentType="application/octet-stream"', found[0])

    return _TYPE.sub(plain, types)


def _is_relations(name: str) -> bool:
    return name.endswith(".rels")


def _is_whole(archive: zipfile.ZipFile, names: set[str], name: str) -> bool:
    return all(_leads(names, name, found) for found in _RELATION.findall(archive.read(name)))


def _whole(names: set[str], at: str, relations: bytes) -> bytes:
    """The relations that lead to something."""
    return _RELATION.sub(lambda found: found[0] if _leads(names, at, found[0]) else b"", relations)


def _leads(names: set[str], at: str, relation: bytes) -> bool:
    """Whether a relation of the part whose relations stand `at` leads to a part that is there, or out of the file."""
    target = _TARGET.search(relation)
    if target is None or _OF_OTHERS.search(relation):
        return True
    folder = posixpath.dirname(posixpath.dirname(at))
    path = posixpath.normpath(posixpath.join("/", folder, target[1].decode("utf-8", "replace"))).lstrip("/")
    return path in names or path.partition("#")[0] in names
