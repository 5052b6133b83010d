"""Writes a first file of pairs from sentences of your documents, some with a drafted question."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence

from index import Document
from index.split.sentences import Span, split_sentences
from index.types import SegmentKind
from qa.compose.generation.drafting import statement_drafts

COLUMNS = ("question", "answers", "source", "sentence")
SENTENCES = 30
_PROSE = (SegmentKind.PARAGRAPH, SegmentKind.LIST_ITEM, SegmentKind.QUOTE)
SHORTEST = 6  # words of a sentence that a question can be asked about


def template(documents: Sequence[Document], most: int = SENTENCES) -> str:
    """Return CSV with a row for each of up to `most` sentences, spread over the documents.

    `question` and `answers` are drafted by rules where the sentence allows it, for a person to correct. Elsewhere they
    are empty for a person to fill in; reading raises for a row that is left empty. `sentence` is not read back.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    share = max(1, most // len(documents))
    for document in documents[:most]:
        writer.writerows(_rows(document, share))
    return out.getvalue()


def _rows(document: Document, most: int) -> Iterator[tuple[str, str, str, str]]:
    drafted = {draft.start: draft for draft in reversed(statement_drafts(document))}  # the first of a sentence
    spans = list(_statements(document))
    step = max(1.0, len(spans) / most)
    for i in range(min(most, len(spans))):
        span = spans[int(i * step)]
        draft = drafted.get(span[0])
        question, answers = (draft.question, json.dumps([draft.answer], ensure_ascii=False)) if draft else ("", "")
        yield question, answers, document.id, " ".join(document.text[slice(*span)].split())


def _statements(document: Document) -> Iterator[Span]:
    """Yield the sentences that can be asked about: no questions, and only prose if the document has kinds of blocks."""
    prose = [segment for segment in document.segments if segment.kind in _PROSE]
    for start, end in split_sentences(document):
        words = document.text[start:end].split()
        is_statement = len(words) >= SHORTEST and not words[-1].endswith("?")
        if is_statement and (not prose or any(block.start <= start < block.end for block in prose)):
            yield start, end
