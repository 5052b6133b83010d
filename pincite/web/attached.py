"""Adds what was read of a visitor's file to their library: its document, and the documents of its attachments."""

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
    """Add a file's document and its attachments; return the document, and an error message for each failed attachment.

    The id of an attachment begins with the id that its document has in the library. Raises `PinciteError` if the
    document itself cannot be added.
    """
    sizes = [len(result.document.text) for result in read]
    total, errors = sum(sizes), list[str]()

    def report(i: int) -> Progress:
        return lambda share: progress((sum(sizes[:i]) + share * sizes[i]) / total)

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
            errors.append(str(error))
    return first, errors


def _renamed(document: Document, names: dict[str, str]) -> Document:
    """Return an attachment whose id begins with its holder's id in the library. `names`: these ids, by ids as read."""
    holder_as_read = str(document.metadata[ATTACHED_TO])
    holder = names.get(holder_as_read, holder_as_read)
    if holder == holder_as_read:
        return document
    new_id = holder + document.id.removeprefix(holder_as_read)
    return replace(document, id=new_id, metadata={**document.metadata, ATTACHED_TO: holder})
