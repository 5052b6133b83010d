"""PDFium in a process of its own, bounded in memory and time: it reads files that may be made to harm.

Run as a script by `index/load/pdf/pages.py`, with the PDF on stdin; it imports nothing of ours.

    pdfium.py pages FIRST LAST   for each page a line of JSON, then its glyphs as arrays; a line `{"done": …}` last
    pdfium.py image PAGE SCALE   a line of JSON, then the page as PNG

What cannot be done is a line `{"error": …}`.
"""

from __future__ import annotations

import ctypes
import io
import json
import math
import signal
import sys
from array import array
from typing import Any

MEMORY = 3 << 30  # bytes of address space
SECONDS = 600  # of processor time for a whole document
SECONDS_FOR_A_PAGE = 20
MAX_PAGES = 10_000
MAX_GLYPHS_ON_A_PAGE = 200_000
MAX_GLYPHS = 20_000_000
MAX_PIXELS = 16_000_000

# Flags of a glyph; its direction, in quarter turns, stands in the two bits of `QUARTER`.
GENERATED, BOLD, QUARTER = 1, 2, 4

_WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD
_BOLD_NAMES = (b"bold", b"black", b"heavy")
_SPACES = {0x20, 0xA0, 0x09, 0x0A, 0x0D}
_QUARTER_TURN = math.pi / 2
_FAR = 1000  # points between the three places that a page's transformation is taken from
_UNIT = 1000  # device pixels per point, for coordinates that PDFium gives as whole numbers
_FIELDS = {"Title": "title", "Author": "author", "CreationDate": "created"}


def main(arguments: list[str]) -> None:
    """One request, answered on stdout."""
    if not _bound():
        _say(error="unbounded")
        return
    _start_page()
    from pypdfium2 import PdfDocument, PdfiumError, raw

    try:
        document = PdfDocument(sys.stdin.buffer.read())
    except PdfiumError:
        _say(error="encrypted" if raw.FPDF_GetLastError() == _WRONG_PASSWORD else "damaged")
        return
    if arguments[0] == "image":
        _image(document, int(arguments[1]), float(arguments[2]))
    else:
        _pages(raw, document, int(arguments[1]), int(arguments[2]))


def _bound() -> bool:
    """Limit this process's memory and time; False on a system that cannot, such as Windows."""
    try:
        import resource
    except ImportError:
        return False
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return True


def _pages(raw: Any, document: Any, first: int, last: int) -> None:
    count = len(document)
    if count > MAX_PAGES:
        _say(error="pages", found=count, limit=MAX_PAGES)
        return
    total = unreadable = 0
    for number in range(first, min(last, count) + 1):
        _start_page()
        page = raw.FPDF_LoadPage(document, number - 1)
        if not page:
            unreadable += 1
            continue
        glyphs = _Glyphs(raw, page)
        raw.FPDF_ClosePage(page)
        total += glyphs.count
        if glyphs.count > MAX_GLYPHS_ON_A_PAGE or total > MAX_GLYPHS:
            _say(error="glyphs", page=number)
            return
        _say(page=number, width=glyphs.width, height=glyphs.height, count=len(glyphs.codes))
        for values in (glyphs.codes, glyphs.boxes, glyphs.flags):
            sys.stdout.buffer.write(values.tobytes())
    found = document.get_metadata_dict(skip_empty=True)
    _say(
        done=count,
        unreadable=unreadable,
        metadata={ours: found[name] for name, ours in _FIELDS.items() if name in found},
    )


def _start_page() -> None:
    """From here on, the kernel ends this process when its time for a page is spent, whatever it is doing."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS_FOR_A_PAGE)


class _Glyphs:
    """The glyphs of a page: code points, boxes (x0, y0, x1, y1) as the page is shown, and flags."""

    def __init__(self, raw: Any, page: Any) -> None:
        self._raw, self._page = raw, page
        self.width = raw.FPDF_GetPageWidthF(page)
        self.height = raw.FPDF_GetPageHeightF(page)
        self.codes, self.boxes, self.flags = array("I"), array("f"), array("B")
        self._origin, self._across, self._up = self._shown(0, 0), self._shown(_FAR, 0), self._shown(0, _FAR)
        self._turned = raw.FPDFPage_GetRotation(page)
        self._text = raw.FPDFText_LoadPage(page)
        self.count = raw.FPDFText_CountChars(self._text) if self._text else 0
        if 0 < self.count <= MAX_GLYPHS_ON_A_PAGE:
            self._collect()
        if self._text:
            raw.FPDFText_ClosePage(self._text)

    def _collect(self) -> None:
        raw, text = self._raw, self._text
        bold, word_starts = 0, True
        for i in range(self.count):
            code = raw.FPDFText_GetUnicode(text, i)
            if 0xDC00 <= code < 0xE000 and self.codes and 0xD800 <= self.codes[-1] < 0xDC00:
                # The second half of a character above U+FFFF, which PDFium gives as two glyphs with one box.
                self.codes[-1] = 0x10000 + ((self.codes[-1] - 0xD800) << 10) + code - 0xDC00
                continue
            generated = GENERATED if raw.FPDFText_IsGenerated(text, i) == 1 else 0
            if generated or code in _SPACES:
                word_starts = True
            elif word_starts:
                bold, word_starts = self._bold(i), False
            turned = (round(raw.FPDFText_GetCharAngle(text, i) / _QUARTER_TURN) - self._turned) % 4
            self.codes.append(code)
            self.boxes.extend(self._box(i))
            self.flags.append(generated | bold | turned * QUARTER)

    def _box(self, i: int) -> tuple[float, float, float, float]:
        raw = self._raw
        rect = raw.FS_RECTF()
        raw.FPDFText_GetLooseCharBox(self._text, i, rect)
        left, bottom, right, top = rect.left, rect.bottom, rect.right, rect.top
        if abs(top - bottom) < 0.1 or abs(right - left) < 0.01:  # a font without metrics
            edges = [ctypes.c_double() for _ in range(4)]
            raw.FPDFText_GetCharBox(self._text, i, *edges)
            left, right, bottom, top = (edge.value for edge in edges)
        corners = self._map(left, bottom), self._map(right, top)
        (x0, x1), (y0, y1) = (sorted(axis) for axis in zip(*corners, strict=True))
        return x0, y0, x1, y1

    def _bold(self, i: int) -> int:
        name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        self._raw.FPDFText_GetFontInfo(self._text, i, name, 128, flags)
        return BOLD if any(word in name.value.lower() for word in _BOLD_NAMES) else 0

    def _map(self, x: float, y: float) -> tuple[float, float]:
        (ox, oy), (ax, ay), (ux, uy) = self._origin, self._across, self._up
        x, y = x / _FAR, y / _FAR
        return ox + (ax - ox) * x + (ux - ox) * y, oy + (ay - oy) * x + (uy - oy) * y

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page's own space as it is shown: cropped, turned, y from the top."""
        across, down = ctypes.c_int(), ctypes.c_int()
        size = (round(self.width * _UNIT), round(self.height * _UNIT))
        self._raw.FPDF_PageToDevice(self._page, 0, 0, *size, 0, x, y, across, down)
        return across.value / _UNIT, down.value / _UNIT


def _image(document: Any, number: int, scale: float) -> None:
    from PIL import Image

    if not 1 <= number <= len(document):
        _say(error="page", found=number, limit=len(document))
        return
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(scale, (MAX_PIXELS / (width * height)) ** 0.5)
    bitmap = page.render(scale=scale, rev_byteorder=True, fill_color=(255, 255, 255, 255))
    picture = Image.frombuffer(
        "RGB", (bitmap.width, bitmap.height), bytes(bitmap.buffer), "raw", bitmap.mode, bitmap.stride, 1
    )
    png = io.BytesIO()
    picture.save(png, "PNG")
    _say(bytes=png.tell())
    sys.stdout.buffer.write(png.getvalue())


def _say(**values: Any) -> None:
    sys.stdout.buffer.write(json.dumps(values).encode() + b"\n")


if __name__ == "__main__":
    main(sys.argv[1:])
