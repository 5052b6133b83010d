"""The formats that Pincite reads. This is the one place where a format is registered.

Other packages add theirs by an entry point of the group `pincite.formats` that names a `Format`.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import PurePosixPath

from index.errors import UnsupportedFormatError
from index.load import (
    book,
    captions,
    docx,
    html,
    mail,
    markdown,
    notebook,
    odt,
    pdf,
    plain,
    records,
    rst,
    rtf,
    sheets,
    slides,
)
from index.load.parsed import Format, Parsed, Raw

GROUP = "pincite.formats"
FORMATS: tuple[Format, ...] = (
    plain.FORMAT,
    markdown.FORMAT,
    html.FORMAT,
    pdf.FORMAT,
    docx.FORMAT,
    sheets.CSV,
    sheets.TSV,
    sheets.XLSX,
    sheets.ODS,
    slides.FORMAT,
    book.FORMAT,
    mail.EML,
    mail.MBOX,
    odt.FORMAT,
    rtf.FORMAT,
    notebook.FORMAT,
    rst.FORMAT,
    captions.SRT,
    captions.VTT,
    records.JSON,
    records.JSONL,
)


def every() -> tuple[Format, ...]:
    """Pincite's own formats, and those that other packages add. Raises as `added` does."""
    return FORMATS + added()


@cache
def added() -> tuple[Format, ...]:
    """The formats of the entry points. Raises `UnsupportedFormatError` for one that names no `Format`, or one's suffix
    or media type that another format has.
    """
    found: list[Format] = []
    for entry in entry_points(group=GROUP):
        made = _loaded(entry)
        for other in (*FORMATS, *found):
            if shared := {*made.suffixes, *made.media_types} & {*other.suffixes, *other.media_types}:
                raise _refused(entry, f"claims {sorted(shared)[0]!r}, which {other.title} have")
        found.append(made)
    return tuple(found)


def _loaded(entry: EntryPoint) -> Format:
    try:
        made = entry.load()
    except (ImportError, AttributeError) as error:
        raise _refused(entry, f"cannot be imported ({error})") from error
    if not isinstance(made, Format):
        raise _refused(entry, f"is a {type(made).__name__} and no Format")
    return made


def _refused(entry: EntryPoint, why: str) -> UnsupportedFormatError:
    return UnsupportedFormatError(
        f"the entry point {entry.name!r} of {GROUP!r} ({entry.value}) {why}; mend or uninstall its package"
    )


def suffixes() -> tuple[str, ...]:
    """Every suffix that a format reads, in small letters."""
    return tuple(suffix for known in every() for suffix in known.suffixes)


def by_suffix(suffix: str) -> Format | None:
    """The format of files that end in `suffix`, or None."""
    return next((known for known in every() if suffix.lower() in known.suffixes), None)


def by_media_type(media_type: str) -> Format | None:
    """The format of what a server calls `media_type`, or None."""
    return next((known for known in every() if media_type.lower() in known.media_types), None)


def read_inside(raw: Raw) -> Parsed | None:
    """What a file within another one says, by the suffix of its name; None where no format reads it."""
    known = by_suffix(PurePosixPath(raw.name).suffix)
    return None if known is None else known.read(raw)


def as_table() -> str:
    """A Markdown table of all formats: what they are, their suffixes, and where a citation says that words stand."""
    rows = [
        f"| {known.title} | {', '.join(f'`{suffix}`' for suffix in known.suffixes)} | {known.places or '–'} |"
        for known in FORMATS
    ]
    return "\n".join(["| files | end in | besides the heading, a citation says |", "|---|---|---|", *rows])
