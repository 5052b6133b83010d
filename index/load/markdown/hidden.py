"""What a Markdown source holds and no reader of it takes for text: front matter, comments, words struck out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from index.types import MetadataValue, Segment, SegmentKind

MAX_FRONT_MATTER = 64_000  # characters

_FRONT_MATTER = re.compile(
    r"(?P<fence>---|\+\+\+)[ \t]*(?:\r\n?|\n)(?P<stated>.*?)(?:\r\n?|\n)?(?<=[\r\n])(?:(?P=fence)|\.\.\.)"
    r"[ \t]*(?=[\r\n]|\Z)",
    re.DOTALL,
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_STRUCK = re.compile(r"(?<![~\\])~~(?=[^\s~])(?:[^~\r\n]|~(?!~))*?(?<=[^\s~])~~(?!~)")
_INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
# A link that nothing leads to, for a remark: "[//]: # (…)", "[comment]: <> (…)".
_REMARK = re.compile(r"^[ \t>]{0,8}(\[[^\]\r\n]{1,99}\]:[ \t]*(?:#|<>)(?=[ \t])[^\r\n]*)", re.MULTILINE)
_FIELDS = {"title": "title", "author": "author", "authors": "author", "date": "date", "tags": "tags"}


def front_matter(text: str) -> tuple[int, Mapping[str, MetadataValue]]:
    """Where the front matter of `text` ends (0 where it has none), and what it states of the document."""
    start = int(text.startswith("\ufeff"))
    found = _FRONT_MATTER.match(text, start, start + MAX_FRONT_MATTER)
    if found is None:
        return 0, {}
    stated = _parsed(found["stated"], toml=found["fence"] == "+++")
    if stated is None:
        return 0, {}
    metadata = {ours: _value(stated[name]) for name, ours in _FIELDS.items() if name in stated}
    return found.end(), {name: value for name, value in metadata.items() if value}


def _parsed(stated: str, *, toml: bool) -> dict[str, Any] | None:
    """What front matter says; None for text between two rules."""
    import yaml

    try:
        found = tomllib.loads(stated) if toml else yaml.safe_load(stated)
    except (tomllib.TOMLDecodeError, yaml.YAMLError, ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    looks_stated = all(re.match(r"\s*$|\s*#|\s*-\s|\s|[\w-]+\s*[:=]", line) for line in stated.splitlines())
    return {} if stated.strip() and looks_stated else None


def _value(stated: Any) -> MetadataValue:
    if isinstance(stated, list):
        return tuple(text for text in map(_text, stated[:100]) if text)
    return _text(stated)


def _text(stated: Any) -> str:
    if isinstance(stated, date):
        return stated.isoformat()[:10]
    return " ".join(str(stated).split())[:1000] if isinstance(stated, str | int | float) else ""


def with_hidden(text: str, blocks: Sequence[Segment], front: int) -> tuple[Segment, ...]:
    """`blocks` with what is hidden between them and inside of them; `front`: where the front matter ends."""
    hidden = list(_spans(text, blocks, front))
    found = []
    for block in blocks:
        inside = [span for span in hidden if block.start <= span[0] and span[1] <= block.end]
        seen = "".join(text[a:b] for a, b in _between(block, inside))
        if inside and not seen.strip():
            continue
        found.append(block)
    found += [Segment(SegmentKind.HIDDEN, start, end) for start, end in hidden]
    return tuple(sorted(found, key=lambda s: (s.start, s.kind is SegmentKind.HIDDEN)))


def _between(block: Segment, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    position = block.start
    for start, end in spans:
        yield position, start
        position = end
    yield position, block.end


def _spans(text: str, blocks: Sequence[Segment], front: int) -> Iterator[tuple[int, int]]:
    """The spans of what is hidden, in order and apart; each inside of one block, or between two."""
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
        gap += [match.span() for match in _COMMENT.finditer(text, position, edge)]
        for start, end in _apart(gap):
            end = start + len(text[start:end].rstrip())
            yield start, end


def _inside(text: str, block: Segment) -> Iterator[tuple[int, int]]:
    code = [match.span() for match in _INLINE_CODE.finditer(text, block.start, block.end)]
    found = [match.span() for match in _COMMENT.finditer(text, block.start, block.end)]
    if block.kind is not SegmentKind.TABLE:
        found += [match.span() for match in _STRUCK.finditer(text, block.start, block.end)]
    yield from _apart([span for span in found if not any(a < span[1] and span[0] < b for a, b in code)])


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if not kept or kept[-1][1] <= start:
            kept.append((start, end))
    return kept
