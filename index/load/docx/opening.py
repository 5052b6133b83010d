"""Opens a .docx file: checks its size before unpacking it, and turns the strict form into the usual one."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import TYPE_CHECKING

from index.load.archive import damaged, part_path, read_within
from index.load.parsed import Raw

if TYPE_CHECKING:
    from docx.document import Document as Word

RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
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


def open_word(raw: Raw) -> Word:
    """Return the document. Raises `DamagedFileError`."""
    from docx import Document
    from docx.opc.exceptions import OpcError

    with read_within(raw.name, ".docx", OpcError):
        word = Document(io.BytesIO(_transitional(raw.data)))
        if word.element.body is None:
            raise damaged(raw.name, ".docx")
        return word


def _transitional(data: bytes) -> bytes:
    """Return the file in the Transitional form, without relations to missing parts; most files are so already."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        names = set(opened.namelist())
        parts = {name: opened.read(name) for name in names if name == _TYPES or name.endswith(".rels")}
        mended = {
            name: (_without_documents if name == _TYPES else _without_missing)(opened, name, part)
            for name, part in parts.items()
        }
        if mended == parts and not _STRICT.search(parts.get("_rels/.rels", b"")):
            return data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
            for name in opened.namelist():
                part = mended[name] if name in mended else opened.read(name)
                if name.lower().endswith((".xml", ".rels")):
                    part = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", part)
                written.writestr(name, part)
    return out.getvalue()


def _without_documents(opened: zipfile.ZipFile, _: str, types: bytes) -> bytes:
    """Return the types of the parts, without those of whole documents in the file, which would be taken for XML."""

    def plain(match: re.Match[bytes]) -> bytes:
        named = _PART.search(match[0])
        name = named[1].decode("utf-8", "replace").lstrip("/") if named else ""
        if named and (name not in opened.NameToInfo or opened.open(name).read(len(_ZIP)) != _ZIP):
            return match[0]
        return _MAIN.sub(rb'ContentType="application/octet-stream"', match[0])

    return _TYPE.sub(plain, types)


def _without_missing(opened: zipfile.ZipFile, at: str, relations: bytes) -> bytes:
    """Return the relations that stand `at` without those to missing parts; those out of the file stay."""
    folder = posixpath.dirname(posixpath.dirname(at))

    def kept(match: re.Match[bytes]) -> bytes:
        target = _TARGET.search(match[0])
        if target is None or _OF_OTHERS.search(match[0]):
            return match[0]
        path = part_path(folder, target[1].decode("utf-8", "replace"))
        return match[0] if {path, path.partition("#")[0]} & opened.NameToInfo.keys() else b""

    return _RELATION.sub(kept, relations)
