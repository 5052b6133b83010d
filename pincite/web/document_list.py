"""Renders the list of the visitor's documents, with the sources that are being indexed and those that failed."""

from __future__ import annotations

from collections.abc import Collection

from index.load.formats import suffixes
from index.types import Document
from pincite.html.marks import escape
from pincite.html.words import words_html
from pincite.web.files import size_text
from pincite.web.names import title_of
from pincite.web.visitor import MOST_BYTES, MOST_DOCUMENTS, Source, Visitor
from qa.unread import recognised_text, unread_text, way_text

__all__ = ["add_button_html", "adding_html", "document_list_html"]


def document_list_html(visitor: Visitor) -> str:
    """Render the current list.

    A list that differs from the one before gets a new number, as in `pincite.web.page_state`: the page's script never
    replaces a list by an older one.
    """
    with visitor.lock:
        rows = _rows(visitor)
        number, before = visitor.listed
        if rows != before:
            visitor.listed = number, before = number + 1, rows
    return (
        f'<ul class="pc-documents" data-token="{visitor.token}" data-number="{number}" role="list"'
        f' aria-label="{words_html("page_shelf_label")}" aria-live="polite">{rows}</ul>'
    )


def add_button_html() -> str:
    """Render the button beside the question, which opens the list and `adding_html`; a short label for narrow pages."""
    return (
        f'<button type="button" class="pc-button pc-add-document" aria-label="{words_html("page_add_document")}">'
        f'<span class="pc-add-long">{words_html("page_add_document")}</span>'
        f'<span class="pc-add-short">{words_html("page_add_short")}</span></button>'
    )


def adding_html() -> str:
    """Render the forms that add to the list: files, addresses and pasted text, and the limits."""
    formats = ", ".join(suffixes())
    limits = words_html("page_limits", formats=formats, size=size_text(MOST_BYTES), count=MOST_DOCUMENTS)
    url = words_html("page_add_url")
    return (
        f'<div class="pc-adding" data-most="{MOST_BYTES}"><p><label class="pc-button pc-choose" for="pc-files">'
        f'{words_html("page_add_files")}</label><input id="pc-files" type="file" multiple accept="{escape(formats)}"> '
        f'<span class="pc-note">{words_html("page_add_hint")}</span></p>'
        f'<form class="pc-address" novalidate><label for="pc-url">{url}</label>'
        f'<input id="pc-url" type="url" autocomplete="off"><button type="submit" class="pc-button">'
        f'{words_html("page_add_url_button")}</button></form>{_pasting_html()}<p class="pc-limits">{limits}</p></div>'
        f'<div class="pc-drop" aria-hidden="true"><p>{words_html("page_drop_here")}</p></div>'
    )


def _pasting_html() -> str:
    return (
        f'<form class="pc-paste" novalidate data-name="{words_html("page_pasted_name")}.txt"><label for="pc-pasted">'
        f'{words_html("page_paste")}</label><textarea id="pc-pasted" rows="2" autocomplete="off"></textarea>'
        f'<button type="submit" class="pc-button">{words_html("page_paste_button")}</button></form>'
    )


def _rows(visitor: Visitor) -> str:
    documents, searched = visitor.library.documents, visitor.library.searched
    several = len(documents) > 1
    rows = [_document(visitor, document, searched, several) for document in documents.values()]
    rows += [_source(number, source) for number, source in enumerate(list(visitor.sources))]
    return "".join(rows)


def _document(visitor: Visitor, document: Document, searched: Collection[str], several: bool) -> str:
    title, key = title_of(document), visitor.key(document.id)
    show = words_html("page_show", name=title)
    about = [words_html("page_document_size", size=f"{len(document.text):,}")]
    if isinstance(pages := document.metadata.get("pages"), str):
        about.insert(0, words_html("page_document_pages", pages=pages))
    notes = [*recognised_text(document), *unread_text(document), *filter(None, (way_text([document]),))]
    unread = "".join(f'<p class="pc-unread">{escape(note)}</p>' for note in notes)
    if (copy := visitor.library.near_copies.get(document.id)) is not None:
        alike = words_html("page_near_copy", name=copy.of, percent=f"{copy.share:.0%}")
        unread += f'<p class="pc-unread">{alike}</p>'
    where = "" if title == document.id else f"{escape(document.id)} · "
    tools = ""
    if several:
        checked = " checked" if document.id in searched else ""
        label, remove = words_html("page_search_in", name=title), words_html("page_remove_label", name=title)
        tools = (
            f'<label class="pc-search-in"><input type="checkbox" data-key="{key}" aria-label="{label}"{checked}>'
            f"{words_html('page_search_short')}</label>"
            f'<button type="button" class="pc-tool pc-remove" data-key="{key}" aria-label="{remove}">'
            f"{words_html('page_remove')}</button>"
        )
    return (
        f'<li><button type="button" class="pc-show" data-key="{key}" title="{show}">'
        f'<span class="pc-name">{escape(title)}</span><span class="pc-about">{where}{" · ".join(about)}</span></button>'
        f"{tools}{unread}</li>"
    )


def _source(number: int, source: Source) -> str:
    name = f'<span class="pc-name">{escape(source.name)}</span>'
    if source.error is None:
        label = words_html("page_indexing", name=source.name)
        # Hidden from screen readers, which would read the number several times a second.
        share = words_html("page_indexing_share", percent=f"{source.share:.0%}")
        return (
            f'<li class="pc-coming">{name}<span class="pc-about" aria-hidden="true">{share}</span>'
            f'<progress max="1" value="{source.share:.2f}" aria-label="{label}"></progress></li>'
        )
    label = words_html("page_dismiss_label", name=source.name)
    return (
        f'<li class="pc-failed" role="alert"><span>{name} <span class="pc-reason">{escape(source.error)}</span></span>'
        f'<button type="button" class="pc-tool pc-dismiss" data-number="{number}" aria-label="{label}">'
        f"{words_html('page_dismiss')}</button></li>"
    )
