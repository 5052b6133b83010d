"""An answer with its citations as plain text, for the clipboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.types import Document
from pincite.records.export.excerpts import Excerpt, grouped, headline, pieces
from pincite.records.export.links import citation_link
from pincite.records.export.sources import citations_of
from prompts import render
from qa.rendering import abstention_text, place_text
from qa.types import Answer, Citation


def answer_plain(answer: Answer, documents: Mapping[str, Document] | None = None) -> str:
    """The answer's words, then each sentence that it stands in with its place, and its link where it has one.

    For an abstention: that there is no answer, and the nearest statement. `documents` by id give whole sentences.
    """
    lines = (
        [headline([citation.quote for citation in answer.citations])] if answer.answered else [abstention_text(answer)]
    )
    if answer.nearest is not None:
        lines.append(render("nearest"))
    return "\n".join([*lines, *(_cited(*group) for group in grouped(citations_of(answer), documents or {}))])


def _cited(around: Excerpt, cited: Sequence[Citation]) -> str:
    sentence = "".join(text for text, _ in pieces(around, cited))
    line = render("copy_citation", quote=sentence, place="; ".join(place_text(citation) for citation in cited))
    link = citation_link(cited[0])
    return line if link is None else f"{line}\n{link}"
