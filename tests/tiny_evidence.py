"""The files below `evidence/` in a few lines each: invented sentences, in the form that training/evidence.py reads."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

ROWS = 8


def write_evidence(folder: Path) -> None:
    """Write every file that the last stage reads."""
    records: dict[str, list[dict[str, object]]] = {
        "boolq-val": [_asked(i, label="yes" if i % 2 else "no", title=f"Title {i}") for i in range(ROWS)],
        "contractnli-pairs-train": [_said(i, ("Entailment", "Contradiction", "NotMentioned")[i % 3]) for i in range(9)],
        "creak-train": [_said(i, "true" if i % 2 else "false") for i in range(ROWS)],
        "pubmedqa-l": [
            _asked(i, label=("yes", "no", "maybe")[i % 3], conclusion=f"So it was {i}.") for i in range(ROWS)
        ],
        "fm2-dev": [
            {**_said(i, "SUPPORTS" if i % 2 else "REFUTES"), "candidates": _candidates(i)} for i in range(ROWS)
        ],
        "bioasq-yesno": [_asked(i, label="yes", evidence=_lines(i)) for i in range(ROWS)],
        "conditionalqa-train": [
            _asked(
                i, label="no", evidence=_lines(i), scenario=f"I live at {i}.", url=f"https://example.org/{i}",
                answers=[{"text": "no", "conditions": []}],
            )
            for i in range(ROWS)
        ],
        "strategyqa-train": [_asked(i, label="no", facts=_lines(i), term=f"Term {i}") for i in range(ROWS)],
        "coqa-abg-val": [
            _asked(i, label="span", history=[], answer_spans=[[0, 3, "The"]], evidence_spans=[[0, 10, "The harbou"]])
            for i in range(ROWS)
        ],
        "qmsum-queries": [
            _asked(i, meeting="m", split="train", kind="specific", evidence_chars=[[0, 20]]) for i in range(ROWS)
        ],
        "qmsum-meetings": [
            {"id": "m", "passage": "A: The harbour opens.\nB: When is that?", "turns": [[0, 21], [22, 37]]}
        ],
    }  # fmt: skip
    for name, rows in records.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)


def _asked(i: int, **more: object) -> dict[str, object]:
    passage = f"The harbour of Lund was opened in {1900 + i}. A ferry left at {i} o'clock."
    return {"id": f"r{i}", "question": f"Was harbour {i} opened?", "passage": passage, **more}


def _said(i: int, label: str) -> dict[str, object]:
    return {
        "id": f"s{i}",
        "hypothesis": f"Harbour {i} is open.",
        "passage": f"Harbour {i} opened today.",
        "label": label,
    }


def _candidates(i: int) -> list[dict[str, object]]:
    return [{"text": line, "gold": place == 0} for place, line in enumerate(_lines(i))]


def _lines(i: int) -> list[str]:
    return [f"Harbour {i} opened in {1900 + i}.", f"Its ferry {i} is blue."]
