"""Opens a .docx file: checks its size before unpacking it, and turns the strict form into the usual one."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import TYPE_CHECKING, Any

from index.errors import LoadError
from index.load.archive import damaged
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


# What python-docx and lxml raise, besides their own, for a part that is missing, cut short, or not what it should be.
_CUT_SHORT = (zipfile.BadZipFile, LookupError, SyntaxError, EOFError, OSError)
_MISTAKEN = (ValueError, AttributeError, TypeError, NotImplementedError, AssertionError)


def parsed_part(name: str, part: Any) -> Any:
    """Return the root element of a part. Raises `DamagedFileError`."""
    from docx.oxml import parse_xml

    try:
        return parse_xml(part.blob)
    except SyntaxError as error:
        raise damaged(name, ".docx") from error


def open_word(raw: Raw) -> Word:
    """Return the document. Raises `DamagedFileError`."""
    from docx import Document
    from docx.opc.exceptions import OpcError

    try:
        word = Document(io.BytesIO(_transitional(raw.data)))
        if word.element.body is None:
            raise damaged(raw.name, ".docx")
    except LoadError:
        raise
    except (OpcError, *_CUT_SHORT, *_MISTAKEN) as error:
        raise damaged(raw.name, ".docx") from error
    return word


def _transitional(data: bytes) -> bytes:
    """Return the file in the Transitional form, without relations to missing parts; most files are so already."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        names = set(opened.namelist())
        root = opened.read("_rels/.rels") if "_rels/.rels" in names else b""
        types = opened.read(_TYPES) if _TYPES in names else b""
        kept = _without_documents(opened, names, types)
        relations = {name: opened.read(name) for name in names if name.endswith(".rels")}
        whole = {name: _whole(names, name, part) for name, part in relations.items()}
        if kept == types and not _STRICT.search(root) and whole == relations:
            return data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
            for name in opened.namelist():
                part = opened.read(name)
                if name.lower().endswith((".xml", ".rels")):
                    part = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", part)
                if name in relations:
                    part = _whole(names, name, part)
                if name == _TYPES:
                    part = kept
                written.writestr(name, part)
    return out.getvalue()


def _without_documents(opened: zipfile.ZipFile, names: set[str], types: bytes) -> bytes:
    """Return the types of the parts, without those of whole documents in the file, which would be taken for XML."""

    def plain(match: re.Match[bytes]) -> bytes:
        named = _PART.search(match[0])
        name = named[1].decode("utf-8", "replace").lstrip("/") if named else ""
        if named and (name not in names or opened.open(name).read(len(_ZIP)) != _ZIP):
            return match[0]
        return _MAIN.sub(rb'ContentType="application/octet-stream"', match[0])

    return _TYPE.sub(plain, types)


def _whole(names: set[str], at: str, relations: bytes) -> bytes:
    """Return the relations without those to missing parts."""
    return _RELATION.sub(lambda match: match[0] if _leads(names, at, match[0]) else b"", relations)


def _leads(names: set[str], at: str, relation: bytes) -> bool:
    """Whether a relation of the part whose relations stand `at` leads to a part that is there, or out of the file."""
    target = _TARGET.search(relation)
    if target is None or _OF_OTHERS.search(relation):
        return True
    folder = posixpath.dirname(posixpath.dirname(at))
    path = posixpath.normpath(posixpath.join("/", folder, target[1].decode("utf-8", "replace"))).lstrip("/")
    return path in names or path.partition("#")[0] in names
