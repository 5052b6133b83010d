"""Exports answers as plain data for JSON: what programs read, and what `pincite verify` checks."""

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
    """Return a conversation: `answers` in the order in which they were given, each as `answer_data` has it.

    `digest`: a checksum of everything else, which `pincite verify` recomputes. It shows that a record was edited by
    accident; somebody who edits it on purpose can recompute it, so it does not prove who wrote it.
    """
    return sealed(
        {
            "schema_version": SCHEMA_VERSION,
            "kind": KIND,
            "pincite": version("pincite"),
            "created": created.isoformat(timespec="seconds"),
            "answers": [answer_data(answer, documents) for answer in answers],
        }
    )


def sealed(data: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Add the `digest` to `data`."""
    return {**data, "digest": digest_of(data)}


def digest_of(data: Mapping[str, JsonValue]) -> str:
    """Return the sha256 of plain data without its own `digest`."""
    plain = {key: value for key, value in data.items() if key != "digest"}
    text = json.dumps(plain, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def answer_data(answer: Answer, documents: Known | None = None) -> dict[str, JsonValue]:
    """Return `Answer.to_dict()` with its `digest`, and two more fields for each citation.

    `link`: where a browser finds the quote on the web, or None. `sentence`: the document's text from `sentence_start`
    to `sentence_end`, None unless `documents` (by id) or the citation itself holds all of it.
    """
    known = documents or {}
    data = answer.to_dict()
    for plain, citation in zip(data["citations"], answer.citations, strict=True):
        plain.update(_more(citation, known))
    if answer.nearest is not None:
        data["nearest"].update(_more(answer.nearest, known))
    return sealed(data)


def portable(answers: Sequence[Answer]) -> list[Answer]:
    """Remove this machine's paths from `answers`: the source of a document that is not a URL becomes its id."""
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


def _more(citation: Citation, documents: Known) -> dict[str, str | None]:
    around = excerpt(citation, documents)
    sentence = around.between(citation.sentence_start, citation.sentence_end) if around.whole else None
    return {"link": citation_link(citation), "sentence": sentence}
