"""Reads question/answer pairs from SQuAD-format JSON, where every paragraph is a source of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from index.errors import PinciteError
from index.types import Document
from pincite.evaluation.fields import Record, parse_json, read_text
from pincite.evaluation.types import Pair, Rules, Span


def read_squad(path: Path) -> list[Pair]:
    """Return every question of a SQuAD 1.1 or 2.0 file (.json, .json.gz), in the file's order.

    A file whose `version` is 1.x and whose questions all have answers is scored as by the script of 1.1, any
    other as by that of 2.0. `answer_start`, where given, has to be where the answer stands; `plausible_answers` are
    not used. Raises `PairsError`.
    """
    root = _root(path)
    pairs = [pair for _, own in _articles(root) for pair in own]
    version_1 = str(root.value("version")).startswith(("1.", "v1."))
    if version_1 and all(pair.answerable for pair in pairs):
        return [replace(pair, rules=Rules.V1_1) for pair in pairs]
    return pairs


def read_paragraphs(path: Path) -> list[Document]:
    """Return every paragraph of the file, also those that nothing is asked of. Raises `PairsError`."""
    return [document for document, _ in _articles(_root(path))]


def _root(path: Path) -> Record:
    return Record.of(parse_json(read_text(path), str(path)), str(path))


def _articles(root: Record) -> Iterator[tuple[Document, list[Pair]]]:
    """Yield each paragraph, with its pairs."""
    count = 0
    for article in root.records("data"):
        title = article.text("title") if article.has("title") else ""
        for paragraph in article.records("paragraphs"):
            count += 1
            yield _paragraph(paragraph, title, count)


def _paragraph(paragraph: Record, title: str, number: int) -> tuple[Document, list[Pair]]:
    """Return the file's paragraph `number`, called "title#number" and titled by its article, and its pairs."""
    context = paragraph.text("context")
    metadata = {"title": readable(title)} if title else {}
    try:
        document = Document(f"{title.strip()}#{number}", context, source=paragraph.file, metadata=metadata)
    except PinciteError as error:
        raise paragraph.error("context", str(error)) from error
    return document, [_question(question, document, title) for question in paragraph.records("qas")]


def readable(title: str) -> str:
    """Return an article's title as words: in SQuAD's files they are joined by underscores."""
    return title.replace("_", " ").strip()


def _question(record: Record, document: Document, title: str) -> Pair:
    answers = [_answer(answer, document.text) for answer in record.records("answers")]
    if record.has("is_impossible") and record.value("is_impossible") is not (not answers):
        problem = f"{record.value('is_impossible')!r}, but there are {len(answers)} answers"
        raise record.error("is_impossible", problem)
    name, question = record.text("id"), record.text("question")
    texts, spans = tuple(text for text, _ in answers), tuple(span for _, span in answers)
    return Pair(name, question, texts, document, title, str(record), source=document.id, spans=spans)


def _answer(answer: Record, context: str) -> tuple[str, Span | None]:
    text = answer.text("text")
    if not answer.has("answer_start"):
        return text, None
    start = answer.whole_number("answer_start")
    if (found := context[start : start + len(text)]) != text:
        problem = f"{start} is where {found!r} is, not {text!r}; correct it, or leave it out"
        raise answer.error("answer_start", problem)
    return text, (start, start + len(text))
