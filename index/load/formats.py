"""The formats that Pincite reads. This is the one place where a format is registered.

Other packages add theirs by an entry point of the group `pincite.formats` that names a `Format`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import PurePosixPath

from index.errors import UnsupportedFormatError
from index.load.ocr.extra import EXTRA, can_recognise
from index.load.parsed import Format, Parsed, Raw

GROUP = "pincite.formats"


def _reader(module: str, function: str = "read") -> Callable[[Raw], Parsed]:
    """Return the `read` of a format. Its module is imported when a file is first read."""

    def read(raw: Raw) -> Parsed:
        parsed: Parsed = getattr(import_module(f"index.load.{module}"), function)(raw)
        return parsed

    return read


PLAIN = Format(("text/plain",), (".txt",), _reader("plain"), version=4, title="plain text")
MARKDOWN = Format(
    ("text/markdown", "text/x-markdown"), (".md", ".markdown"), _reader("markdown.reading"), version=4, title="Markdown"
)
_SHEETS = "sheet, row and column"
FORMATS: tuple[Format, ...] = (
    PLAIN,
    MARKDOWN,
    Format(
        ("text/html", "application/xhtml+xml"), (".html", ".htm"), _reader("html.reading"),
        version=5, title="web pages",
    ),
    Format(
        ("application/pdf", "application/x-pdf"), (".pdf",), _reader("pdf.reading"),
        version=5, title="PDF", places="page",
    ),
    Format(
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",), (".docx",),
        _reader("docx.reading"), version=5, title="Word documents",
    ),
    Format(
        ("text/csv", "application/csv"), (".csv",), _reader("sheets.delimited", "read_csv"),
        title="comma-separated values", places="row and column",
    ),
    Format(
        ("text/tab-separated-values",), (".tsv",), _reader("sheets.delimited", "read_tsv"),
        title="tab-separated values", places="row and column",
    ),
    Format(
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",), (".xlsx",), _reader("sheets.workbook"),
        version=3, title="Excel workbooks", places=_SHEETS,
    ),
    Format(
        ("application/vnd.oasis.opendocument.spreadsheet",), (".ods",), _reader("sheets.opendocument"),
        title="OpenDocument sheets", places=_SHEETS,
    ),
    Format(
        ("application/vnd.openxmlformats-officedocument.presentationml.presentation",), (".pptx",), _reader("slides"),
        version=3, title="PowerPoint presentations", places="slide, and whether in its speaker notes",
    ),
    Format(("application/epub+zip",), (".epub",), _reader("epub"), title="books", places="chapter"),
    Format(("message/rfc822",), (".eml",), _reader("mail", "read_message"), version=2, title="messages"),
    Format(
        ("application/mbox",), (".mbox",), _reader("mail", "read_mailbox"),
        version=2, title="mailboxes", places="message",
    ),
    Format(
        ("application/vnd.oasis.opendocument.text",), (".odt",), _reader("odt"), version=3, title="OpenDocument texts"
    ),
    Format(("application/rtf", "text/rtf"), (".rtf",), _reader("rtf"), version=2, title="Rich Text Format"),
    Format(("application/x-ipynb+json",), (".ipynb",), _reader("notebook"), title="Jupyter notebooks", places="cell"),
    Format(("text/x-rst", "text/prs.fallenstein.rst"), (".rst",), _reader("rst"), title="reStructuredText"),
    Format(
        ("application/x-subrip", "text/srt"), (".srt",), _reader("captions"), version=2,
        title="SubRip transcripts", places="time",
    ),
    Format(
        ("text/vtt",), (".vtt",), _reader("captions"), version=2, title="WebVTT transcripts", places="time"
    ),
    Format(("application/json",), (".json",), _reader("json_records", "read_json"), title="JSON", places="path"),
    Format(
        ("application/jsonl", "application/x-ndjson"), (".jsonl",), _reader("json_records", "read_lines"),
        title="JSON Lines", places="line and path",
    ),
    Format(("image/png",), (".png",), _reader("picture"), version=3, title="PNG pictures", extra=EXTRA),
    Format(("image/jpeg",), (".jpg", ".jpeg"), _reader("picture"), version=3, title="JPEG pictures", extra=EXTRA),
    Format(
        ("image/tiff",), (".tif", ".tiff"), _reader("picture"),
        version=3, title="TIFF pictures", places="page", extra=EXTRA,
    ),
)  # fmt: skip


def every() -> tuple[Format, ...]:
    """Return Pincite's own formats, and those that other packages add. Raises as `added` does."""
    return FORMATS + added()


@cache
def added() -> tuple[Format, ...]:
    """Return the formats of the entry points. Raises `UnsupportedFormatError` for one that does not name a `Format`, or
    whose suffix or media type another format has.
    """
    formats: list[Format] = []
    for entry in entry_points(group=GROUP):
        entry_format = _loaded(entry)
        for other in (*FORMATS, *formats):
            if shared := {*entry_format.suffixes, *entry_format.media_types} & {*other.suffixes, *other.media_types}:
                raise _refused(entry, f"claims {sorted(shared)[0]!r}, which {other.title} have")
        formats.append(entry_format)
    return tuple(formats)


def _loaded(entry: EntryPoint) -> Format:
    try:
        loaded = entry.load()
    except (ImportError, AttributeError) as error:
        raise _refused(entry, f"cannot be imported ({error})") from error
    if not isinstance(loaded, Format):
        raise _refused(entry, f"is a {type(loaded).__name__} and no Format")
    return loaded


def _refused(entry: EntryPoint, why: str) -> UnsupportedFormatError:
    return UnsupportedFormatError(
        f"the entry point {entry.name!r} of {GROUP!r} ({entry.value}) {why}; repair or uninstall its package"
    )


def suffixes() -> tuple[str, ...]:
    """Return every suffix that a format reads here, in small letters."""
    return tuple(suffix for known in every() if _can_read(known) for suffix in known.suffixes)


def is_read(suffix: str) -> bool:
    """Return whether files that end in `suffix` are read here; some are with an extra only."""
    known = by_suffix(suffix)
    return known is not None and _can_read(known)


def _can_read(known: Format) -> bool:
    return known.extra != EXTRA or can_recognise()


def by_suffix(suffix: str) -> Format | None:
    """Return the format of files that end in `suffix`, or None."""
    return next((known for known in every() if suffix.lower() in known.suffixes), None)


def by_media_type(media_type: str) -> Format | None:
    """Return the format of `media_type`, or None."""
    return next((known for known in every() if media_type.lower() in known.media_types), None)


def of_attached(name: str, media_type: str) -> Format | None:
    """Return the format of an attachment by its name, else by its media type; None if no format reads it."""
    known = by_suffix(PurePosixPath(name).suffix) or by_media_type(media_type)
    return known if known is not None and _can_read(known) else None
