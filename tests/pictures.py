"""Pictures of text, and a recogniser that says what it is told, where the text was drawn."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from PIL import Image, ImageDraw, ImageFont
from pypdfium2 import PdfDocument, PdfImage, PdfMatrix

from index.geometry import Box
from index.load import picture as picture_module
from index.load.docx import reading
from index.load.ocr import extra
from index.load.ocr.recogniser import Line, Pictured
from index.load.pdf import scans

WIDTH, HEIGHT = 850, 1100
LEFT, TOP, LINE, SIZE = 80, 100, 40, 24  # pixels: of the first line, between two, and of the letters
ACROSS = 10.0  # pixels of a character that is made up


def picture(lines: Sequence[str], *, turned: int = 0) -> Image.Image:
    """Lines of text in black on white; `turned` by so many degrees against the clock."""
    drawn = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen, font = ImageDraw.Draw(drawn), ImageFont.load_default(size=SIZE)
    for number, text in enumerate(lines):
        pen.text((LEFT, TOP + number * LINE), text, font=font, fill="black")
    return drawn.rotate(turned, expand=True, fillcolor="white")


def png(lines: Sequence[str], *, turned: int = 0) -> bytes:
    """The same as a file."""
    out = io.BytesIO()
    picture(lines, turned=turned).save(out, "PNG")
    return out.getvalue()


def scanned(*pages: Sequence[str]) -> bytes:
    """A PDF without text: each page is a picture of lines, 612 by 792 points large."""
    out = io.BytesIO()
    first, *others = [picture(lines) for lines in pages]
    first.save(out, "PDF", save_all=True, append_images=others, resolution=100)
    return out.getvalue()


def pictured(lines: Sequence[str], width: int = WIDTH, height: int = HEIGHT, frames: int = 1) -> Pictured:
    """What stands in a picture of `lines`: each character is `ACROSS` pixels wide, scaled to the picture."""
    by = width / WIDTH
    found = []
    for number, text in enumerate(lines):
        x, words = float(LEFT), []
        for word in text.split():
            y = float(TOP + number * LINE)
            box = (x * by, y * by, (x + ACROSS * len(word)) * by, (y + SIZE) * by)
            words.append((word, box, box, bool(words)))
            x += ACROSS * (len(word) + 1)
        if words:
            found.append(Line(tuple(words)))
    return Pictured(width, height, tuple(found), frames)


class Told:
    """Recognises in each picture, in their order, the lines that it is given; None: it cannot read that one."""

    name = "Told 1.0"
    models = ("eyes",)

    def __init__(self, *pages: Sequence[str] | None, frames: int = 1) -> None:
        self._pages, self._frames = list(pages), frames
        self.parts: list[Box | None] = []

    def is_spent(self) -> bool:
        return False

    def read(self, picture: bytes, *, frame: int = 0, part: Box | None = None) -> Pictured | None:
        self.parts.append(part)
        lines = self._pages[len(self.parts) - 1]
        return None if lines is None else pictured(lines, frames=self._frames)


def tell(
    monkeypatch: pytest.MonkeyPatch, *pages: Sequence[str] | None, frames: int = 1, name: str = "Told 1.0"
) -> Told:
    """From here on the extra seems to be there, and reads in pictures what `pages` say."""
    told = Told(*pages, frames=frames)
    told.name = name

    @contextmanager
    def opened() -> Iterator[Told]:
        yield told

    monkeypatch.setattr(extra, "find_spec", lambda name: object())
    for module in (scans, picture_module, reading):
        monkeypatch.setattr(module, "opened", opened)
    return told


def one_pdf(*parts: bytes) -> bytes:
    """The pages of several PDFs as one."""
    whole, out = PdfDocument.new(), io.BytesIO()
    for part in parts:
        whole.import_pages(PdfDocument(part))
    whole.save(out)
    return out.getvalue()


def with_picture(pdf: bytes, lines: Sequence[str], box: Box) -> bytes:
    """`pdf` with a picture of `lines` on its first page; `box` in points, from the lower left corner."""
    document, jpeg, out = PdfDocument(pdf), io.BytesIO(), io.BytesIO()
    picture(lines).save(jpeg, "JPEG")
    image = PdfImage.new(document)
    image.load_jpeg(jpeg, inline=True)
    x0, y0, x1, y1 = box
    image.set_matrix(PdfMatrix().scale(x1 - x0, y1 - y0).translate(x0, y0))
    page = document[0]
    page.insert_obj(image)
    page.gen_content()
    document.save(out)
    return out.getvalue()
