"""Transcripts with times: SubRip (.srt) and WebVTT (.vtt). Cues that follow each other are put into paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from index.errors import DamagedFileError
from index.load.decoding import decode_marked
from index.load.marked import NO_SIGNS
from index.load.parsed import BlockDraft, Composer, Parsed, Raw, one_line
from index.types import Segment, SegmentKind

GAP = 3.0  # seconds without a word that begin a paragraph
LONG = 500  # characters, from which on the next end of a sentence ends a paragraph
_TIMES = re.compile(
    r"\s*(?P<start>(?:\d{1,4}:)?\d{1,2}:\d{2}[,.]\d{1,3})\s*-->\s*(?P<end>(?:\d{1,4}:)?\d{1,2}:\d{2}[,.]\d{1,3})"
)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,200})>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|<\d[\d:.]{0,20}>|\{\\[^{}]{0,100}\}")
_BLANK = re.compile(r"\n[ \t]*\n\s*")
_ENDS = (".", "!", "?", "…", '."', ".”", "?”", "!”")


@dataclass(frozen=True, slots=True)
class _Cue:
    """The words spoken from `start` to `end`, in seconds, and the speaker."""

    start: float
    end: float
    speaker: str
    words: str


def read(raw: Raw) -> Parsed:
    """Return the spoken words in paragraphs, each cue a place with its time.

    Raises `EncodingError` and `DamagedFileError`.
    """
    text = decode_marked(raw).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").translate(NO_SIGNS)
    composer = Composer()
    paragraph: list[_Cue] = []
    for cue in _cues(text):
        if paragraph and _is_new(paragraph, cue):
            _add(composer, paragraph)
            paragraph = []
        paragraph.append(cue)
    _add(composer, paragraph)
    if not composer.segments:
        raise DamagedFileError(f"{raw.name!r} holds no text with times; check that it is a transcript")
    return composer.parsed()


def _cues(text: str) -> Iterator[_Cue]:
    """Drop lines that a cue repeats from the one before, as rolling captions do."""
    last = ""
    for block in _BLANK.split(text):
        for times, lines in _timed(block.split("\n")):
            speaker, words = "", []
            for line in lines:
                voice = _VOICE.search(line)
                speaker = " ".join(unescape(voice[1]).split()) if voice else speaker
                spoken = one_line(unescape(_TAG.sub("", line)))
                if spoken and spoken != last:
                    words.append(spoken)
                last = spoken or last
            if words:
                yield _Cue(_seconds(times["start"]), _seconds(times["end"]), speaker, " ".join(words))


def _timed(lines: list[str]) -> Iterator[tuple[re.Match[str], list[str]]]:
    """Yield the times of each cue with the lines below them; a line of times begins one without an empty line too."""
    starts = [(i, times) for i, line in enumerate(lines) if "-->" in line and (times := _TIMES.match(line))]
    if starts and starts[0][0] > 1:
        return
    ends = [*(i for i, _ in starts[1:]), len(lines)]
    for (i, times), after in zip(starts, ends, strict=False):
        below = lines[i + 1 : after]
        yield times, below[:-1] if after < len(lines) and below and below[-1].strip().isdigit() else below


def _seconds(stated: str) -> float:
    *hours, minutes, seconds = stated.replace(",", ".").split(":")
    return 3600 * int(hours[0] if hours else 0) + 60 * int(minutes) + float(seconds)


def _is_new(paragraph: list[_Cue], cue: _Cue) -> bool:
    last = paragraph[-1]
    if cue.speaker != last.speaker or cue.start - last.end >= GAP or cue.start < last.start:
        return True
    return sum(len(one.words) for one in paragraph) >= LONG and last.words.endswith(_ENDS)


def _add(composer: Composer, cues: list[_Cue]) -> None:
    """Append a paragraph, after its speaker's name, with the time of each cue."""
    if not cues:
        return
    text = f"{cues[0].speaker}: " if cues[0].speaker else ""
    base = composer.length + (2 if composer.drafts else 0)
    places = []
    for number, cue in enumerate(cues):
        start = len(text) if number else 0
        text += cue.words
        places.append(Segment(SegmentKind.TIME, base + start, base + len(text), name=_clock(cue.start)))
        text += " "
    composer.put(BlockDraft(SegmentKind.PARAGRAPH, text.rstrip()), places)


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
