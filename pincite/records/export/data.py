"""Exports answers as plain data for JSON, which programs read and `pincite verify` checks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version

from pydantic import JsonValue

from index.load import is_url
from pincite.records.export.excerpts import Known, excerpt
from pincite.records.export.links import citation_link
from qa.types import SCHEMA_VERSION, Answer, Citation

KIND = "pincite-conversation"


def conversation_data(answers: Sequence[Answer], documents: Known, created: datetime) -> dict[str, JsonValue]:
    """Return a conversation: `answers` in the order in which they were given, each as by `answer_data`.

    `digest`: a checksum of everything else, which `pincite verify` recomputes. It reveals accidental edits; an attacker
    can recompute it, so it does not prove who wrote the record.
    """
    return with_digest(
        {
            "schema_version": SCHEMA_VERSION,
            "kind": KIND,
            "pincite": version("pincite"),
            "created": created.isoformat(timespec="seconds"),
            "answers": [answer_data(answer, documents) for answer in answers],
        }
    )


def with_digest(data: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return `data` with its `digest`."""
    return {**data, "digest": digest_of(data)}


def digest_of(data: Mapping[str, JsonValue]) -> str:
    """Return the sha256 of plain data without its own `digest`."""
    plain = {key: value for key, value in data.items() if key != "digest"}
    text = json.dumps(plain, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def answer_data(answer: Answer, documents: Known | None = None) -> dict[str, JsonValue]:
    """Return `Answer.to_dict()` with its `digest`, and two more fields for each citation.

    `link`: the address of the quote on the web, or None. `sentence`: the document's text from `sentence_start` to
    `sentence_end`, None unless `documents` (by id) or the citation itself has all of it.
    """
    known = documents or {}
    data = answer.to_dict()
    for plain, citation in zip(data["citations"], answer.citations, strict=True):
        plain.update(_export_fields(citation, known))
    if answer.nearest is not None:
        data["nearest"].update(_export_fields(answer.nearest, known))
    return with_digest(data)


def portable(answers: Sequence[Answer]) -> list[Answer]:
    """Return `answers` without paths of this machine: a source that is not a URL becomes the document's id."""
    return [
        replace(
            answer,
            citations=tuple(_portable(citation) for citation in answer.citations),
            nearest=None if answer.nearest is None else _portable(answer.nearest),
        )
        for answer in answers
    ]


def _portable(citation: Citation) -> Citation:
    return citation if is_url(citation.source) else replace(citation, source=citation.document_id)


def _export_fields(citation: Citation, documents: Known) -> dict[str, str | None]:
    around = excerpt(citation, documents)
    sentence = around.between(citation.sentence_start, citation.sentence_end) if around.whole else None
    return {"link": citation_link(citation), "sentence": sentence}
