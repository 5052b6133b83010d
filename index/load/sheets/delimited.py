"""Comma- and tab-separated values (.csv, .tsv), by the standard library; the delimiter of a .csv is found."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from index.errors import SourceTooLargeError
from index.load.decoding import decode_marked
from index.load.parsed import Composer, Parsed, Raw, plain_line
from index.load.sheets.rows import SheetComposer, SheetRow

DELIMITERS = ",;\t|"
MAX_COLUMNS = 16_384  # as a sheet has
MAX_FIELD = 10_000_000  # characters
SAMPLE = 65_536  # characters by which the delimiter is told
_ROWS = 100


def read_csv(raw: Raw) -> Parsed:
    """Return a table, with the lines above and below it. Raises `EncodingError`, `SourceTooLargeError`."""
    text = decode_marked(raw).removeprefix("\ufeff")
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # Excel's own way to say it
        return _parsed(raw, "\n" + rest, first.strip()[-1])
    return _parsed(raw, text, delimiter_of(text))


def read_tsv(raw: Raw) -> Parsed:
    """Read as `read_csv` does, with tabs between the values."""
    return _parsed(raw, decode_marked(raw).removeprefix("\ufeff"), "\t")


def delimiter_of(text: str) -> str:
    """Return the delimiter that divides most of the first rows into the same number of values, more than one."""
    sample = text[:SAMPLE]
    if len(text) > SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample
    return max(DELIMITERS, key=lambda delimiter: _consistency(sample, delimiter))


def _consistency(sample: str, delimiter: str) -> tuple[float, int]:
    widths = []
    for row, _ in zip(csv.reader(io.StringIO(sample), delimiter=delimiter), range(_ROWS), strict=False):
        if row:
            widths.append(len(row))
    several = [width for width in widths if width > 1]
    if not several:
        return 0.0, 0
    usual = max(set(several), key=several.count)
    return several.count(usual) / len(widths), usual


def _parsed(raw: Raw, text: str, delimiter: str) -> Parsed:
    composer = Composer()
    SheetComposer(raw.name, composer, raw.header_rows).add(_rows(raw.name, text, delimiter))
    return composer.parsed()


def _rows(name: str, text: str, delimiter: str) -> Iterator[SheetRow]:
    csv.field_size_limit(MAX_FIELD)
    try:
        for number, values in enumerate(_reader(text, delimiter), start=1):
            if len(values) > MAX_COLUMNS:
                raise SourceTooLargeError(
                    f"{name!r} has {len(values)} columns in row {number}; the limit is {MAX_COLUMNS}, so split it"
                )
            cells = [(column, plain_line(value)) for column, value in enumerate(values, start=1)]
            yield SheetRow(number, [cell for cell in cells if cell[1]])
    except csv.Error as error:
        raise SourceTooLargeError(
            f"{name!r} has a value of more than {MAX_FIELD} characters; check its quotation marks, or split it"
        ) from error


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    """Return the rows. An unclosed quotation mark counts as an ordinary character."""
    unclosed = False
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        unclosed = "unexpected end" in str(error)
    source = io.StringIO(text, newline="")
    return iter(csv.reader(source, delimiter=delimiter, quoting=csv.QUOTE_NONE if unclosed else csv.QUOTE_MINIMAL))
