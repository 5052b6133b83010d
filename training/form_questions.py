"""The questions that a form's confidence is fitted on, none of which the reader was trained on.

SelQA's and NQ's titles that were kept out, summaries of BioASQ and those of its lists that are not trained on, meetings
of QMSum's other splits, CoQA's test part, ConditionalQA's dev part, and SQuAD's calibration articles.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.types import Form
from qa.understand.form import understand
from training.data import kept_out, load_json, read_squad
from training.evidence import read_records
from training.mixture import SPLIT, TUNE

EACH, OTHERS, LONGEST = 180, 2, 600
# Of the forms that people's data hold few questions of, so many more of every source.
RARE = (Form.LIST, Form.PASSAGE)
Span = tuple[int, int]
Row = tuple[str, str, tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its text, the `gold` sentences there, and other texts (of the same file) beside it."""

    source: str
    question: str
    text: str
    gold: tuple[Span, ...]
    others: tuple[str, ...]


def questions(data: Path, rng: random.Random) -> Iterator[Question]:
    """Up to `EACH` of every source and, of each of the `RARE` forms, up to `EACH` more, with other texts of it."""
    for name, rows in _sources(data).items():
        texts = sorted({text for _, text, _ in rows})
        for question, text, gold in _sample(rows, rng):
            others = tuple(other for other in rng.sample(texts, min(OTHERS + 1, len(texts))) if other != text)
            yield Question(name, question[:LONGEST], text, gold, others[:OTHERS])


def _sample(rows: list[Row], rng: random.Random) -> list[Row]:
    chosen = rng.sample(rows, min(EACH, len(rows)))
    left = [row for row in rows if row not in chosen]
    for form in RARE:
        own = [row for row in left if understand(row[0][:LONGEST]).form is form]
        chosen += rng.sample(own, min(EACH, len(own)))
    return chosen


def _sources(data: Path) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for name, share in (("selqa-sentences", 0.2), ("nq-qed-train", 0.1)):
        rows = read_squad(data / f"train/{name}.json.gz", every_answer=True)
        found[name] = [(e.question, e.context, e.spans) for e in rows if kept_out(e.title, share)]
    titles = load_json(data / SPLIT)["tune_calibrate"]
    squad = read_squad(data / TUNE[0], titles=titles)
    found["squad"] = [(e.question, e.context, e.spans) for e in squad]
    found["bioasq"] = list(_lines(data / "evidence/bioasq-summary.jsonl.gz", lambda row: row["question"]))
    found["conditionalqa"] = list(
        _lines(data / "evidence/conditionalqa-dev.jsonl.gz", lambda row: f"{row['scenario']} {row['question']}")
    )
    found["coqa"] = [
        (row["question"], row["passage"], tuple((a, b) for a, b, _ in row["evidence_spans"]))
        for row in read_records(data / "evidence/coqa-abg-test.jsonl.gz")
        if not row["history"] or len(row["question"].split()) > 5
    ]
    found["qmsum"] = list(_meetings(data))
    found["bioasq-lists"] = list(_lists(data))
    return found


def _lists(data: Path) -> Iterator[Row]:
    """Yield questions for several things whose spans the reader was not shown, with each of these."""
    shown = {e.question for e in read_squad(data / "evidence/bioasq-list.json.gz")}
    for row in read_records(data / "evidence/bioasq-list-snippets.jsonl.gz"):
        if row["question"] not in shown:
            yield row["question"], row["passage"], tuple((a, b) for a, b, _ in row["answer_spans"])


def _lines(path: Path, asked: Any) -> Iterator[Row]:
    """Passages that are all evidence: their lines among those of two others."""
    rows = [row for row in read_records(path) if row.get("evidence")]
    for i, row in enumerate(rows):
        parts = [rows[i - 7]["evidence"][:6], row["evidence"][:5], rows[i - 3]["evidence"][:6]]
        text, gold = "", []
        for which, lines in enumerate(parts):
            for line in lines:
                if which == 1:
                    gold.append((len(text), len(text) + len(line)))
                text += line + "\n\n"
        yield asked(row), text, tuple(gold)


def _meetings(data: Path) -> Iterator[Row]:
    said = {row["id"]: row["passage"] for row in read_records(data / "evidence/qmsum-meetings.jsonl.gz")}
    for row in read_records(data / "evidence/qmsum-queries.jsonl.gz"):
        if row["split"] == "train" or row["kind"] != "specific" or not row["evidence_chars"]:
            continue
        text = said[row["meeting"]]
        start = max(0, row["evidence_chars"][0][0] - 2000)
        end = min(len(text), start + 5000)
        gold = tuple((a - start, min(b, end) - start) for a, b in row["evidence_chars"] if a < end)
        yield row["question"], text[start:end], gold
