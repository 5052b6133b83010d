"""The formats that Pincite reads. This is the one place where a format is registered."""

from __future__ import annotations

from index.load import docx, html, markdown, pdf, plain
from index.load.parsed import Format

FORMATS: tuple[Format, ...] = (plain.FORMAT, markdown.FORMAT, html.FORMAT, pdf.FORMAT, docx.FORMAT)


def suffixes() -> tuple[str, ...]:
    """Every suffix that a format reads, in small letters."""
    return tuple(suffix for known in FORMATS for suffix in known.suffixes)


def by_suffix(suffix: str) -> Format | None:
    """The format of files that end in `suffix`, or None."""
    return next((known for known in FORMATS if suffix.lower() in known.suffixes), None)


def by_media_type(media_type: str) -> Format | None:
    """The format of what a server calls `media_type`, or None."""
    return next((known for known in FORMATS if media_type.lower() in known.media_types), None)
