"""A small file of each format that says the same paragraphs."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from email.message import EmailMessage

import docx
import xlsxwriter
from documents import column, opendocument, opendocument_row, opendocument_sheet, pdf
from pptx import Presentation
from pptx.util import Inches

# What a loader puts above what is said.
HEADINGS = {".xlsx": ["Said"], ".ods": ["Said"], ".eml": ["Said"], ".mbox": ["Said"]}


def word(paragraphs: list[str]) -> bytes:
    made, out = docx.Document(), io.BytesIO()
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    made.save(out)
    return out.getvalue()


def workbook(paragraphs: list[str]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet("Said").write_column("A1", paragraphs)
    book.close()
    return out.getvalue()


def slides(paragraphs: list[str]) -> bytes:
    made, out = Presentation(), io.BytesIO()
    slide = made.slides.add_slide(made.slide_layouts[6])
    for i, paragraph in enumerate(paragraphs):
        slide.shapes.add_textbox(Inches(1), Inches(1 + i), Inches(8), Inches(1)).text_frame.text = paragraph
    made.save(out)
    return out.getvalue()


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="in/book.opf"/></rootfiles></container>'
)


def book(pages: Mapping[str, str], toc: Mapping[str, str] | None = None, **more: str) -> bytes:
    """An EPUB of these pages, by name the inside of their bodies; `toc`: what the contents call them."""
    items = "".join(f'<item id="{n}" href="{n}.xhtml" media-type="application/xhtml+xml"/>' for n in pages)
    spine = "".join(f'<itemref idref="{n}"/>' for n in pages)
    links = "".join(f'<li><a href="{n}.xhtml#top">{label}</a></li>' for n, label in (toc or {}).items())
    page = (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">'
        "<head><title/></head><body>{}</body></html>"
    )
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>The Ferry</dc:title><dc:creator>A. Gray</dc:creator><dc:date>1923</dc:date></metadata><manifest>"
        f'<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>{items}</manifest>'
        f'<spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    parts = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER, "in/book.opf": package}
    parts["in/nav.xhtml"] = page.format(f"<nav><ol>{links}</ol></nav>")
    parts |= {f"in/{n}.xhtml": page.format(inside) for n, inside in pages.items()}
    return zipped(parts | more)


def message(text: str, subject: str = "Said") -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = subject
    made.set_content(text)
    return made


def mailbox(*messages: EmailMessage) -> bytes:
    return b"\n".join(b"From a@example.org Wed May  1 10:00:00 2024\n" + one.as_bytes() for one in messages)


def rtf(paragraphs: list[str]) -> bytes:
    escaped = ["".join(c if c.isascii() else f"\\u{ord(c)}?" for c in one) for one in paragraphs]
    return ("{\\rtf1\\ansi " + "\\par ".join(escaped) + "\\par}").encode("ascii")


def notebook(*cells: Mapping[str, object]) -> bytes:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}).encode()


def captions(paragraphs: list[str], head: str = "") -> bytes:
    cues = [f"00:0{i}:01.000 --> 00:0{i}:04.000\n{one}\n" for i, one in enumerate(paragraphs)]
    return (head + "\n".join(cues)).encode()


MADE: dict[str, Callable[[list[str]], bytes]] = {
    ".txt": lambda said: "\n\n".join(said).encode(),
    ".md": lambda said: "\r\n\r\n".join(said).encode(),
    ".markdown": lambda said: "\n\n".join(said).encode(),
    ".html": lambda said: "".join(f"<p>{one}</p>" for one in said).encode(),
    ".htm": lambda said: "".join(f"<p>{one}</p>" for one in said).encode(),
    ".pdf": lambda said: pdf([column([one], 50, 700) for one in said]),
    ".docx": word,
    ".csv": lambda said: "\n".join(said).encode(),
    ".tsv": lambda said: "\n".join(said).encode(),
    ".xlsx": workbook,
    ".ods": lambda said: opendocument_sheet("Said", "".join(opendocument_row(one) for one in said)),
    ".pptx": slides,
    ".epub": lambda said: book({"one": "".join(f"<p>{one}</p>" for one in said)}),
    ".eml": lambda said: message("\n\n".join(said)).as_bytes(),
    ".mbox": lambda said: mailbox(message("\n\n".join(said))),
    ".odt": lambda said: opendocument("text", "".join(f"<text:p>{one}</text:p>" for one in said)),
    ".rtf": rtf,
    ".ipynb": lambda said: notebook(*({"cell_type": "markdown", "source": [one]} for one in said)),
    ".rst": lambda said: "\n\n".join(said).encode(),
    ".srt": captions,
    ".vtt": lambda said: captions(said, "WEBVTT\n\n"),
    ".json": lambda said: json.dumps(said).encode(),
    ".jsonl": lambda said: "\n".join(json.dumps(one) for one in said).encode(),
}
