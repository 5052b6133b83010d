"""Question/answer pairs from files of rows: JSON Lines, and CSV whose `answers` are JSON arrays.

A row holds `question`, `answers` (a list; `[]` where the source holds no answer) and, if it likes, `id` (without one,
its line number is its id), `source` (the id of the document that answers) and `history` (a list of earlier turns,
`{"question": …, "answer": …}`). An answer is a text, or `{"text": …, "start": …, "end": …}` with its place in the
source in characters, of which text or place may be missing. A row of JSON Lines may hold a whole conversation in their
stead: `turns`, a list of questions with their answers, each asked with those before it and their first answers as its
history. Other fields are for people and are not read.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pincite.evaluation.fields import (
    Place,
    check_text,
    decode,
    parse_json,
    read_text,
    require_object,
    take_list,
    take_offset,
    take_text,
)
from pincite.evaluation.types import Pair, Span
from qa.errors import PairsError

Turn = Mapping[str, str | None]
# How often each column that is read has to be there.
_COLUMNS = {"question": 1, "answers": 1, "id": 0, "source": 0, "history": 0}


def read_jsonl(path: Path) -> list[Pair]:
    """The pairs of a JSON Lines file (.jsonl, .jsonl.gz). Empty lines are no rows. Raises `PairsError`."""
    pairs: list[Pair] = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):  # not splitlines: U+2028 may stand in a text
        if line.strip():
            place = Place(path, f"line {number}")
            row = require_object(parse_json(line, str(path), number), place)
            pairs += _conversation(row, place, number) if "turns" in row else [_pair(row, place, str(number))]
    return pairs


def read_csv(path: Path) -> list[Pair]:
    """The pairs of a CSV file with a header (.csv, .csv.gz). Empty lines are no rows. Raises `PairsError`."""
    pairs = []
    for number, row in _csv_rows(path):
        place = Place(path, f"line {number}")
        record: dict[str, Any] = {name: cell for name, cell in row.items() if cell or name not in ("id", "source")}
        record["answers"] = _json_array(row["answers"], "answers", place)
        if "history" in row:
            record["history"] = _json_array(row["history"] or "[]", "history", place)
        pairs.append(_pair(record, place, str(number)))
    return pairs


def _csv_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each record as {column: cell}, with the line on which it begins."""
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    header: list[str] = []
    before = 0
    try:
        for cells in reader:
            begins, before = before + 1, reader.line_num
            if not cells:
                continue
            if not header:
                header = _header(cells, Place(path, f"line {begins}"))
            elif len(cells) != len(header):
                problem = f"{len(cells)} cells under {len(header)} columns; put quotes around a cell that holds a comma"
                raise PairsError(f"{path}, line {begins}: {problem}")
            else:
                yield begins, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise PairsError(f"{path}, line {before + 1}: not CSV ({error})") from error


def _header(cells: list[str], place: Place) -> list[str]:
    names = [cell.strip() for cell in cells]
    for name, least in _COLUMNS.items():
        if not least <= (count := names.count(name)) <= 1:
            needs = "it needs one" if least else "one at most"
            raise place.error(name, f"the header has {count} columns of this name, {needs}: {names}")
    return names


def _json_array(cell: str, field: str, place: Place) -> Any:
    try:
        return decode(cell)
    except (json.JSONDecodeError, RecursionError) as error:
        example = '["Paris"], or [] where there is no answer' if field == "answers" else "[], or leave the cell empty"
        raise place.error(field, f"found {cell[:60]!r}; write a JSON array such as {example}") from error
    except ValueError as error:
        raise place.error(field, str(error)) from error


def _conversation(row: dict[str, Any], place: Place, number: int) -> Iterator[Pair]:
    """A pair for each turn, called "row.turn", with the turns before it as its history."""
    name = take_text(row, "id", place) if "id" in row else str(number)
    history: list[Turn] = []
    for field in ("question", "answers", "history"):
        if field in row:
            raise place.error(field, "stands beside 'turns'; a row is a conversation or a question, put it into a turn")
    turns = take_list(row, "turns", place)
    if not turns:
        raise place.error("turns", "the list is empty; write the questions into it, or leave the row out")
    for i, value in enumerate(turns):
        here = place.within("turns", i)
        turn = dict(require_object(value, here))
        for field in ("turns", "history"):
            if field in turn:
                raise here.error(field, "a turn has the turns before it as its history; leave this out")
        if "source" in row:
            turn.setdefault("source", row["source"])
        pair = _pair(turn, here, f"{name}.{i + 1}", tuple(history))
        history.append({"question": pair.question, "answer": next(iter(pair.answers), None) or None})
        yield pair


def _pair(record: dict[str, Any], place: Place, name: str, history: tuple[Turn, ...] = ()) -> Pair:
    answers = [
        _answer(value, place.within("answers", i)) for i, value in enumerate(take_list(record, "answers", place))
    ]
    name = take_text(record, "id", place) if "id" in record else name
    source = take_text(record, "source", place) if "source" in record else ""
    if "history" in record:
        turns = enumerate(take_list(record, "history", place))
        history = tuple(_turn(value, place.within("history", i)) for i, value in turns)
    return Pair(
        name,
        take_text(record, "question", place),
        tuple(text for text, _ in answers),
        place=str(place),
        source=source,
        spans=tuple(span for _, span in answers),
        history=history,
    )


def _answer(value: Any, place: Place) -> tuple[str, Span | None]:
    if not isinstance(value, dict):
        return check_text(value, "text", place), None
    if "start" not in value and "end" not in value:
        return take_text(value, "text", place), None
    start, end = take_offset(value, "start", place), take_offset(value, "end", place)
    if end <= start:
        raise place.error("end", f"the span from {start} to {end} is empty; end has to lie after start")
    return (take_text(value, "text", place) if "text" in value else ""), (start, end)


def _turn(value: Any, place: Place) -> Turn:
    turn = require_object(value, place)
    answer = turn.get("answer")
    said = check_text(answer, "answer", place) if answer is not None else None
    return {"question": take_text(turn, "question", place), "answer": said}
