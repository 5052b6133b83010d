"""Jupyter notebooks (.ipynb): the cells in order, Markdown as it looks, code and what it printed. Nothing is run."""

from __future__ import annotations

import json
import re
from typing import Any

from index.errors import DamagedFileError, SourceTooLargeError
from index.load.decoding import decode
from index.load.html.reading import add_page
from index.load.markdown.reading import make_parser
from index.load.marked import NO_SIGNS
from index.load.parsed import Composer, Parsed, Raw
from index.types import MetadataValue, SegmentKind, UnreadKind

MAX_CELLS = 10_000
_COLOURS = re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]")


def read(raw: Raw) -> Parsed:
    """Return every cell with content, as a place with its number.

    Raises `EncodingError`, `DamagedFileError`, and `SourceTooLargeError` for more than `MAX_CELLS` cells.
    """
    text = decode(raw)
    try:
        book = json.loads(text)
        sheets = book.get("worksheets") or [book]
        cells = [cell for sheet in sheets for cell in sheet["cells"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedFileError(f"{raw.name!r} is not a notebook, or is damaged; save it again") from error
    if len(cells) > MAX_CELLS:
        raise SourceTooLargeError(f"{raw.name!r} has {len(cells)} cells; the limit is {MAX_CELLS}, so split it")
    reader = _Reader(raw.name)
    for number, cell in enumerate(cells, start=1):
        if isinstance(cell, dict):
            reader.add(cell, number)
    reader.composer.leave_out(UnreadKind.IMAGE, reader.pictures)
    return reader.composer.parsed(_metadata(book))


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name
        self._parser = make_parser()
        self.composer = Composer()
        self.pictures = 0

    def add(self, cell: dict[str, Any], number: int) -> None:
        """Append a cell and what it printed."""
        first = len(self.composer.segments)
        source = _joined(cell.get("source", cell.get("input")))
        kind = cell.get("cell_type")
        if kind == "markdown":
            page = f"<body>{self._parser.render(source)}</body>" if source.strip() else ""
            add_page(self.composer, self._name, page)
        elif kind == "heading":  # of notebooks before version 4
            level = cell.get("level")
            self.composer.add(SegmentKind.HEADING, source, level=level if isinstance(level, int) and level > 0 else 1)
        else:
            self.composer.add(SegmentKind.CODE, source.strip("\n"))
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else []:
            if isinstance(output, dict):
                self._add_output(output)
        self.composer.enclose(SegmentKind.NOTEBOOK_CELL, first, number=number)

    def _add_output(self, output: dict[str, Any]) -> None:
        """Append output: a table as a table, anything else as it was printed."""
        stated = output.get("data")
        data: dict[str, Any] = stated if isinstance(stated, dict) else output
        page = _joined(data.get("text/html"))
        if "<table" in page:
            add_page(self.composer, self._name, f"<body>{page}</body>")
            return
        self.pictures += any(kind.startswith("image/") or kind in ("png", "jpeg", "svg") for kind in data)
        text = _joined(data.get("text/plain", data.get("text"))) or ""
        if output.get("ename"):
            text = f"{output.get('ename')}: {output.get('evalue')}"
        self.composer.add(SegmentKind.CODE, _COLOURS.sub("", text).strip("\n"))


def _joined(source: Any) -> str:
    """Return text that stands as one string, or as a list of lines."""
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return source.translate(NO_SIGNS) if isinstance(source, str) else ""


def _metadata(book: dict[str, Any]) -> dict[str, MetadataValue]:
    stated = book.get("metadata")
    title = stated.get("title") if isinstance(stated, dict) else None
    return {"title": " ".join(title.split())} if isinstance(title, str) and title.strip() else {}
