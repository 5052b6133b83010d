"""Holds what was read of a visitor's file: its document, and those of its attachments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import prompts
from index.errors import PinciteError
from index.load.documents import ATTACHED_TO
from index.sandbox import ReadResult
from index.types import Document
from pincite.service.reporting import Progress
from pincite.web.visitor import Visitor, Visitors
from qa.errors import BusyError, TimeIsUpError

__all__ = ["add_read"]


def add_read(
    visitors: Visitors, visitor: Visitor, read: Sequence[ReadResult], progress: Progress = lambda share: None
) -> tuple[Document, list[str]]:
    """Return the document of a file in the visitor's library, and why what is attached to it is not, where that is so.

    Attachments are named after what their document is called here. Raises `PinciteError` where it cannot be added.
    """
    sizes = [len(result.document.text) for result in read]
    whole, failed = sum(sizes), list[str]()

    def report(i: int) -> Progress:
        return lambda share: progress((sum(sizes[:i]) + share * sizes[i]) / whole)

    first = visitor.library.add(read[0].document, report(0), sentences=read[0].sentences)
    names = {read[0].document.id: first.id}
    for i, result in enumerate(read[1:], start=1):
        document = _renamed(result.document, names)
        try:
            if (limit := visitors.limit_reached(visitor, being_added=1)) is not None:
                raise PinciteError(f"{document.id!r}: {prompts.render('page_too_many', limit=limit)}")
            names[result.document.id] = visitor.library.add(document, report(i), sentences=result.sentences).id
        except (BusyError, TimeIsUpError):
            raise
        except PinciteError as error:
            failed.append(str(error))
    return first, failed


def _renamed(document: Document, names: dict[str, str]) -> Document:
    """Return an attachment below what it is attached to, whose name here is in `names`."""
    before = str(document.metadata[ATTACHED_TO])
    holder = names.get(before, before)
    if holder == before:
        return document
    own = holder + document.id.removeprefix(before)
    return replace(document, id=own, metadata={**document.metadata, ATTACHED_TO: holder})
