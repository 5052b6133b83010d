"""Tells what questions call a document, by its title or what it names most often; finds its headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from index.split.sentences import Span
from index.types import Document, SegmentKind

_LONGEST = 80  # characters of a title in a question
_LONGEST_LINE = 160  # characters of a first line that is a title
_LOOKED_AT = 2_000  # characters at the beginning, where a title stands
_FEWEST_WORDS = 3  # of a first line that is a title
_OFTEN = 3  # so many times a document names what it is about
_NAMES = 2  # that a question is asked of
_SHARE = 0.5  # of what the first name counts, so much the second does
_NAMED = 0.6  # of a title's words, so many of them name the document
_SMALL = frozenset("a an the of on in for and to by at".split())
_HEADER = re.compile(r"\s*(?:---\s*\n)?[A-Za-z][\w /-]{0,28}:[ \t]+\S")
_TITLE_FIELD = re.compile(r"^(?:title|subject)[ \t]*:[ \t]*(?P<title>\S.*?)[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
_FIELD_LINE = re.compile(r"^[^\W\d_][\w ]{0,20}:\s", re.MULTILINE)
_BRACKETED = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_ENDED = re.compile(r"[.!?:;,…]\Z")
_PARTS = re.compile(r"(?<=\w)[.:;|][ \t]+|[ \t]+[-–—|][ \t]+")
_ODD = re.compile(r"[?!“”\"<>{}\[\]|*_`]|[.:;,]$")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_PLAIN_WORD = re.compile(r"[^\W_]+")
# A name inside a sentence, after a small word; what follows tells that it names a thing, as "Greek" of "Greek cities"
# does not.
_NAME = re.compile(
    r"(?<=[a-z,\r]\s)(?P<the>the\s+)?(?P<name>[A-Z][\w’'-]+(?:[ \n][A-Z][\w’'-]+){0,2})"
    r"(?=[^\w\s-]|\s+(?:and|or|of|in|on|to|at|by|for|from|with|as|into|over|under|who|which|that|is|are|was|were|had|has"
    r"|have|did|does|will|would|could|can|may|might|should|must)\b)"
)
_UNTITLED = re.compile(
    r"\W*(?:untitled|anonymous|unknown|no title|document|title)?\W*\d*\W*|\S+\.\w{2,5}", re.IGNORECASE
)
_OWNED = re.compile(r"['’]s?\Z")
_NO_SUBJECTS = frozenset(
    """I I'm I'll I've I'd January February March April May June July August September October November December Monday
    Tuesday Wednesday Thursday Friday Saturday Sunday Mr Mrs Ms Dr Chapter Section Part Figure Table Page English
    God Sir Madam Lord Internet OK""".split()
)


def short_title(document: Document) -> str:
    """Return the document's title, or the part of a long title that it speaks of most; empty if it has no title."""
    title = _title_of(document)
    if len(title) > _LONGEST:
        counts = Counter(word.casefold() for word in _WORD.findall(document.text))
        title = max(_PARTS.split(title), key=lambda part: _spoken_of(part, counts))
    if len(title) > _LONGEST:
        title = _BRACKETED.sub("", title).partition(", ")[0]
    return "" if len(title) > _LONGEST or _ODD.search(title) or _UNTITLED.fullmatch(title) else title


def names_by_title(scope: str, document: Document) -> bool:
    """Return whether `scope` names the document: its file, its short title, or most words of its title alone."""
    scope_words = _names(scope)
    if "".join(scope_words) in ("".join(_names(PurePath(document.id).stem)), "".join(_names(short_title(document)))):
        return bool(scope_words)
    title = set(_names(_title_of(document)))
    return title.issuperset(scope_words) and len(set(scope_words)) >= _NAMED * len(title)


def main_subject(document: Document) -> str:
    """Return the one or two names that occur most often in the document, as a sentence writes them, or nothing."""
    counts: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    for match in _NAME.finditer(document.text):
        name = _OWNED.sub("", " ".join(match["name"].split()))
        if name not in _NO_SUBJECTS:
            counts[name] += 1
            articles[name] += match["the"] is not None
    best = [name for name, count in counts.most_common(_NAMES) if count >= max(_OFTEN, _SHARE * max(counts.values()))]
    return " and ".join(f"the {name}" if 2 * articles[name] > counts[name] else name for name in best)


def _title_of(document: Document) -> str:
    """Return the full title: of the metadata, a first heading alone on its level, a header, a first line; or empty."""
    stated, beginning = document.metadata.get("title", ""), document.text[:_LOOKED_AT]
    full = stated.strip() if isinstance(stated, str) else ""
    full = full or _top_heading(document) or _stated_title(beginning) or _first_line(beginning)
    return " ".join(full.split())


def _top_heading(document: Document) -> str:
    headings = [segment for segment in document.segments if segment.kind is SegmentKind.HEADING]
    if not headings or any((h.level or 1) <= (headings[0].level or 1) for h in headings[1:]):
        return ""
    return document.text[headings[0].start : headings[0].end]


def _names(words: str) -> list[str]:
    return [word for word in _PLAIN_WORD.findall(words.casefold()) if word not in _SMALL]


def _stated_title(beginning: str) -> str:
    """Return the title that a text states in its header: "Title: …"."""
    if not _HEADER.match(beginning):
        return ""
    header = re.split(r"\r?\n[ \t]*\r?\n", beginning.lstrip(), maxsplit=1)[0]
    match = _TITLE_FIELD.search(header)
    return match["title"].strip("\"' ") if match else ""


def _first_line(beginning: str) -> str:
    """Return the first line, where it stands alone, reads as a title, and is no turn of a talk ("Ann: Good day")."""
    first, _, rest = beginning.strip().replace("\r\n", "\n").partition("\n")
    alone = rest.startswith("\n") and rest.strip()
    talks = _FIELD_LINE.match(first) and len(_FIELD_LINE.findall(beginning)) > 1
    if not alone or talks or len(first) > _LONGEST_LINE or _ENDED.search(first):
        return ""
    words = _WORD.findall(first)
    return first.strip() if len(words) >= _FEWEST_WORDS and first[0].isupper() else ""


def _spoken_of(part: str, counts: Counter[str]) -> int:
    """Return how often a document says the long words of `part`."""
    return sum(counts[word.casefold()] for word in _WORD.findall(part) if len(word) > 4)


_UNDERLINED = re.compile(r"\S[^\n]{0,118}\n([=\-~^*#\"'+])\1{2,}\s*\Z")
_CAPTION = re.compile(r"[\[(<{]|(?:fig(?:ure)?|table|illustration|photo(?:graph)?)\b", re.IGNORECASE)
_LETTERS_ONLY = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LONGEST_HEADING = 80  # characters


def find_headings(document: Document, sentences: Sequence[Span]) -> list[tuple[int, int, int]]:
    """Return (start, end, level) of each heading: those that are marked, or else the lines that look like one."""
    marked = [(s.start, s.end, s.level or 1) for s in document.segments if s.kind is SegmentKind.HEADING]
    return marked or list(_guessed_headings(document, sentences))


def _guessed_headings(document: Document, sentences: Sequence[Span]) -> Iterator[tuple[int, int, int]]:
    """Guess the headings of plain text: a line of its own, underlined, in capitals or in Title Case, without a stop."""
    paragraphs = {(s.start, s.end) for s in document.segments if s.kind is SegmentKind.PARAGRAPH}
    levels: dict[str, int] = {}
    for start, end in sentences:
        text = document.text[start:end]
        if (start, end) not in paragraphs:
            continue
        if underlined := _UNDERLINED.match(text.replace("\r\n", "\n")):
            yield start, end, levels.setdefault(underlined[1], len(levels) + 1)
        elif _looks_like_heading(text):
            yield start, end, levels.setdefault("", len(levels) + 1)


def _looks_like_heading(text: str) -> bool:
    words = _LETTERS_ONLY.findall(text)
    if "\n" in text or len(text) > _LONGEST_HEADING or not words or text[-1] in ".,;:!?" or _CAPTION.match(text):
        return False
    if not 2 <= len(words) <= 10 or "://" in text:
        return False
    capitals = sum(word[0].isupper() for word in words if len(word) > 3)
    return text.isupper() or (words[0][0].isupper() and capitals == sum(len(word) > 3 for word in words) > 0)
