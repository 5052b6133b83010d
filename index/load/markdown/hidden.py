"""Finds what a Markdown source holds and readers do not see: front matter, comments, words struck out."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from index.types import MetadataValue, Segment, SegmentKind

MAX_FRONT_MATTER = 64_000  # characters
_LARGEST = 1_000  # bits of a number

_FRONT_MATTER = re.compile(
    r"(?P<fence>---|\+\+\+)[ \t]*(?:\r\n?|\n)(?P<stated>.*?)(?:\r\n?|\n)?(?<=[\r\n])(?:(?P=fence)|\.\.\.)"
    r"[ \t]*(?=[\r\n]|\Z)",
    re.DOTALL,
)
# Pandoc's: "% title", "% authors", "% date", each a line that goes on in those that begin with a space.
_TITLE_BLOCK = re.compile(r"(?:%[ \t][^\r\n]*(?:(?:\r\n?|\n)[ \t]+[^\s][^\r\n]*)*(?:\r\n?|\n|\Z)){1,3}")
_STRUCK = re.compile(r"(?<![~\\])~~(?=[^\s~])(?:[^~\r\n]|~(?!~))*?(?<=[^\s~])~~(?!~)")
# An element of HTML that strikes words out, and the tag of any.
_STRIKES = re.compile(r"<(/?)(del|s|strike)(?:\s[^<>]{0,500})?>", re.IGNORECASE)
TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]{0,40}(?:\s[^<>]{0,2000})?/?>")
# Elements of HTML of which nothing is text.
UNSEEN_TAG = re.compile(r"<(/?)(style|script|template|svg)(?:\s[^<>]{0,2000})?>", re.IGNORECASE)
_TICKS = re.compile(r"`+")
# A link that nothing leads to, for a remark: "[//]: # (…)", "[comment]: <> (…)".
_REMARK = re.compile(r"^[ \t>]{0,8}(\[[^\]\r\n]{1,99}\]:[ \t]*(?:#|<>)(?=[ \t])[^\r\n]*)", re.MULTILINE)
_FIELDS = {"title": "title", "author": "author", "authors": "author", "date": "date", "tags": "tags"}


def front_matter(text: str) -> tuple[int, Mapping[str, MetadataValue]]:
    """Return the end of the front matter of `text` (0 without one), and its metadata."""
    start = int(text.startswith("\ufeff"))
    match = _FRONT_MATTER.match(text, start, start + MAX_FRONT_MATTER)
    if match is None:
        return _title_block(text, start)
    stated = _parsed(match["stated"], toml=match["fence"] == "+++")
    if stated is None:
        return 0, {}
    metadata = {ours: _value(stated[name]) for name, ours in _FIELDS.items() if name in stated}
    return match.end(), {name: value for name, value in metadata.items() if value}


def _title_block(text: str, start: int) -> tuple[int, Mapping[str, MetadataValue]]:
    match = _TITLE_BLOCK.match(text, start, start + MAX_FRONT_MATTER)
    if match is None:
        return 0, {}
    lines = re.split(r"^%[ \t]", match[0], flags=re.MULTILINE)[1:]
    metadata = dict(zip(("title", "author", "date"), map(_text, lines), strict=False))
    return start + len(match[0].rstrip()), {name: value for name, value in metadata.items() if value}


def _parsed(stated: str, *, toml: bool) -> dict[str, Any] | None:
    """Parse front matter; None for text between two rules."""
    import yaml

    try:
        fields = tomllib.loads(stated) if toml else yaml.safe_load(stated)
    except (tomllib.TOMLDecodeError, yaml.YAMLError, ValueError, RecursionError):
        fields = None
    if isinstance(fields, dict):
        return fields
    looks_stated = all(re.match(r"\s*$|\s*#|\s*-\s|\s|[\w-]+\s*[:=]", line) for line in stated.splitlines())
    return {} if stated.strip() and looks_stated else None


def _value(stated: Any) -> MetadataValue:
    if isinstance(stated, list):
        return tuple(text for text in map(_text, stated[:100]) if text)
    return _text(stated)


def _text(stated: Any) -> str:
    if isinstance(stated, date):
        return stated.isoformat()[:10]
    if isinstance(stated, int) and stated.bit_length() > _LARGEST:  # Python writes none that is much longer
        return ""
    return " ".join(str(stated).split())[:1000] if isinstance(stated, str | int | float) else ""


def with_hidden(text: str, blocks: Sequence[Segment], front: int) -> tuple[Segment, ...]:
    """Add hidden segments between and inside `blocks`; `front`: the end of the front matter."""
    hidden = list(_spans(text, blocks, front))
    starts, ends = [start for start, _ in hidden], [end for _, end in hidden]
    hidden_segments = []
    for block in blocks:
        inside = hidden[bisect_left(starts, block.start) : bisect_right(ends, block.end)]
        edges = [block.start, *(edge for span in inside for edge in span), block.end]
        seen = "".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
        if inside and not seen.strip():
            continue
        hidden_segments.append(block)
    hidden_segments += [Segment(SegmentKind.HIDDEN, start, end) for start, end in hidden]
    return tuple(sorted(hidden_segments, key=lambda s: (s.start, s.kind is SegmentKind.HIDDEN)))


def _spans(text: str, blocks: Sequence[Segment], front: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of what is hidden, in order and apart; each inside of one block, or between two."""
    position = int(text.startswith("\ufeff"))
    if front > position:
        yield position, front
    position = max(position, front)
    edge = next((block.start for block in blocks), len(text))
    for block, following in zip([None, *blocks], [*blocks, None], strict=True):
        if block is not None and block.kind is not SegmentKind.CODE:
            yield from _inside(text, block)
        position = max(position, block.end if block else 0)
        edge = following.start if following else len(text)
        gap = [match.span(1) for match in _REMARK.finditer(text, position, edge)]
        gap += _comments(text, position, edge)
        gap += _elements(UNSEEN_TAG, text, position, edge)
        gap += [match.span() for match in TAG.finditer(text, position, edge)]
        for start, end in _apart(gap):
            end = start + len(text[start:end].rstrip())
            yield start, end


def _inside(text: str, block: Segment) -> Iterator[tuple[int, int]]:
    code = list(_inline_code(text, block.start, block.end))
    spans = [*_comments(text, block.start, block.end), *_elements(UNSEEN_TAG, text, block.start, block.end)]
    if block.kind is not SegmentKind.TABLE:
        spans += [match.span() for match in _STRUCK.finditer(text, block.start, block.end)]
    spans += _elements(_STRIKES, text, block.start, block.end)
    ends = [end for _, end in code]
    after = [bisect_right(ends, start) for start, _ in spans]  # the first code that ends after each begins
    yield from _apart([span for span, i in zip(spans, after, strict=True) if i == len(code) or code[i][0] >= span[1]])


def _elements(tags: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield each from its first tag to the one that closes it; one that nothing closes is text."""
    opened: dict[str, int] = {}
    for tag in tags.finditer(text, start, end):
        if not tag[1]:
            opened.setdefault(tag[2].lower(), tag.start())
        elif (first := opened.pop(tag[2].lower(), None)) is not None:
            yield first, tag.end()


def _comments(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while (first := text.find("<!--", start, end)) >= 0:
        last = text.find("-->", first + 4, end)
        if last < 0:  # nothing closes this one, nor any after it
            return
        yield first, last + 3
        start = last + 3


def _inline_code(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield spans of inline code: the next run of as many ticks closes a run (CommonMark 0.31, 6.1)."""
    runs = [match.span() for match in _TICKS.finditer(text, start, end)]
    latest: dict[int, int] = {}
    closing: dict[int, int] = {}
    for i in range(len(runs) - 1, -1, -1):
        length = runs[i][1] - runs[i][0]
        if length in latest:
            closing[i] = latest[length]
        latest[length] = i
    i = 0
    while i < len(runs):
        if i in closing:
            yield runs[i][0], runs[closing[i]][1]
        i = closing.get(i, i) + 1


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or kept[-1][1] <= start:
            kept.append((start, end))
    return kept
