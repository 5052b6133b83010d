"""Question/answer pairs from files of rows: JSON Lines, and CSV whose `answers` are JSON arrays.

A row holds `question`, `answers` (a list of texts; `[]` where the source holds no answer) and, if it likes, `id`;
without one, its line number is its id. Other fields are for people and are not read.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.errors import PairsError
from qa.evaluation.fields import Place, check_text, parse_json, read_text, require_object, take_list, take_text
from qa.evaluation.types import Pair


def read_jsonl(path: Path) -> list[Pair]:
    """The pairs of a JSON Lines file (.jsonl, .jsonl.gz). Empty lines are no rows. Raises `PairsError`."""
    pairs = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):  # not splitlines: U+2028 may stand in a text
        if line.strip():
            place = Place(path, f"line {number}")
            pairs.append(_pair(require_object(parse_json(line, str(path), number), place), place, number))
    return pairs


def read_csv(path: Path) -> list[Pair]:
    """The pairs of a CSV file with a header (.csv, .csv.gz). Empty lines are no rows. Raises `PairsError`."""
    pairs = []
    for number, row in _csv_rows(path):
        place = Place(path, f"line {number}")
        pairs.append(_pair({**row, "answers": _json_array(row["answers"], place)}, place, number))
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
    for name in ("question", "answers"):
        if names.count(name) != 1:
            raise place.error(name, f"the header has {names.count(name)} columns of this name, it needs one: {names}")
    return names


def _json_array(cell: str, place: Place) -> Any:
    try:
        return json.loads(cell)
    except (json.JSONDecodeError, RecursionError) as error:
        problem = f'found {cell[:60]!r}; write a JSON array such as ["Paris"], or [] where there is no answer'
        raise place.error("answers", problem) from error


def _pair(record: dict[str, Any], place: Place, number: int) -> Pair:
    answers = tuple(check_text(value, "answers", place) for value in take_list(record, "answers", place))
    name = take_text(record, "id", place) if "id" in record else str(number)
    return Pair(name, take_text(record, "question", place), answers, place=str(place))
