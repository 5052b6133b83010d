"""Question/answer pairs from SQuAD-format JSON, where every paragraph is a source of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.errors import PinciteError
from index.types import Document
from pincite.evaluation.fields import Place, parse_json, read_text, require_object, take_list, take_offset, take_text
from pincite.evaluation.types import Pair, Rules, Span


def read_squad(path: Path) -> list[Pair]:
    """Every question of a SQuAD 1.1 or 2.0 file (.json, .json.gz), in the file's order.

    A file whose `version` is 1.x and whose questions all have answers is scored as by the script of 1.1, any
    other as by that of 2.0. `answer_start`, where given, has to be where the answer stands; `plausible_answers` are
    not used. Raises `PairsError`.
    """
    root = _root(path)
    pairs = [pair for _, own in _articles(root, Place(path, "")) for pair in own]
    version_1 = str(root.get("version", "")).startswith(("1.", "v1."))
    if version_1 and all(pair.answerable for pair in pairs):
        return [replace(pair, rules=Rules.V1_1) for pair in pairs]
    return pairs


def read_paragraphs(path: Path) -> list[Document]:
    """Every paragraph of the file, also those that nothing is asked of. Raises `PairsError`."""
    return [document for document, _ in _articles(_root(path), Place(path, ""))]


def _root(path: Path) -> dict[str, Any]:
    return require_object(parse_json(read_text(path), str(path)), Place(path, ""))


def _articles(root: dict[str, Any], top: Place) -> Iterator[tuple[Document, list[Pair]]]:
    """Each paragraph, with its pairs."""
    count = 0
    for i, value in enumerate(take_list(root, "data", top)):
        place = top.step("data", i)
        article = require_object(value, place)
        title = take_text(article, "title", place) if "title" in article else ""
        for j, paragraph in enumerate(take_list(article, "paragraphs", place)):
            count += 1
            yield _paragraph(paragraph, place.step("paragraphs", j), title, count)


def _paragraph(value: Any, place: Place, title: str, number: int) -> tuple[Document, list[Pair]]:
    """The file's paragraph `number`, called "title#number" and titled by its article, and its pairs."""
    paragraph = require_object(value, place)
    context = take_text(paragraph, "context", place)
    metadata = {"title": readable(title)} if title else {}
    try:
        document = Document(f"{title.strip()}#{number}", context, source=str(place.file), metadata=metadata)
    except PinciteError as error:
        raise place.error("context", str(error)) from error
    questions = enumerate(take_list(paragraph, "qas", place))
    return document, [_question(question, place.step("qas", k), document, title) for k, question in questions]


def readable(title: str) -> str:
    """An article's title as words: in SQuAD's files they are joined by underscores."""
    return title.replace("_", " ").strip()


def _question(value: Any, place: Place, document: Document, title: str) -> Pair:
    record = require_object(value, place)
    answers = list(_answers(record, place, document.text))
    if record.get("is_impossible", not answers) is not (not answers):
        raise place.error("is_impossible", f"{record['is_impossible']!r}, but there are {len(answers)} answers")
    name, question = take_text(record, "id", place), take_text(record, "question", place)
    texts, spans = tuple(text for text, _ in answers), tuple(span for _, span in answers)
    return Pair(name, question, texts, document, title, str(place), source=document.id, spans=spans)


def _answers(record: dict[str, Any], place: Place, context: str) -> Iterator[tuple[str, Span | None]]:
    for i, value in enumerate(take_list(record, "answers", place)):
        here = place.step("answers", i)
        answer = require_object(value, here)
        text = take_text(answer, "text", here)
        if "answer_start" not in answer:
            yield text, None
            continue
        start = take_offset(answer, "answer_start", here)
        if context[start : start + len(text)] != text:
            found = context[start : start + len(text)]
            raise here.error(
                "answer_start", f"{start} is where {found!r} stands, not {text!r}; mend it, or leave it out"
            )
        yield text, (start, start + len(text))
