"""Where a draft says that a quotation stands: a document's name or title, a page, a note that leads to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from index.types import Document
from pincite.records.check.citations import Cited
from pincite.records.check.types import Ascription

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
    """A name of a source. `plain`: an ordinary word, which means the source in brackets only."""

    words: str
    document_id: str
    plain: bool


class Names:
    """The names under which a draft may speak of the sources."""

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
        """The sources that `text` names; of names within names, the longest count."""
        folded, bracketed = _folded(text), _folded(" ".join(_BRACKETED.findall(text)))
        found: list[tuple[int, int, _Name]] = []
        for name in self._names:
            where = bracketed if name.plain else folded
            if name.words in where:
                at = _whole(where, name.words)
                if at is not None:
                    found.append((*at, name))
        longest = max((len(name.words) for _, _, name in found), default=0)
        kept = [n for a, b, n in found if not any(c <= a and b <= d and d - c > b - a for c, d, _ in found)]
        return tuple(dict.fromkeys(n.document_id for n in kept)) if longest else ()

    def meant_by(self, source: str) -> tuple[str, ...]:
        """The sources that a citation in another tool's answer names."""
        wanted = _folded(source)
        same = [n.document_id for n in self._names if n.words == wanted]
        last = _folded(PurePosixPath(source.replace("\\", "/")).name)
        same = same or [n.document_id for n in self._names if n.words == last]
        return tuple(dict.fromkeys(same)) or self.named_in(source)


def ascription_of(before: str, after: str, text: str, names: Names, *, notes: Sequence[str] = ()) -> Ascription | None:
    """What the words around a quotation say of its place: those after it first. `text`: the whole draft, for notes."""
    note = _NOTE.match(after)
    if note is not None:
        after = f"{after} ({_note_text(text, note[1])})"
    for words in (after, before):
        found = _ascription(words, names)
        if found is not None and (found.document_ids or found.unknown):
            if found.pages is None:
                found = Ascription(found.words, found.document_ids, found.unknown, _pages(f"{after} {before}"))
            return found
    pages = _pages(after) or _pages(before)
    return Ascription(after.strip() or before.strip(), pages=pages) if pages else None


def ascription_cited(cited: Cited, names: Names) -> Ascription | None:
    """The same of a citation in another tool's answer."""
    pages = None if cited.page is None else (cited.page, cited.page)
    if cited.source is None:
        return Ascription("", pages=pages) if pages else None
    meant = names.meant_by(cited.source)
    file = _FILE.search(cited.source) or cited.source.startswith(("http://", "https://"))
    unknown = cited.source if not meant and file else None
    if not meant and unknown is None and pages is None:
        return None
    return Ascription(cited.source, meant, unknown, pages, cited.at if meant else None)


def _ascription(words: str, names: Names) -> Ascription | None:
    meant = names.named_in(words)
    file = _FILE.search(words)
    if meant or file:
        return Ascription(words.strip(), meant, None if meant or file is None else file[0])
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
    found = re.search(pattern, text)
    return found[1][:300] if found else ""


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def _whole(text: str, words: str) -> tuple[int, int] | None:
    """Where `words` stand in `text`, not inside of a longer word."""
    at = text.find(words)
    while at >= 0:
        end = at + len(words)
        if not text[at - 1 : at].isalnum() and not text[end : end + 1].isalnum():
            return at, end
        at = text.find(words, at + 1)
    return None
