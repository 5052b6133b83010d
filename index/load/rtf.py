"""Rich Text Format (.rtf), by striprtf: headings by their outline level, paragraphs, tables, footnotes.

striprtf gives one text. What it would lose is marked before: cells and rows, outline levels; footnotes are read
separately. Pictures and embedded objects are counted.
"""

from __future__ import annotations

import re

from index.errors import DamagedFileError, EmptyDocumentError, SourceTooLargeError
from index.load.headers import TableCell
from index.load.marked import NO_SIGNS
from index.load.parsed import Composer, Parsed, Raw, one_line
from index.types import MetadataValue, SegmentKind, UnreadKind

MAX_CHARACTERS = 30_000_000
MAX_FONTS = 65_536  # characters of the table of fonts, which striprtf looks through in the square
_CELL, _ROW, _LEVEL, _END = "\ue000", "\ue001", "\ue002", "\ue003"
# As \u takes signed numbers of 16 bits; the question mark stands for those who know no Unicode.
_CELL_WORD, _ROW_WORD, _LEVEL_WORD, _END_WORD = (f"\\u{ord(mark) - 0x10000} ?" for mark in (_CELL, _ROW, _LEVEL, _END))
_CELL_END = re.compile(r"\\(?:nest)?cell(?![a-z])[ ]?")
_ROW_END = re.compile(r"\\(?:nest)?row(?![a-z])[ ]?")
_OUTLINE = re.compile(r"\\outlinelevel(\d)[ ]?")
_LINK = re.compile(r"\\field(?![a-z])")
_NO_LENGTH = re.compile(r"\\bin(?![\da-z])[ ]?")  # by which striprtf would count how much to pass over
_HIDDEN = re.compile(r"\{[^{}]{0,200}\\(?:v|strike|striked1)(?![a-z0-9])[^{}]*\}")  # or struck out
_NOTE = re.compile(r"\{\\(?:\*\\)?footnote(?![a-z])")
_RUNNING = re.compile(r"\{\\(?:header|footer)[lrf]?(?![a-z])")
_STRAY_STAR = re.compile(r"(?<![{\s\\])\\\*(?=\\)")  # that stands within a group, where it says nothing
_BRACE = re.compile(r"\\[\\{}]|[{}]")
_PICTURE, _OBJECT = re.compile(r"\{\\(?:\*\\)?pict(?![a-z])"), re.compile(r"\{\\object(?![a-z])")
_INFO = re.compile(r"\{\\(title|author)\s([^{}]{1,1000})\}")
_LEVELS = re.compile(f"{_LEVEL}(\\d) ?")
_ITEM = re.compile(r"[ \t]*(?:[•·▪◦§o-]|(\d{1,4})[.)])\t")
_FONTS = re.compile(r"\{\\fonttbl")


def read(raw: Raw) -> Parsed:
    """Return the text; `metadata` has title and author where they are stated.

    Raises `EmptyDocumentError`, `DamagedFileError`, `SourceTooLargeError`.
    """
    if not raw.data.lstrip().startswith(b"{\\rtf"):
        raise DamagedFileError(
            f"{raw.name!r} does not begin with '{{\\rtf' as RTF does; rename it with the right suffix"
        )
    source = raw.data.decode("latin-1")  # RTF is ASCII; other bytes are characters of its own code page
    _refuse_large(raw.name, source)
    source = re.sub("[\x80-\xff]", lambda byte: f"\\'{ord(byte[0]):02x}", source)
    source = _STRAY_STAR.sub("", source)
    body, notes = _taken_out(source, _NOTE)
    body, heads = _taken_out(body, _RUNNING)
    composer = Composer()
    for text in dict.fromkeys(_texts(raw.name, source, heads)):
        composer.add(SegmentKind.RUNNING_HEAD, text)
    _add(composer, _plain(raw.name, _marked(body)))
    for number, text in enumerate(_texts(raw.name, source, notes), start=1):
        composer.add(SegmentKind.NOTE, f"{number} {text}" if text else "")
    if not composer.segments:
        raise EmptyDocumentError(f"{raw.name!r} holds no text to quote; a scan in a document needs OCR first")
    composer.leave_out(UnreadKind.IMAGE, len(_PICTURE.findall(source)))
    composer.leave_out(UnreadKind.OBJECT, len(_OBJECT.findall(source)))
    composer.leave_out(UnreadKind.ENCODING, sum(d.text.count("\ufffd") for d in composer.drafts), "Unicode")
    return composer.parsed(_metadata(raw.name, source))


def _refuse_large(name: str, source: str) -> None:
    fonts = _FONTS.search(source)
    size = 0 if fonts is None else _group_end(source, fonts.start()) - fonts.start()
    if len(source) > MAX_CHARACTERS or size > MAX_FONTS:
        raise SourceTooLargeError(
            f"{name!r} has {len(source)} characters of RTF, {size} of them fonts; "
            f"the limits are {MAX_CHARACTERS} and {MAX_FONTS}, so split it"
        )


def _marked(source: str) -> str:
    """Return `source` with marks that striprtf keeps, without the words that make it look for links in the square."""
    source = _HIDDEN.sub("", _LINK.sub(r"\\fielx", _NO_LENGTH.sub("", source)))
    source = _OUTLINE.sub(lambda match: f"{_LEVEL_WORD}{match[1]} ", source)
    return _ROW_END.sub(lambda _: _ROW_WORD, _CELL_END.sub(lambda _: _CELL_WORD, source))


def _plain(name: str, source: str) -> str:
    from striprtf.striprtf import rtf_to_text

    try:
        text = rtf_to_text(source, errors="replace")  # type: ignore[no-untyped-call]
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    except (ValueError, LookupError, TypeError, OverflowError) as error:
        raise DamagedFileError(f"{name!r} is damaged RTF; save it again") from error
    return str(text).translate(NO_SIGNS)


def _group_end(source: str, start: int) -> int:
    """Return where the group that begins at `start` ends."""
    depth = 0
    for brace in _BRACE.finditer(source, start):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return brace.end()
    return len(source)


def _taken_out(source: str, group: re.Pattern[str]) -> tuple[str, list[str]]:
    """Return `source` without the groups that begin so, such as footnotes, and what these hold."""
    kept, notes, position = [], [], 0
    for match in group.finditer(source):
        if match.start() < position:
            continue
        end = _group_end(source, match.start())
        kept.append(source[position : match.start()])
        notes.append(source[match.end() : end - 1])
        position = end
    return "".join([*kept, source[position:]]), notes


def _texts(name: str, source: str, groups: list[str]) -> list[str]:
    """Return what groups that were taken out say, each in a line; read together, as each would need the fonts again."""
    joined = "".join(f"{{{_CELL_END.sub(' ', words)}}}{_END_WORD}" for words in groups)
    return [one_line(text) for text in _plain(name, _prologue(source) + joined + "}").split(_END)[: len(groups)]]


def _prologue(source: str) -> str:
    """Return what a piece needs to be read by itself: the code page and the fonts."""
    page = re.search(r"\\ansicpg\d{1,5}", source)
    fonts = _FONTS.search(source)
    table = source[fonts.start() : _group_end(source, fonts.start())] if fonts else ""
    return "{\\rtf1\\ansi" + (page[0] if page else "") + table + " "


def _add(composer: Composer, text: str) -> None:
    """Append what striprtf gave: paragraphs end with their lines, rows of tables with a mark."""
    rows: list[list[str]] = []
    *before, rest = text.split(_ROW)
    for piece in before:
        first, *cells = piece.split(_CELL)
        paragraphs, _, cell = first.rpartition("\n")
        if paragraphs.strip():
            _add_rows(composer, rows)
            _add_paragraphs(composer, paragraphs)
            rows = []
        rows.append([cell, *cells[:-1]])
    _add_rows(composer, rows)
    _add_paragraphs(composer, rest)


def _add_rows(composer: Composer, rows: list[list[str]]) -> None:
    composer.add_table(
        [TableCell(y, x, one_line(_LEVELS.sub("", text))) for y, row in enumerate(rows) for x, text in enumerate(row)]
    )


def _add_paragraphs(composer: Composer, text: str) -> None:
    for line in text.replace(_CELL, " ").split("\n"):
        level = _LEVELS.search(line)
        words = one_line(_LEVELS.sub("", line))
        item = _ITEM.match(line)
        if level is not None and int(level[1]) < 9:  # 9 is the level of text
            composer.add(SegmentKind.HEADING, words, level=min(int(level[1]) + 1, 6))
        elif item is not None and line[item.end() :].strip():
            number = int(item[1]) if item[1] else None
            composer.add(SegmentKind.LIST_ITEM, one_line(line[item.end() :]), level=1, number=number)
        else:
            composer.add(SegmentKind.PARAGRAPH, words)


def _metadata(name: str, source: str) -> dict[str, MetadataValue]:
    metadata: dict[str, MetadataValue] = {}
    for key, value in _INFO.findall(source):
        if words := one_line(_plain(name, _prologue(source) + value + "}")):
            metadata.setdefault(key, words)
    return metadata
