"""Finds the place that a draft gives for a quotation: a document's name or title, a page, or a note with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from index.types import Document
from pincite.records.check.citations import CitedQuotation
from pincite.records.check.types import Attribution

_PAGES = re.compile(
    r"(?<![\w.])(?:pp?|pgs?|pages?)\.?[ \u00a0]*(\d{1,5})"
    r"(?:[ \u00a0]*(?:[-–—]|to|and)[ \u00a0]*(\d{1,5}))?(?![\w.]*\d)",
    re.IGNORECASE,
)
_FILE = re.compile(r"(?<![\w@/.-])[\w][\w.()/-]{0,120}\.(?:pdf|docx?|txt|md|markdown|html?)(?![\w])", re.IGNORECASE)
_NOTE = re.compile(r"\A[^\w\n]{0,3}\[\^?([\w-]{1,30})\]")
_PLAIN = re.compile(r"[a-z]+\Z")
_BRACKETED = re.compile(r"[(\[][^()\[\]]{0,200}[)\]]")


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of a source. `plain`: it is an ordinary word, so it counts only in brackets."""

    words: str
    document_id: str
    plain: bool


class DocumentNames:
    """The names that a draft may use for the sources."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._names: list[_Name] = []
        for document in documents:
            path = PurePosixPath(document.id)
            names = {document.id: False, path.name: False, path.stem: _PLAIN.match(path.stem) is not None}
            title = document.metadata.get("title")
            if isinstance(title, str) and len(title.split()) > 1:
                names[title] = False
            self._names += [_Name(_folded(n), document.id, plain) for n, plain in names.items() if len(n) > 2]

    def named_in(self, text: str) -> tuple[str, ...]:
        """Return the ids of the sources that `text` names; of overlapping names, the longest counts."""
        folded, bracketed = _folded(text), _folded(" ".join(_BRACKETED.findall(text)))
        mentions: list[tuple[int, int, _Name]] = []
        for name in self._names:
            searched = bracketed if name.plain else folded
            if name.words in searched:
                span = _whole_word_span(searched, name.words)
                if span is not None:
                    mentions.append((*span, name))
        kept = [n for a, b, n in mentions if not any(c <= a and b <= d and d - c > b - a for c, d, _ in mentions)]
        return tuple(dict.fromkeys(n.document_id for n in kept))

    def meant_by(self, source: str) -> tuple[str, ...]:
        """Return the ids of the sources that a citation of another tool's answer names."""
        wanted = _folded(source)
        same = [n.document_id for n in self._names if n.words == wanted]
        last = _folded(PurePosixPath(source.replace("\\", "/")).name)
        same = same or [n.document_id for n in self._names if n.words == last]
        return tuple(dict.fromkeys(same)) or self.named_in(source)


def attribution_of(
    before: str, after: str, text: str, names: DocumentNames, *, notes: Sequence[str] = ()
) -> Attribution | None:
    """Return the attribution in the words around a quotation; the words after it take precedence.

    `text`: the whole draft, in which notes are looked up.
    """
    note = _NOTE.match(after)
    if note is not None:
        after = f"{after} ({_note_text(text, note[1])})"
    for words in (after, before):
        attribution = _attribution(words, names)
        if attribution is not None and (attribution.document_ids or attribution.unknown):
            if attribution.pages is None:
                attribution = replace(attribution, pages=_pages(f"{after} {before}"))
            return attribution
    pages = _pages(after) or _pages(before)
    return Attribution(after.strip() or before.strip(), pages=pages) if pages else None


def attribution_cited(cited: CitedQuotation, names: DocumentNames) -> Attribution | None:
    """Return the attribution of a citation in another tool's answer."""
    pages = None if cited.page is None else (cited.page, cited.page)
    if cited.source is None:
        return Attribution("", pages=pages) if pages else None
    meant = names.meant_by(cited.source)
    file = _FILE.search(cited.source) or cited.source.startswith(("http://", "https://"))
    unknown = cited.source if not meant and file else None
    if not meant and unknown is None and pages is None:
        return None
    return Attribution(cited.source, meant, unknown, pages, cited.offset if meant else None)


def _attribution(words: str, names: DocumentNames) -> Attribution | None:
    meant = names.named_in(words)
    file = _FILE.search(words)
    if meant or file:
        return Attribution(words.strip(), meant, None if meant or file is None else file[0])
    return None


def _pages(words: str) -> tuple[int, int] | None:
    match = _PAGES.search(words)
    if match is None:
        return None
    first = int(match[1])
    last = int(match[2] or first)
    if last < first:  # 312-15
        last = int(match[1][: len(match[1]) - len(match[2])] + match[2]) if match[2] else first
    return first, max(first, last)


def _note_text(text: str, name: str) -> str:
    pattern = rf"(?m)^[ \t]*(?:\[\^?{re.escape(name)}\]:?|{re.escape(name)}[.)])[ \t]+(.+)$"
    match = re.search(pattern, text)
    return match[1][:300] if match else ""


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def _whole_word_span(text: str, words: str) -> tuple[int, int] | None:
    """Return the first span of `words` in `text` that is not inside a longer word, or None."""
    start = -1
    while (start := text.find(words, start + 1)) >= 0:
        end = start + len(words)
        if not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum():
            return start, end
    return None
