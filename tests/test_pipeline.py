"""`make train` from data to shipped files: all stages, on encoders and on data of a few kilobytes."""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from pathlib import Path

import pytest
from tiny_evidence import write_evidence
from tiny_models import tiny_encoder, tiny_teacher

import training.__main__ as pipeline
from index import Document, Index
from qa import Answerer
from qa.confidence import Calibration
from qa.read import OnnxReader
from training import check
from training.mixture import Mixture, Source, fingerprint, load_mixture
from training.stages import STAGES, TEACHER

TITLES = {"tune_train": 3, "tune_calibrate": 5, "test_v2.0": 1, "test_v1.1": 1}
FILES = (
    "squadshifts-new-wiki", "squadshifts-reddit", "squadshifts-amazon-reviews", "qamr", "fairytaleqa-train",
    "policyqa-dev", "selqa-sentences", "squad2-train-rebuilt", "squad-train-sentences", "nq-qed-train",
    "tydiqa-en-goldp-train", "fairytaleqa-val",
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
    for seed, name in enumerate(("bioasq-factoid", "bioasq-list"), len(titles) + len(FILES)):
        write(folder / f"evidence/{name}.json.gz", [article(name, seed)])
    with gzip.open(folder / "train/unansq-pairs.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("unanswerable_id\tanswerable_id_in_rebuilt\tcause\n")
    write_evidence(folder / "evidence")
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
    # A reader of a few steps finds nothing that a form could be fitted on: see tests/test_forms.py.
    monkeypatch.setattr(pipeline, "add_forms", lambda data, folder: {})
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
    assert answer.answered
    assert index.documents["bridge"].text[answer.citations[0].start : answer.citations[0].end] == answer.text

    # Run again, nothing is trained anew: a folder of checkpoints is as good as a night's work.
    monkeypatch.setattr(pipeline, "train", None)
    pipeline.main()
    assert OnnxReader(target).id == reader.id


def test_no_paragraph_is_trained_on_that_shares_a_run_of_words_with_a_guarded_article(data: Path) -> None:
    guarded = article("test_v2.0 0", TITLES["tune_train"] + TITLES["tune_calibrate"])
    near = article("qamr", 17)
    taken = " ".join(guarded["paragraphs"][0]["context"].split()[2:15])
    near["paragraphs"][0]["context"] += f" They say: {taken}"
    write(data / "train/qamr.json.gz", [near])

    trained_on = load_mixture(data, Mixture((Source("train/qamr.json.gz"),), Source("tune_train")), seed=0)

    contexts = [paragraph["context"] for paragraph in near["paragraphs"]]
    assert {example.context for example in trained_on if example.origin == "qamr"} == set(contexts[1:])
    titles = {example.title for example in trained_on if example.origin != "qamr"}
    assert titles == {f"tune_train {i}" for i in range(TITLES["tune_train"])}


def test_a_run_is_known_by_the_hashes_of_all_files_that_it_reads(data: Path) -> None:
    mixture = Mixture((Source("train/qamr.json.gz"),), Source("tune_train"))
    before = fingerprint(data, mixture)
    assert before["train/qamr.json.gz"] == hashlib.sha256((data / "train/qamr.json.gz").read_bytes()).hexdigest()
    write(data / "dev/squad-dev-v1.1.json.gz", [])
    after = fingerprint(data, mixture)
    assert {name for name in before if before[name] != after[name]} == {"dev/squad-dev-v1.1.json.gz"}


def test_a_shipped_reader_that_loses_more_than_half_a_point_is_refused(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    f1 = {"fp32": 80.0, "shipped": 79.4}

    def measured(reader: str, pairs: list) -> float:
        return f1[reader]

    class Named(str):
        id = "pincite-reader:0"

    monkeypatch.setattr(check, "OnnxReader", lambda folder: Named(folder.name))
    monkeypatch.setattr(check, "mean_f1", measured)
    monkeypatch.setattr(check, "furthest", lambda reader, pairs: 0.0)
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    with pytest.raises(ValueError, match=r"loses 0\.60 F1, more than 0\.5"):
        check.check(data, tmp_path / "fp32", shipped)
    f1["shipped"] = 79.6
    parity = check.check(data, tmp_path / "fp32", shipped)
    written = json.loads((shipped / "parity.json").read_text(encoding="utf-8"))
    assert (written["f1_fp32"], written["f1_shipped"], written["reader"]) == (80.0, 79.6, parity.reader)
