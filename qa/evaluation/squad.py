"""Question/answer pairs from SQuAD-format JSON, where every paragraph is a source of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.errors import PinciteError
from index.types import Document
from qa.evaluation.fields import Place, parse_json, read_text, require_object, take_list, take_text
from qa.evaluation.types import Pair, Rules


def read_squad(path: Path) -> list[Pair]:
    """Every question of a SQuAD 1.1 or 2.0 file (.json, .json.gz), in the file's order.

    A file whose `version` is 1.x and whose questions all have answers is scored as by the script of 1.1, any
    other as by that of 2.0. `answer_start` and `plausible_answers` are not used. Raises `PairsError`.
    """
    root = require_object(parse_json(read_text(path), str(path)), Place(path, ""))
    pairs = list(_articles(root, Place(path, "")))
    version_1 = str(root.get("version", "")).startswith(("1.", "v1."))
    if version_1 and all(pair.answerable for pair in pairs):
        return [replace(pair, rules=Rules.V1_1) for pair in pairs]
    return pairs


def _articles(root: dict[str, Any], top: Place) -> Iterator[Pair]:
    count = 0
    for i, value in enumerate(take_list(root, "data", top)):
        place = top.step("data", i)
        article = require_object(value, place)
        title = take_text(article, "title", place) if "title" in article else ""
        for j, paragraph in enumerate(take_list(article, "paragraphs", place)):
            count += 1
            yield from _paragraph(paragraph, place.step("paragraphs", j), title, count)


def _paragraph(value: Any, place: Place, title: str, number: int) -> Iterator[Pair]:
    """The pairs of the file's paragraph `number`; its document is called "title#number"."""
    paragraph = require_object(value, place)
    context = take_text(paragraph, "context", place)
    try:
        document = Document(id=f"{title}#{number}", text=context, source=str(place.file))
    except PinciteError as error:
        raise place.error("context", str(error)) from error
    for k, question in enumerate(take_list(paragraph, "qas", place)):
        yield _question(question, place.step("qas", k), document, title)


def _question(value: Any, place: Place, document: Document, title: str) -> Pair:
    record = require_object(value, place)
    answers = _answers(record, place)
    if record.get("is_impossible", not answers) is not (not answers):
        raise place.error("is_impossible", f"{record['is_impossible']!r}, but there are {len(answers)} answers")
    name, question = take_text(record, "id", place), take_text(record, "question", place)
    return Pair(name, question, answers, document, title, str(place))


def _answers(record: dict[str, Any], place: Place) -> tuple[str, ...]:
    found = []
    for i, value in enumerate(take_list(record, "answers", place)):
        here = place.step("answers", i)
        found.append(take_text(require_object(value, here), "text", here))
    return tuple(found)
