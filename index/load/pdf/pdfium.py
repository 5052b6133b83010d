"""Runs PDFium in a separate process, bounded in memory and time: files may be made to do harm.

Run as a script by `index/load/pdf/pages.py`, with the PDF on stdin; it loads `pdfium_objects.py` by its path, and
imports nothing of ours.

    pdfium.py pages FIRST LAST   for each page a line of JSON, then its glyphs as arrays; a line `{"done": …}` last
    pdfium.py image PAGE SCALE   a line of JSON, then the page as PNG

What cannot be done is a line `{"error": …}`.
"""

from __future__ import annotations

import ctypes
import importlib.util
import io
import json
import math
import signal
import sys
from array import array
from pathlib import Path
from typing import Any

MEMORY = 3 << 30  # bytes of address space
SECONDS = 600  # of processor time for a whole document
SECONDS_FOR_A_PAGE = 20
MAX_PAGES = 10_000
MAX_GLYPHS_ON_A_PAGE = 200_000
MAX_GLYPHS = 20_000_000
MAX_PIXELS = 16_000_000

# Flags of a glyph; its direction, in clockwise quarter turns, stands in the two bits of `QUARTER`.
GENERATED, BOLD, QUARTER = 1, 2, 4

# A font of so many glyphs on a page of which such a share has no character is broken: its text is garbage.
_BROKEN_GLYPHS, _BROKEN_SHARE = 8, 0.1
# So many Latin letters of a font without accents hold such a share of vowels at least, in any language.
_LETTERS, _VOWELS = 100, 0.17

_WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD
_BOLD_NAMES = (b"bold", b"black", b"heavy")
_UNMAPPED = b"\0"
_SPACES = {0x20, 0xA0, 0x09, 0x0A, 0x0D}
_QUARTER_TURN = math.pi / 2
_FAR = 1000  # points between the three places that a page's transformation is taken from
_UNIT = 1000  # device pixels per point, for coordinates that PDFium gives as whole numbers
_XFA = (2, 3)  # FORMTYPE_XFA_: a form whose fields PDFium does not read
_FIELDS = {"Title": "title", "Author": "author", "CreationDate": "created"}


def main(arguments: list[str]) -> None:
    """Answer one request on stdout."""
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


def _sibling(name: str) -> Any:
    """Return the module beside this one: this process has no path to any of our modules."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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
    objects = _sibling("pdfium_objects")
    document.init_forms()
    form = document.formenv.raw if document.formenv is not None else None
    count = len(document)
    if count > MAX_PAGES:
        _say(error="pages", found=count, limit=MAX_PAGES)
        return
    total = 0
    unreadable: list[int] = []
    for number in range(first, min(last, count) + 1):
        _start_page()
        page = raw.FPDF_LoadPage(document, number - 1)
        if not page:
            unreadable.append(number)
            continue
        glyphs = _Glyphs(raw, page)
        page_objects = objects.Objects(raw, page, form, glyphs.placed, glyphs.width * glyphs.height)
        raw.FPDF_ClosePage(page)
        total += glyphs.count
        if glyphs.count > MAX_GLYPHS_ON_A_PAGE or total > MAX_GLYPHS:
            _say(error="glyphs", page=number)
            return
        _say(
            page=number,
            width=glyphs.width,
            height=glyphs.height,
            count=len(glyphs.codes),
            garbled=glyphs.garbled,
            **{
                name: getattr(page_objects, name)
                for name in ("shapes", "picture", "pictures", "placed", "fields", "remarks")
            },
        )
        for values in (glyphs.codes, glyphs.boxes, glyphs.flags):
            sys.stdout.buffer.write(values.tobytes())
    stated = document.get_metadata_dict(skip_empty=True)
    _say(
        done=count,
        unreadable=unreadable,
        xfa=raw.FPDF_GetFormType(document) in _XFA,
        attached=objects.attached(raw, document),
        metadata={ours: stated[name] for name, ours in _FIELDS.items() if name in stated},
    )


def _start_page() -> None:
    """Let the kernel end this process when its time for a page is spent, whatever it is doing."""
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
        self.garbled = 0
        if 0 < self.count <= MAX_GLYPHS_ON_A_PAGE:
            self._drop_broken(self._collect())
        if self._text:
            raw.FPDFText_ClosePage(self._text)

    def _collect(self) -> list[bytes]:
        """Fill the arrays. Of each glyph, the name of its font, with a mark where it has no character."""
        raw, text = self._raw, self._text
        bold, font, word_starts = 0, b"", True
        fonts: list[bytes] = []
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
                font = self._font(i)
                bold, word_starts = BOLD if any(word in font for word in _BOLD_NAMES) else 0, False
            turned = (round(raw.FPDFText_GetCharAngle(text, i) / _QUARTER_TURN) + self._turned) % 4
            unmapped = not generated and (_is_garbage(code) or raw.FPDFText_HasUnicodeMapError(text, i) == 1)
            fonts.append(font + _UNMAPPED if unmapped else font)
            self.codes.append(code)
            self.boxes.extend(self._box(i))
            self.flags.append(generated | bold | turned * QUARTER)
        return fonts

    def _drop_broken(self, fonts: list[bytes]) -> None:
        """Take out the glyphs of fonts that do not say which characters they draw."""
        drawn: dict[bytes, list[int]] = {}
        for i, font in enumerate(fonts):
            if self.codes[i] not in _SPACES and not self.flags[i] & GENERATED:
                drawn.setdefault(font.removesuffix(_UNMAPPED), []).append(i)
        broken = set()
        for places in drawn.values():
            unmapped = sum(fonts[i].endswith(_UNMAPPED) for i in places)
            many = len(places) >= _BROKEN_GLYPHS and unmapped >= _BROKEN_SHARE * len(places)
            if many or _is_cipher([self.codes[i] for i in places]):
                broken.update(places)
        if broken:
            self.garbled = len(broken)
            whole = [i for i in range(len(self.codes)) if i not in broken]
            self.codes = array("I", (self.codes[i] for i in whole))
            self.flags = array("B", (self.flags[i] for i in whole))
            self.boxes = array("f", (edge for i in whole for edge in self.boxes[4 * i : 4 * i + 4]))

    def _box(self, i: int) -> tuple[float, float, float, float]:
        raw = self._raw
        rect = raw.FS_RECTF()
        raw.FPDFText_GetLooseCharBox(self._text, i, rect)
        left, bottom, right, top = rect.left, rect.bottom, rect.right, rect.top
        if abs(top - bottom) < 0.1 or abs(right - left) < 0.01:  # a font without metrics
            edges = [ctypes.c_double() for _ in range(4)]
            raw.FPDFText_GetCharBox(self._text, i, *edges)
            left, right, bottom, top = (edge.value for edge in edges)
        corners = self.placed(left, bottom), self.placed(right, top)
        (x0, x1), (y0, y1) = (sorted(axis) for axis in zip(*corners, strict=True))
        return x0, y0, x1, y1

    def _font(self, i: int) -> bytes:
        """Return the name of the font, in small letters."""
        name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        self._raw.FPDFText_GetFontInfo(self._text, i, name, 128, flags)
        return name.value.lower()

    def placed(self, x: float, y: float) -> tuple[float, float]:
        """Return a point of the page's own space as it is shown, in points from the top left corner."""
        (ox, oy), (ax, ay), (ux, uy) = self._origin, self._across, self._up
        x, y = x / _FAR, y / _FAR
        return ox + (ax - ox) * x + (ux - ox) * y, oy + (ay - oy) * x + (uy - oy) * y

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        """Return a point of the page's own space as it is shown: cropped, turned, y from the top."""
        across, down = ctypes.c_int(), ctypes.c_int()
        size = (round(self.width * _UNIT), round(self.height * _UNIT))
        self._raw.FPDF_PageToDevice(self._page, 0, 0, *size, 0, x, y, across, down)
        return across.value / _UNIT, down.value / _UNIT


def _is_garbage(code: int) -> bool:
    """Return whether a font that says so says nothing: no character, one for private use, or a control."""
    return (
        code in (0, 0xFFFD)
        or 0xE000 <= code < 0xF000
        or 0xF100 <= code < 0xF900
        or (code < 0x20 and code not in (*_SPACES, 2))
    )


def _is_cipher(codes: list[int]) -> bool:
    """Return whether most of `codes` are Latin letters, and too few of these vowels for any language."""
    letters = [chr(code) for code in codes if code < 0x80 and chr(code).isalpha()]
    if len(letters) < max(_LETTERS, 0.5 * len(codes)):
        return False
    return sum(letter in "aeiouyAEIOUY" for letter in letters) < _VOWELS * len(letters)


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
