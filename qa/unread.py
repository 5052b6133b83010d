"""Words what of a document could not be read, and what was recognised in pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.load.ocr.extra import can_recognise
from index.types import FAILED, WORDLESS, Document, Unread, UnreadKind
from prompts import render

# What an answer may have stood in; pictures are in nearly every document, and seldom hold one.
WEIGHTY = (
    UnreadKind.PAGE,
    UnreadKind.DAMAGED,
    UnreadKind.FONT,
    UnreadKind.FORM,
    UnreadKind.OBJECT,
    UnreadKind.ATTACHMENT,
)

# Media types of documents whose pictures are read, where something is there to recognise their words.
_PICTURES_READ = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "message/rfc822",
    "application/mbox",
)
_UNREAD_PAGES = (
    {"": "unread_page", WORDLESS: "unread_page_wordless", FAILED: "unread_page_failed"},
    {"": "unread_pages", WORDLESS: "unread_pages_wordless", FAILED: "unread_pages_failed"},
)


def unread_text(document: Document) -> tuple[str, ...]:
    """Return a sentence for each kind of content that is not in the text of `document`."""
    return tuple(_sentence(document.id, entry) for entry in document.unread)


def weighty_text(documents: Iterable[Document]) -> tuple[str, ...]:
    """Return a sentence for each kind of content of `documents` that is not read and may hold an answer."""
    return tuple(_sentence(d.id, entry) for d in documents for entry in d.unread if entry.kind in WEIGHTY)


def recognised_text(document: Document) -> tuple[str, ...]:
    """Return a sentence for the pages and one for the pictures of `document` that were recognised, with the program."""
    stated = document.metadata
    name = " ".join([str(stated.get("recognised_by", "")), *_models(stated.get("recognised_with", ()))])
    pages = stated.get("recognised_pages", ())
    numbers = [int(page) for page in ((pages,) if isinstance(pages, str) else pages) if page.isdigit()]
    texts = []
    if len(numbers) == 1:
        texts.append(render("recognised_page", id=document.id, pages=_pages(numbers), name=name))
    elif numbers:
        texts.append(render("recognised_pages", count=len(numbers), id=document.id, pages=_pages(numbers), name=name))
    pictures = stated.get("recognised_pictures")
    if pictures == "1":
        texts.append(render("recognised_picture", id=document.id, name=name))
    elif pictures:
        texts.append(render("recognised_pictures", count=pictures, id=document.id, name=name))
    if name and not texts:
        texts.append(render("recognised_parts", id=document.id, name=name))
    return tuple(texts)


def way_text(documents: Iterable[Document]) -> str:
    """Return how to install what recognises pages and pictures, if `documents` have unread ones; else ""."""
    if can_recognise():
        return ""
    return render("unread_way") if any(map(_could_be_recognised, documents)) else ""


def _could_be_recognised(document: Document) -> bool:
    """Return whether `document` has pages, or pictures, whose words nothing has tried to recognise."""
    kinds = {entry.kind for entry in document.unread if not entry.detail}
    return UnreadKind.PAGE in kinds or (UnreadKind.IMAGE in kinds and document.media_type in _PICTURES_READ)


def _models(names: str | tuple[str, ...]) -> tuple[str, ...]:
    listed = ", ".join((names,) if isinstance(names, str) else names)
    return (f"({listed})",) if listed else ()


def _sentence(name: str, unread: Unread) -> str:
    where = _pages(unread.pages)
    match unread.kind:
        case UnreadKind.PAGE:
            keys = _UNREAD_PAGES[len(unread.pages) > 1]
            return render(keys.get(unread.detail, keys[""]), id=name, pages=where)
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
        case UnreadKind.ATTACHMENT:
            return render("unread_attachment", id=name, names=unread.detail)
        case UnreadKind.ENCODING:
            declared, _, taken = unread.detail.partition(" ")
            if taken:
                return render("unread_charset", id=name, declared=declared, taken=taken)
            return render("unread_bytes", id=name, count=unread.count, encoding=declared)


def _pages(pages: Sequence[int]) -> str:
    """Write page numbers as people do: "3", "2 and 3", "1, 2 and 5 to 9"."""
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
