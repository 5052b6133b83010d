"""The words of a table's cell as an answer: in the row and the column that the question names."""

from __future__ import annotations

from pathlib import Path

from index import Document, load
from qa.candidates import Candidate
from qa.cells import in_named_cells

TABLE = (
    "| Town | Clocks 1900 | Clocks 1950 |\n|---|---|---|\n| Asby | 12 | 9 |\n| Elmby | 7 | 3 |\n| Old Vale | 4 | 5 |\n"
)


def document(folder: Path) -> Document:
    (folder / "a.md").write_text(TABLE)
    return load(folder / "a.md")


def moved(document: Document, words: str, question: str) -> str:
    start = document.text.index(f"| {words} ") + 2
    best = Candidate("a.md", start, start + len(words), words.casefold(), 1.0, 0.5, 0, 1.0, 1.0)
    (found,) = in_named_cells([best], {"a.md": document}, question)
    assert found.words == document.text[found.start : found.end].casefold()
    return found.words


def test_a_span_in_the_wrong_row_is_moved_to_the_one_that_the_question_names(tmp_path: Path) -> None:
    table = document(tmp_path)
    assert moved(table, "12", "How many clocks did Elmby have in 1900?") == "7"
    assert moved(table, "9", "How many clocks were there in Old Vale in 1950?") == "5"


def test_a_span_in_the_wrong_column_is_moved_within_its_row(tmp_path: Path) -> None:
    assert moved(document(tmp_path), "12", "How many clocks did Asby have in 1950?") == "9"


def test_a_span_stays_where_the_question_names_no_other_row_or_its_own(tmp_path: Path) -> None:
    table = document(tmp_path)
    assert moved(table, "12", "How many clocks were there?") == "12"
    assert moved(table, "7", "How many clocks did Elmby have in 1900?") == "7"
    assert moved(table, "12", "Did Asby or Elmby have more clocks in 1900?") == "12"
    assert moved(table, "Asby", "Which town had more clocks than Elmby?") == "asby"
