"""Fake rows, pairs and documents for the tests of the evaluation and of its command."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.types import Document
from pincite.evaluation import Pair
from pincite.evaluation.judging import EvalRow

SONG = Document("Song#1", "Anna sings in Rome.", metadata={"title": "Song"})
TIDE = Document("Tide#2", "Bo swims at noon.", metadata={"title": "Tide"})

# The stand-in for a reader answers with the words between asterisks, wherever a passage has them.
PAIRS = [
    Pair("1", "Who sings? *Anna*", ("Anna",), SONG, "Song", source="Song#1"),
    Pair("2", "Where? *Rome*", ("in Rome", "Milan"), SONG, "Song", source="Song#1"),
    Pair("3", "When?", (), SONG, "Song", source="Song#1"),
    Pair("4", "Why? *joy*", ("joy",), SONG, "Song", source="Song#1"),
    Pair("5", "What? *sings*", (), SONG, "Song", source="Song#1"),
    Pair("6", "Who swims? *Bo*", ("Bo",), TIDE, "Tide", source="Tide#2"),
]


def write_squad(file: Path, pairs: Sequence[Pair] = PAIRS, version: str = "v2.0") -> Path:
    """Write a SQuAD file with these pairs, and the paragraphs in the order in which they first occur."""
    documents = {pair.document.id: pair.document for pair in pairs if pair.document}
    data = []
    for document in documents.values():
        own = [pair for pair in pairs if pair.document is document]
        qas = [{"id": p.id, "question": p.question, "answers": [{"text": a} for a in p.answers]} for p in own]
        data.append({"title": own[0].title, "paragraphs": [{"context": document.text, "qas": qas}]})
    file.write_text(json.dumps({"version": version, "data": data}), encoding="utf-8")
    return file


def write_rows(file: Path, *rows: dict[str, Any]) -> Path:
    """Write a file of JSON Lines."""
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def row(name: str = "1", **changed: Any) -> EvalRow:
    """Return a row answered rightly from the first of two passages, with the fields `changed`."""
    place = {"document_id": "Song#1", "start": 0, "end": 4}
    right = {
        "id": name,
        "question": "Who sings?",
        "read_as": "Who sings?",
        "place": f"p.csv, line {name}",
        "history": [],
        "title": "",
        "source": "Song#1",
        "type": "who",
        "answer_length": "1 word",
        "document": "Song#1",
        "answerable": True,
        "withheld": None,
        "gold": [{"text": "Anna", "places": [place]}],
        "status": "answered",
        "reason": None,
        "confidence": 0.9,
        "answers": [{"text": "Anna", "places": [{**place, "sentence_start": 0, "sentence_end": 19}]}],
        "best": {"text": "Anna", **place},
        "exact": 100.0,
        "f1": 100.0,
        "best_f1": 100.0,
        "list_score": None,
        "verdict": "right",
        "retrieved": [passage(0, 19, 0), passage(20, 40)],
        "relevant": 1,
        "passages": [],
        "timings": {"retrieve": 1.0, "read": 2.0, "cite": 0.5, "total": 4.0},
    }
    return EvalRow.from_dict({**right, **changed})


def passage(start: int, end: int, *holds: int) -> dict[str, Any]:
    """Return a retrieved passage with the gold answers `holds`."""
    scores = {"score": 0.5, "dense": 0.5, "lexical": 1.0}
    return {"document_id": "Song#1", "start": start, "end": end, **scores, "gold": bool(holds), "holds": list(holds)}


WRONG = {"exact": 0.0, "f1": 0.0, "best_f1": 0.0, "verdict": "wrong_span"}
DECLINED = {"status": "abstained", "reason": "low_confidence", "answers": [], "exact": 0.0, "f1": 0.0}
UNANSWERABLE = {"answerable": False, "gold": [], "best_f1": 0.0, "relevant": None, "answer_length": "no answer"}
SILENT = {**UNANSWERABLE, **DECLINED, "exact": 100.0, "f1": 100.0, "verdict": "rightly_declined"}
SETTINGS = {"top_k": 2, "answers": "one", "threshold": 0.5}
