"""`make train` from data to shipped files: all stages, on encoders and on data of a few kilobytes."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import pytest
from tiny_models import tiny_encoder, tiny_teacher

import training.__main__ as pipeline
from index import Document, Index
from qa import Answerer
from qa.confidence import Calibration
from qa.reading import OnnxReader
from training.stages import STAGES, TEACHER

TITLES = {"tune_train": 3, "tune_calibrate": 5, "test_v2.0": 1, "test_v1.1": 1}
FILES = (
    "squadshifts-new-wiki", "squadshifts-reddit", "squadshifts-amazon-reviews", "qamr", "fairytaleqa-train",
    "policyqa-dev", "selqa-sentences",
)  # fmt: skip
NAMES = ("Ann", "Bea", "Cid", "Dov", "Eve", "Fay", "Gil", "Hal", "Ivo", "Jan", "Kit", "Lea", "Max", "Ned", "Oda", "Pia")
TOWNS = ("Oslo", "Bergen", "Turku", "Malmo", "Visby", "Narva", "Riga", "Kiel", "Lund", "Skien", "Vaasa", "Pori")
PARAGRAPHS = 3


def article(title: str, seed: int) -> dict:
    """Paragraphs of four sentences, each with two questions that it answers and one that it does not."""
    paragraphs = []
    for number in range(PARAGRAPHS):
        at = seed * PARAGRAPHS + number
        name, other = NAMES[at % len(NAMES)], NAMES[(at + 3) % len(NAMES)]
        town, year = TOWNS[at % len(TOWNS)], 1800 + at
        context = (
            f"{title} {at} tells of {name} Holm. In {year} the harbour of {town} was opened by {name} Holm. "
            f"{title} {at} was closed by {other} Berg after a storm. A ferry left for {town} at noon in {year + 7}."
        )
        asked = [(f"Who opened the harbour of {town} in {year}?", f"{name} Holm"), (f"Who closed {title} {at}?", other)]
        qas = [
            {
                "id": f"{title}-{at}-{i}", "question": question, "is_impossible": False,
                "answers": [{"text": answer, "answer_start": context.index(answer)}],
            }
            for i, (question, answer) in enumerate(asked)
        ]  # fmt: skip
        never = {"id": f"{title}-{at}-no", "question": f"Who burnt {town}?", "is_impossible": True, "answers": []}
        paragraphs.append({"context": context, "qas": [*qas, never]})
    return {"title": title, "paragraphs": paragraphs}


def write(path: Path, articles: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        json.dump({"version": "v2.0", "data": articles}, file)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    split = {key: [f"{key} {i}" for i in range(count)] for key, count in TITLES.items()}
    titles = [title for several in split.values() for title in several]
    squad = [article(title, seed) for seed, title in enumerate(titles)]
    folder = tmp_path / "data"
    for version in ("1.1", "2.0"):
        write(folder / f"dev/squad-dev-v{version}.json.gz", squad)
    (folder / "dev/split.json").write_text(json.dumps(split), encoding="utf-8")
    for seed, name in enumerate(FILES, len(titles)):
        write(folder / f"train/{name}.json.gz", [article(name, seed)])
    return folder


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the exporter: that it is not its newer self, and what tracing leaves out
def test_all_stages_lead_from_data_to_a_reader_that_answers(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder, teacher = tiny_encoder(tmp_path / "encoder"), tiny_teacher(tmp_path / "teacher")
    (teacher / "tokenizer.json").write_bytes((encoder / "tokenizer.json").read_bytes())
    monkeypatch.setattr(pipeline, "encoder_folder", lambda: encoder)
    monkeypatch.setattr(pipeline, "teacher_encoder", lambda folder: teacher)
    out, target = tmp_path / "runs", tmp_path / "shipped"
    monkeypatch.setattr(sys, "argv", ["training", "--data", str(data), "--out", str(out), "--target", str(target)])

    pipeline.main()

    assert {path.name for path in target.iterdir()} == {
        "calibration.json", "model.onnx", "parity.json", "reader.json", "tokenizer.json", "training.json",
    }  # fmt: skip
    for stage in (*TEACHER, *STAGES):
        record = json.loads((out / stage.name / "model" / "training.json").read_text(encoding="utf-8"))
        assert set(record["data_sha256"]) > {"dev/split.json", "dev/squad-dev-v2.0.json.gz"}
        assert (record["examples"] > 0, record["varied"] > 0) == (True, stage.settings.varied > 0)
    reader, calibration = OnnxReader(target), Calibration.load(target / "calibration.json")
    assert calibration.reader == reader.id == json.loads((target / "parity.json").read_text())["reader"]
    index = Index.build([Document("bridge", "The bridge was opened by Mary Cole in 1971.")])
    answer = Answerer(index, reader=reader, calibration=calibration).ask("Who opened it?", min_confidence=0.0)
    assert answer.confidence is not None

    # Run again, nothing is trained anew: a folder of checkpoints is as good as a night's work.
    monkeypatch.setattr(pipeline, "train", None)
    pipeline.main()
    assert OnnxReader(target).id == reader.id
