"""What of a document could not be read, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.types import Document, Unread, UnreadKind
from prompts import render

# What an answer may have stood in; pictures are in nearly every document, and seldom hold one.
WEIGHTY = (UnreadKind.PAGE, UnreadKind.DAMAGED, UnreadKind.FONT, UnreadKind.FORM, UnreadKind.OBJECT)


def unread_text(document: Document) -> tuple[str, ...]:
    """A sentence for each kind of content that is not in the text of `document`."""
    return tuple(_sentence(document.id, each) for each in document.unread)


def weighty_text(documents: Iterable[Document]) -> tuple[str, ...]:
    """A sentence for each kind of content of `documents` that is not read and may hold an answer."""
    return tuple(_sentence(d.id, each) for d in documents for each in d.unread if each.kind in WEIGHTY)


def _sentence(name: str, unread: Unread) -> str:
    where = _pages(unread.pages)
    match unread.kind:
        case UnreadKind.PAGE if len(unread.pages) == 1:
            return render("unread_page", id=name, pages=where)
        case UnreadKind.PAGE:
            return render("unread_pages", id=name, pages=where)
        case UnreadKind.DAMAGED:
            return render("unread_damaged", id=name, pages=where)
        case UnreadKind.FONT:
            return render("unread_font", id=name, pages=where, count=unread.count)
        case UnreadKind.FORM:
            return render("unread_form", id=name)
        case UnreadKind.IMAGE if unread.count == 1:
            return render("unread_image", id=name)
        case UnreadKind.IMAGE:
            return render("unread_images", id=name, count=unread.count)
        case UnreadKind.OBJECT:
            return render("unread_object", id=name, count=unread.count)
        case UnreadKind.ENCODING:
            declared, _, taken = unread.detail.partition(" ")
            if taken:
                return render("unread_charset", id=name, declared=declared, taken=taken)
            return render("unread_bytes", id=name, count=unread.count, encoding=declared)


def _pages(pages: Sequence[int]) -> str:
    """Page numbers as people write them: "3", "2 and 3", "1, 2 and 5 to 9"."""
    runs: list[list[int]] = []
    for page in sorted(pages):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    parts: list[str] = []
    for run in runs:
        parts += [render("page_range", first=run[0], last=run[-1])] if len(run) > 2 else [str(page) for page in run]
    if len(parts) < 2:
        return "".join(parts)
    return render("page_list", first=", ".join(parts[:-1]), last=parts[-1])
