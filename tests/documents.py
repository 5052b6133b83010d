"""Small files in the formats of other programs, written byte by byte or by the library that reads them; folders."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

A4 = (595, 842)


@dataclass(frozen=True)
class Line:
    """Words at (x, y), in points from the bottom left corner; `font` F1 is Helvetica, F2 its bold, F3 Times."""

    text: str
    x: float
    y: float
    size: float = 11
    font: str = "F1"
    turned: tuple[int, int, int, int] = (1, 0, 0, 1)


def line(text: str, x: float, y: float, size: float = 11, font: str = "F1") -> Line:
    return Line(text, x, y, size, font)


def pdf(
    pages: Sequence[Sequence[Line]], *, info: str = "", page: str = "", trailer: str = "", content: bytes | None = None
) -> bytes:
    """A PDF 1.4 with one content stream a page, in Windows-1252; `content` replaces all of them."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects.append(f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode())
    names = {"F1": "Helvetica", "F2": "Helvetica-Bold", "F3": "Times-Roman"}
    fonts = " ".join(
        f"/{key} << /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding << /Type /Encoding "
        f"/BaseEncoding /WinAnsiEncoding /Differences [1 /fi /fl] >> >>"
        for key, name in names.items()
    )
    objects.append(f"<< {fonts} >>".encode())
    for i, lines in enumerate(pages):
        width, height = A4
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] {page} "
            f"/Resources << /Font 3 0 R >> /Contents {5 + 2 * i} 0 R >>".encode()
        )
        stream = content if content is not None else b"\n".join(_drawn(one) for one in lines)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    objects.append(f"<< {info} >>".encode())
    return _file(objects, f"/Info {len(objects)} 0 R {trailer}")


def _drawn(one: Line) -> bytes:
    encoded = one.text.replace("ﬁ", "\x01").replace("ﬂ", "\x02").encode("cp1252")
    for special in (b"\\", b"(", b")"):
        encoded = encoded.replace(special, b"\\" + special)
    turned = " ".join(str(number) for number in one.turned)
    return b"BT /%s %g Tf %s %g %g Tm (%s) Tj ET" % (
        one.font.encode(),
        one.size,
        turned.encode(),
        one.x,
        one.y,
        encoded,
    )


def unicode_pdf(rows: Sequence[str], *, size: float = 11) -> bytes:
    """A PDF whose font says by a ToUnicode map alone which characters its glyphs are, a row of them every 20 points.

    Every glyph is as wide as the font is high. The glyphs stand in the order of `rows`, from left to right.
    """
    drawn = sorted(set("".join(rows)))
    width = [f"<{i + 1:04x}> <{character.encode('utf-16-be').hex()}>" for i, character in enumerate(drawn)]
    cmap = "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def",
            "1 begincodespacerange <0000> <ffff> endcodespacerange",
            f"{len(width)} beginbfchar",
            *width,
            "endbfchar endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    ).encode()
    strings = [
        f"BT /F1 {size} Tf 1 0 0 1 50 {700 - 20 * i} Tm <{''.join(f'{drawn.index(c) + 1:04x}' for c in row)}> Tj ET"
        for i, row in enumerate(rows)
    ]
    stream = "\n".join(strings).encode()
    descendant = (
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Made /DW 1000 /CIDToGIDMap /Identity "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 8 0 R >>"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Made /Encoding /Identity-H /ToUnicode 6 0 R "
        b"/DescendantFonts [7 0 R] >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap),
        descendant.encode(),
        b"<< /Type /FontDescriptor /FontName /Made /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800 "
        b"/Descent -200 /CapHeight 700 /StemV 80 >>",
    ]
    return _file(objects, "")


def objects_pdf(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects, the first of which is its catalogue."""
    return _file(objects, "")


def _file(objects: Sequence[bytes], trailer: str) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        out.write(b"%010d 00000 n \n" % offset)
    out.write(
        b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, trailer.encode(), start)
    )
    return out.getvalue()


def column(texts: Sequence[str], x: float, top: float, *, size: float = 11, leading: float = 14) -> list[Line]:
    """Lines one below the other."""
    return [line(text, x, top - i * leading, size) for i, text in enumerate(texts)]


def shut(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `folder` refuse to be listed, as one without the right to read it does for anybody but root."""
    listed = os.scandir

    def scandir(path: str | Path | int = ".") -> object:
        if not isinstance(path, int) and Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)


_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def opendocument(kind: str, body: str, head: str = "", **parts: str) -> bytes:
    """An OpenDocument file whose body, "text" or "spreadsheet", holds this XML; `parts` by their names."""
    names = "".join(f' xmlns:{name}="{_ODF}:{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f"{head}<office:document-content{names}><office:body><office:{kind}>{body}</office:{kind}></office:body>"
        "</office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", content)
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def opendocument_sheet(name: str, rows: str, head: str = "", **parts: str) -> bytes:
    """An .ods file of one sheet."""
    return opendocument("spreadsheet", f'<table:table table:name="{name}">{rows}</table:table>', head, **parts)


def opendocument_row(*texts: str, times: int = 1) -> str:
    """A row of a sheet, whose cells show these texts."""
    cells = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in texts)
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'
