"""Reads question/answer pairs, whatever their format, and chooses among them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pincite.evaluation.fields import Record, parse_json, read_text
from pincite.evaluation.rows import read_csv, read_jsonl
from pincite.evaluation.squad import read_squad
from pincite.evaluation.types import Pair
from qa.errors import PairsError

READERS = {".json": read_squad, ".jsonl": read_jsonl, ".csv": read_csv}


def read_pairs(path: Path) -> list[Pair]:
    """Return every pair of a file: .json is SQuAD, .jsonl and .csv are rows; each may be gzipped (.gz).

    Raises `PairsError`, naming file, line and field, for a row that is not a question with its answers, for an
    id that stands twice, and for a file with no questions; `OSError` for a file that cannot be opened.
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
    """The article titles that `SPLIT.json#KEY` stands for: the list of texts at KEY of the JSON object in the file."""
    name, mark, key = setting.rpartition("#")
    if not (mark and name and key):
        raise PairsError(f"{setting!r} names no list of articles; write SPLIT.json#KEY")
    split = Record.of(parse_json(read_text(Path(name)), name), name)
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
