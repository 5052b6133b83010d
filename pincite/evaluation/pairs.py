"""Reads question/answer pairs in several formats, and selects articles.

In SQuAD's JSON, every paragraph is a separate source. A row of JSON Lines, or of CSV with `answers` as a JSON array,
has `question`, `answers` (a list; `[]` if the source has no answer) and optionally `id` (default: the line number),
`source` (the id of the document with the answer) and `history` (a list of earlier turns,
`{"question": …, "answer": …}`). An answer is a text, or `{"text": …, "start": …, "end": …}` with its span in the source
in characters; text or span may be missing. A row of JSON Lines may instead be a whole conversation: `turns`, a list of
questions with their answers, each asked with the turns before it, and their first answers, as its history. Other fields
are ignored.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import JsonValue

from index.errors import PinciteError
from index.types import Document
from pincite.evaluation.fields import JsonRecord, decode, parse_json, read_text
from pincite.evaluation.types import Pair, Rules, Span
from qa.errors import PairsError


def read_pairs(path: Path) -> list[Pair]:
    """Return all pairs of a file: .json is SQuAD, .jsonl and .csv are rows; each may be gzipped (.gz).

    Raises `PairsError`, with file, line and field, for a row that is not a question with its answers, for a repeated
    id, and for a file without questions; `OSError` for a file that cannot be opened.
    """
    name = path.name.lower().removesuffix(".gz")
    reader = READERS.get(Path(name).suffix)
    if reader is None:
        raise PairsError(f"{path}: pairs are read from {', '.join(READERS)}, each with or without .gz")
    pairs = reader(path)
    if not pairs:
        raise PairsError(f"{path} holds no questions")
    _check_ids(pairs)
    return pairs


def read_titles(setting: str) -> list[str]:
    """Return the article titles that `SPLIT.json#KEY` names: the list in field KEY of the JSON object in the file."""
    name, mark, key = setting.rpartition("#")
    if not (mark and name and key):
        raise PairsError(f"{setting!r} names no list of articles; write SPLIT.json#KEY")
    split = JsonRecord.of(parse_json(read_text(Path(name)), name), name)
    return [split.item(key, i, {"title": title}).text("title") for i, title in enumerate(split.values(key))]


def keep_articles(pairs: Sequence[Pair], titles: Sequence[str]) -> list[Pair]:
    """Return the pairs of the articles in `titles`. Raises `PairsError` for a title that no pair has."""
    missing = sorted(set(titles) - {pair.title for pair in pairs})
    if missing:
        raise PairsError(f"{len(missing)} of {len(titles)} articles are not among the pairs; first {missing[0]!r}")
    kept = [pair for pair in pairs if pair.title in set(titles)]
    if not kept:
        raise PairsError("the list of articles is empty")
    return kept


def _check_ids(pairs: Sequence[Pair]) -> None:
    seen: dict[str, str] = {}
    for pair in pairs:
        if pair.id in seen:
            raise PairsError(f"{pair.place}, field 'id': {pair.id!r} is already at {seen[pair.id]}")
        seen[pair.id] = pair.place


Turn = Mapping[str, str | None]
# The columns that are read, and how often each is required.
_COLUMNS = {"question": 1, "answers": 1, "id": 0, "source": 0, "history": 0}


def read_jsonl(path: Path) -> list[Pair]:
    """Return the pairs of a JSON Lines file (.jsonl, .jsonl.gz). Empty lines are skipped. Raises `PairsError`."""
    pairs: list[Pair] = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):  # not splitlines: a text may contain U+2028
        if line.strip():
            row = JsonRecord.of(parse_json(line, str(path), number), str(path), f"line {number}")
            pairs += _conversation(row, number) if row.has("turns") else [_pair(row, str(number))]
    return pairs


def read_csv(path: Path) -> list[Pair]:
    """Return the pairs of a CSV file with a header (.csv, .csv.gz). Empty lines are skipped. Raises `PairsError`."""
    pairs = []
    for number, row in _csv_rows(path):
        fields: dict[str, JsonValue] = {k: cell for k, cell in row.items() if cell or k not in ("id", "source")}
        record = JsonRecord(fields, str(path), f"line {number}")
        record.fields["answers"] = _json_array(row["answers"], "answers", record)
        if "history" in row:
            record.fields["history"] = _json_array(row["history"] or "[]", "history", record)
        pairs.append(_pair(record, str(number)))
    return pairs


def _csv_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each record as {column: cell}, with the line on which it begins."""
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    header: list[str] = []
    before = 0
    try:
        for cells in reader:
            begins, before = before + 1, reader.line_num
            if not cells:
                continue
            if not header:
                header = _header(cells, JsonRecord({}, str(path), f"line {begins}"))
            elif len(cells) != len(header):
                problem = f"{len(cells)} cells under {len(header)} columns; put quotes around a cell that holds a comma"
                raise PairsError(f"{path}, line {begins}: {problem}")
            else:
                yield begins, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise PairsError(f"{path}, line {before + 1}: not CSV ({error})") from error


def _header(cells: list[str], place: JsonRecord) -> list[str]:
    names = [cell.strip() for cell in cells]
    for name, least in _COLUMNS.items():
        if not least <= (count := names.count(name)) <= 1:
            needs = "it needs one" if least else "one at most"
            raise place.error(name, f"the header has {count} columns of this name, {needs}: {names}")
    return names


def _json_array(cell: str, field: str, place: JsonRecord) -> JsonValue:
    try:
        return decode(cell)
    except (json.JSONDecodeError, RecursionError) as error:
        example = '["Paris"], or [] where there is no answer' if field == "answers" else "[], or leave the cell empty"
        raise place.error(field, f"found {cell[:60]!r}; write a JSON array such as {example}") from error
    except ValueError as error:
        raise place.error(field, str(error)) from error


def _conversation(row: JsonRecord, number: int) -> Iterator[Pair]:
    """Yield a pair for each turn, with the id "row.turn" and the turns before it as its history."""
    name = row.text("id") if row.has("id") else str(number)
    history: list[Turn] = []
    for field in ("question", "answers", "history"):
        if row.has(field):
            raise row.error(field, "occurs beside 'turns'; a row is a conversation or a question, put it into a turn")
    turns = row.records("turns")
    if not turns:
        raise row.error("turns", "the list is empty; write the questions into it, or leave the row out")
    for i, turn in enumerate(turns, start=1):
        for field in ("turns", "history"):
            if turn.has(field):
                raise turn.error(field, "a turn has the turns before it as its history; leave this out")
        if row.has("source"):
            turn.fields.setdefault("source", row.value("source"))
        pair = _pair(turn, f"{name}.{i}", tuple(history))
        history.append({"question": pair.question, "answer": next(iter(pair.answers), None) or None})
        yield pair


def _pair(record: JsonRecord, name: str, history: tuple[Turn, ...] = ()) -> Pair:
    answers = [
        _answer(record.item("answers", i, value if isinstance(value, dict) else {"text": value}))
        for i, value in enumerate(record.values("answers"))
    ]
    name = record.text("id") if record.has("id") else name
    source = record.text("source") if record.has("source") else ""
    if record.has("history"):
        history = tuple(map(_turn, record.records("history")))
    return Pair(
        name,
        record.text("question"),
        tuple(text for text, _ in answers),
        place=str(record),
        source=source,
        spans=tuple(span for _, span in answers),
        history=history,
    )


def _answer(answer: JsonRecord) -> tuple[str, Span | None]:
    if not answer.has("start") and not answer.has("end"):
        return answer.text("text"), None
    start, end = answer.whole_number("start"), answer.whole_number("end")
    if end <= start:
        raise answer.error("end", f"the span from {start} to {end} is empty; end has to lie after start")
    return (answer.text("text") if answer.has("text") else ""), (start, end)


def _turn(turn: JsonRecord) -> Turn:
    checked_answer = turn.text("answer") if turn.value("answer") is not None else None
    return {"question": turn.text("question"), "answer": checked_answer}


def read_squad(path: Path) -> list[Pair]:
    """Return every question of a SQuAD 1.1 or 2.0 file (.json, .json.gz), in the file's order.

    A file with `version` 1.x whose questions all have answers is scored by the rules of 1.1, any other file by those
    of 2.0. An `answer_start` must be the answer's offset; `plausible_answers` are ignored. Raises `PairsError`.
    """
    root = _root(path)
    pairs = [pair for _, own in _articles(root) for pair in own]
    version_1 = str(root.value("version")).startswith(("1.", "v1."))
    if version_1 and all(pair.answerable for pair in pairs):
        return [replace(pair, rules=Rules.V1_1) for pair in pairs]
    return pairs


def read_paragraphs(path: Path) -> list[Document]:
    """Return every paragraph of the file, including those without questions. Raises `PairsError`."""
    return [document for document, _ in _articles(_root(path))]


def _root(path: Path) -> JsonRecord:
    return JsonRecord.of(parse_json(read_text(path), str(path)), str(path))


def _articles(root: JsonRecord) -> Iterator[tuple[Document, list[Pair]]]:
    """Yield each paragraph, with its pairs."""
    count = 0
    for article in root.records("data"):
        title = article.text("title") if article.has("title") else ""
        for paragraph in article.records("paragraphs"):
            count += 1
            yield _paragraph(paragraph, title, count)


def _paragraph(paragraph: JsonRecord, title: str, number: int) -> tuple[Document, list[Pair]]:
    """Return the paragraph `number` of the file, with the id "title#number" and its article's title, and its pairs."""
    context = paragraph.text("context")
    metadata = {"title": readable(title)} if title else {}
    try:
        document = Document(f"{title.strip()}#{number}", context, source=paragraph.file, metadata=metadata)
    except PinciteError as error:
        raise paragraph.error("context", str(error)) from error
    return document, [_question(question, document, title) for question in paragraph.records("qas")]


def readable(title: str) -> str:
    """Return an article's title with spaces for the underscores of SQuAD's files."""
    return title.replace("_", " ").strip()


def _question(record: JsonRecord, document: Document, title: str) -> Pair:
    answers = [_squad_answer(answer, document.text) for answer in record.records("answers")]
    if record.has("is_impossible") and record.value("is_impossible") is not (not answers):
        problem = f"{record.value('is_impossible')!r}, but there are {len(answers)} answers"
        raise record.error("is_impossible", problem)
    name, question = record.text("id"), record.text("question")
    texts, spans = tuple(text for text, _ in answers), tuple(span for _, span in answers)
    return Pair(name, question, texts, document, title, str(record), source=document.id, spans=spans)


def _squad_answer(answer: JsonRecord, context: str) -> tuple[str, Span | None]:
    text = answer.text("text")
    if not answer.has("answer_start"):
        return text, None
    start = answer.whole_number("answer_start")
    if (words := context[start : start + len(text)]) != text:
        problem = f"at {start} the paragraph has {words!r}, not {text!r}; correct it, or leave it out"
        raise answer.error("answer_start", problem)
    return text, (start, start + len(text))


READERS = {".json": read_squad, ".jsonl": read_jsonl, ".csv": read_csv}
