"""Exports answers to the clipboard, and as files that `pincite verify` can check."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from index.types import Document
from pincite.records.export.data import answer_data, conversation_data, portable
from pincite.records.export.dossier import dossier_html
from pincite.records.export.links import citation_link
from pincite.records.export.markdown import answer_markdown, answer_plain, conversation_markdown
from qa.errors import ExportError
from qa.types import Answer

__all__ = [
    "FORMATS",
    "answer_data",
    "answer_markdown",
    "answer_plain",
    "citation_link",
    "exported",
    "portable",
]


FORMATS = {"html": "text/html; charset=utf-8", "md": "text/markdown; charset=utf-8", "json": "application/json"}
"""The media type of each kind of file that a conversation is exported as, by its suffix, without the dot."""


def exported(
    answers: Sequence[Answer],
    documents: Mapping[str, Document],
    suffix: str,
    *,
    created: datetime | None = None,
) -> str:
    """Return the text of a file, to be written in UTF-8, with the conversation `answers` in their order.

    `suffix`: a key of `FORMATS`. `documents`: by id, for whole sentences; without its document, a citation has only its
    prefix and suffix. `created`: the time of export, now by default. Raises `ExportError` for another suffix.
    """
    created = created or datetime.now(UTC)
    if suffix == "html":
        return dossier_html(answers, documents, created)
    if suffix == "md":
        return conversation_markdown(answers, documents, created)
    if suffix == "json":
        return json.dumps(conversation_data(answers, documents, created), ensure_ascii=False, indent=2) + "\n"
    raise ExportError(f"a conversation cannot be exported as {suffix!r}; choose one of {', '.join(FORMATS)}")
