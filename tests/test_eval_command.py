"""`pincite eval` over stand-ins for the models: what it asks, prints, writes, refuses, and takes up again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from eval_fakes import write_rows, write_squad
from fakes import HashingEmbedder, WordReader

from index import Document, Index
from pincite.cli import main
from pincite.evaluation import workshop
from qa.confidence import FEATURES, Calibration
from qa.read import Reading


class Reader(WordReader):
    """The stand-in, which can be made to fail at a question, and counts those that it reads."""

    fails: dict[str, BaseException] = {}  # noqa: RUF012 (set anew by the fixture)
    read_questions: list[str] = []  # noqa: RUF012

    def read(self, pairs: Sequence[tuple[str, str]], *, best: int = 5) -> Reading:
        question = pairs[0][0]
        if question in self.fails:
            raise self.fails[question]
        self.read_questions.append(question)
        return super().read(pairs, best=best)


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> type[Reader]:
    monkeypatch.setattr(workshop, "load_reader", lambda name: Reader())
    monkeypatch.setattr(workshop, "load_embedder", lambda name: HashingEmbedder())
    Reader.fails, Reader.read_questions = {}, []
    return Reader


@pytest.fixture
def squad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("split.json").write_text('{"test": ["Tide"]}')
    return write_squad(tmp_path / "dev.json")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("notes/deep").mkdir(parents=True)
    Path("notes/song.txt").write_text("Anna sings in Rome.")
    Path("notes/deep/tide.txt").write_text("Bo swims at noon.")
    write_rows(
        tmp_path / "pairs.jsonl",
        {"question": "Who swims? *Bo*", "answers": ["Bo"], "source": "deep/tide.txt"},
        {"question": "Where? *Rome*", "answers": [{"start": 14, "end": 18}], "source": "song.txt"},
        {"question": "When? *Anna*", "answers": []},
    )
    return tmp_path


def figures(result: dict[str, Any]) -> dict[str, Any]:
    return {name: figure["value"] for name, figure in result["figures"].items()}


def read(name: str) -> Any:
    return json.loads(Path(name).read_text(encoding="utf-8"))


@pytest.mark.usefixtures("squad")
def test_the_command_prints_the_figures_and_writes_every_question(capsys: Any) -> None:
    assert main(["eval", "dev.json", "--json", "out.json", "--top-k", "3"]) == 0
    printed = capsys.readouterr()
    assert "wrongly_declined              1" in printed.out
    assert "6/6" in printed.err, "the progress bar"
    written = read("out.json")
    assert (written["schema_version"], written["complete"], figures(written)["total"]) == (2, True, 6)
    settings = written["settings"]
    assert {settings.pop(name) is not None for name in ("pairs_sha256", "documents_sha256")} == {True}
    assert settings == {
        "pincite": version("pincite"),
        "pairs": "dev.json",
        "source": None,
        "index": None,
        "articles": None,
        "limit": None,
        "scope": "paragraph",
        "without": None,
        "answers": "one",
        "gold": "offset",
        "filter": [],
        "top_k": 3,
        "min_confidence": None,
        "reader": "fake:word",
        "embedder": "fake:hashing",
        "calibration": None,
        "threshold": None,
        "short_threshold": None,
        "chunk_tokens": None,
        "overlap": None,
        "dense_weight": None,
        "form": "span",
    }
    assert [row["id"] for row in written["questions"]] == ["1", "2", "3", "4", "5", "6"]
    assert not Path("out.json.partial").exists()


@pytest.mark.usefixtures("squad")
def test_a_summary_has_the_figures_and_no_questions() -> None:
    assert main(["eval", "dev.json", "--json", "full.json"]) == 0
    assert main(["eval", "dev.json", "--json", "full.json", "--summary", "s.json", "--against", "full.json"]) == 0
    written, kept = read("full.json"), read("s.json")
    del written["questions"], written["comparison"]["changes"]
    assert kept == written
    assert "swims" not in Path("s.json").read_text()


@pytest.mark.usefixtures("squad")
def test_a_report_shows_what_the_run_found() -> None:
    assert main(["eval", "dev.json", "--json", "old.json"]) == 0
    assert main(["eval", "dev.json", "--against", "old.json", "--min-f1", "99", "--report", "out.html"]) == 3
    page = Path("out.html").read_text(encoding="utf-8")
    assert "Evaluation of dev.json" in page
    assert "Against old.json: 6 questions are in both runs." in page
    assert "✗ failed" in page
    assert "Bo swims at noon." in page


@pytest.mark.usefixtures("squad")
@pytest.mark.parametrize(("scope", "found"), [("paragraph", {"Tide#2"}), ("collection", {"Song#1", "Tide#2"})])
def test_a_squad_question_is_asked_of_its_paragraph_or_of_all(scope: str, found: set[str]) -> None:
    assert main(["eval", "dev.json", "--scope", scope, "--articles", "split.json#test", "--json", "out.json"]) == 0
    (row,) = read("out.json")["questions"]
    assert row["id"] == "6"
    assert {passage["document_id"] for passage in row["retrieved"]} == found


def test_paragraphs_that_nothing_is_asked_of_belong_to_the_collection(squad: Path) -> None:
    content = json.loads(squad.read_text())
    content["data"][0]["paragraphs"].append({"context": "Nobody asks about Cy.", "qas": []})
    squad.write_text(json.dumps(content))
    assert main(["eval", "dev.json", "--scope", "collection", "--json", "out.json"]) == 0
    first = read("out.json")["questions"][0]
    assert {passage["document_id"] for passage in first["retrieved"]} == {"Song#1", "Song#2", "Tide#3"}


@pytest.mark.usefixtures("folder")
def test_rows_are_asked_of_a_folder_whose_documents_they_name() -> None:
    assert main(["eval", "pairs.jsonl", "--source", "notes", "--json", "out.json"]) == 0
    first, second, third = read("out.json")["questions"]
    assert [row["verdict"] for row in (first, second, third)] == ["right", "right", "wrongly_answered"]
    assert first["gold"] == [{"text": "Bo", "places": [{"document_id": "deep/tide.txt", "start": 0, "end": 2}]}]
    assert second["gold"] == [{"text": "Rome", "places": [{"document_id": "song.txt", "start": 14, "end": 18}]}]
    assert [group["name"] for group in read("out.json")["groups"]["document"]] == [
        "deep/tide.txt",
        "song.txt",
        "(no document)",
    ]
    assert main(["eval", "pairs.jsonl", "--source", "notes", "--limit", "1", "--json", "out.json"]) == 0
    assert [row["id"] for row in read("out.json")["questions"]] == ["1"]


@pytest.mark.usefixtures("folder")
def test_rows_are_asked_of_a_saved_index(capsys: Any) -> None:
    documents = [Document("song.txt", "Anna sings in Rome."), Document("deep/tide.txt", "Bo swims at noon.")]
    Index.build(documents, embedder=HashingEmbedder()).save("index")
    assert main(["eval", "pairs.jsonl", "--index", "index", "--json", "out.json"]) == 0
    assert [row["verdict"] for row in read("out.json")["questions"]] == ["right", "right", "wrongly_answered"]
    assert main(["eval", "pairs.jsonl", "--index", "index", "--chunk-tokens", "64"]) == 1
    assert "a saved index keeps its chunks; to try other sizes" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_without_its_article_a_row_is_asked_of_the_other_documents() -> None:
    rows = [{"id": f"q{i}", "question": "Who? *Bo*", "answers": ["Bo"], "source": "deep/tide.txt"} for i in range(9)]
    write_rows(Path("pairs.jsonl"), *rows)
    assert main(["eval", "pairs.jsonl", "--source", "notes", "--without", "article", "--json", "out.json"]) == 0
    verdicts = {row["withheld"]: row["verdict"] for row in read("out.json")["questions"]}
    assert verdicts == {None: "right", "article": "rightly_declined"}
    assert figures(read("out.json"))["refusal_recall"] == 100.0


@pytest.mark.usefixtures("folder")
def test_every_question_is_asked_with_the_filters() -> None:
    arguments = ["--source", "notes", "--filter", "id=song.txt", "--json", "out.json"]
    assert main(["eval", "pairs.jsonl", *arguments]) == 0
    found = {p["document_id"] for row in read("out.json")["questions"] for p in row["retrieved"]}
    assert found == {"song.txt"}


@pytest.mark.usefixtures("folder")
def test_with_all_answers_wanted_lists_are_scored() -> None:
    write_rows(Path("pairs.jsonl"), {"question": "Who? *Bo*", "answers": ["Bo", "Anna", "Eve"]})
    assert main(["eval", "pairs.jsonl", "--source", "notes", "--answers", "all", "--json", "out.json"]) == 0
    found = figures(read("out.json"))
    assert (found["list_exact_precision"], found["list_exact_recall"]) == (100.0, pytest.approx(100 / 3))
    assert found["recall@5"] == 100.0, "of the two that stand somewhere"
    assert main(["eval", "pairs.jsonl", "--source", "notes", "--json", "out.json"]) == 0
    assert "list_exact_f1" not in read("out.json")["figures"]


@pytest.mark.usefixtures("squad")
def test_always_answer_leaves_nothing_declined() -> None:
    assert main(["eval", "dev.json", "--always-answer", "--json", "out.json"]) == 0
    written = read("out.json")
    found = figures(written)
    assert (found["declined"], found["NoAns_f1"], written["settings"]["min_confidence"]) == (0, 0.0, 0.0)


@pytest.mark.usefixtures("squad")
def test_ctrl_c_keeps_what_is_done_and_resume_asks_only_the_rest(reader: type[Reader], capsys: Any) -> None:
    assert main(["eval", "dev.json", "--json", "whole.json"]) == 0
    reader.read_questions.clear()
    reader.fails["When?"] = KeyboardInterrupt()
    reader.fails["Who sings? *Anna*"] = KeyboardInterrupt()
    assert main(["eval", "dev.json", "--json", "out.json"]) == 130
    assert not Path("out.json").exists()
    del reader.fails["Who sings? *Anna*"]
    assert main(["eval", "dev.json", "--json", "out.json"]) == 130, "a journal of nothing is no hindrance"
    written = read("out.json")
    assert (written["complete"], [row["id"] for row in written["questions"]]) == (False, ["1", "2"])
    assert "not complete" in capsys.readouterr().out

    reader.fails.clear()
    assert main(["eval", "dev.json", "--json", "out.json"]) == 1
    assert "out.json.partial holds 2 finished questions; add --resume" in capsys.readouterr().err
    assert main(["eval", "dev.json", "--json", "out.json", "--top-k", "2", "--resume"]) == 1
    assert "out.json.partial is of another measurement (top_k 5 → 2)" in capsys.readouterr().err

    with Path("out.json.partial").open("a") as torn:
        torn.write('{"id": "3", "quest')  # the machine went down while it wrote
    assert main(["eval", "dev.json", "--json", "out.json", "--resume"]) == 0
    assert len(reader.read_questions) == 6, "each question once"
    resumed, whole = read("out.json"), read("whole.json")
    assert [row["id"] for row in resumed["questions"]] == ["1", "2", "3", "4", "5", "6"]
    ignored = {"latency_p50", "latency_p95", "latency_p99"}
    assert {k: v for k, v in resumed["figures"].items() if k not in ignored} == {
        k: v for k, v in whole["figures"].items() if k not in ignored
    }
    assert not Path("out.json.partial").exists()


@pytest.mark.usefixtures("squad")
def test_a_fault_in_our_own_code_is_not_taken_for_an_early_stop(reader: type[Reader]) -> None:
    reader.fails["When?"] = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        main(["eval", "dev.json", "--json", "out.json"])
    assert len(Path("out.json.partial").read_text().splitlines()) == 3, "and what was done is still kept"


@pytest.mark.usefixtures("squad")
def test_a_gate_that_fails_gives_exit_code_3_and_its_name(capsys: Any) -> None:
    assert main(["eval", "dev.json", "--min-f1", "10", "--max-latency-p95", "1e9"]) == 0
    assert main(["eval", "dev.json", "--min-f1", "80", "--min-mrr", "0.1", "--json", "out.json"]) == 3
    assert "pincite: --min-f1 80 failed: f1 is 61.111\n" in capsys.readouterr().err
    assert [gate["passed"] for gate in read("out.json")["gates"]] == [False, True]


@pytest.mark.usefixtures("squad")
def test_a_run_is_compared_with_an_older_one(capsys: Any) -> None:
    assert main(["eval", "dev.json", "--json", "old.json"]) == 0
    assert main(["eval", "dev.json", "--always-answer", "--against", "old.json", "--json", "new.json"]) == 0
    assert "against old.json: 6 questions in both, 2 answered otherwise" in capsys.readouterr().out
    comparison = read("new.json")["comparison"]
    assert comparison["settings_changed"] == {
        "min_confidence": [None, 0.0],
        "threshold": [None, 0.0],
        "short_threshold": [None, 0.0],
    }
    assert [change["id"] for change in comparison["changes"]] == ["3", "4"]


@pytest.mark.usefixtures("folder")
def test_a_sweep_measures_each_setting_and_keeps_the_best(capsys: Any) -> None:
    # The words of the question are those of the one document, its answer stands in the other.
    write_rows(Path("pairs.jsonl"), {"question": "Anna sings in Rome? *Bo*", "answers": ["Bo"]})
    sweep = ["--sweep", "top_k=1,2", "--sweep", "dense_weight=0,1", "--goal", "mrr"]
    assert main(["eval", "pairs.jsonl", "--source", "notes", *sweep, "--json", "out.json"]) == 0
    swept = read("out.json")
    assert [(run["settings"], run["value"]) for run in swept["sweep"]["runs"]] == [
        ({"top_k": 1, "dense_weight": 0.0}, 0.0),
        ({"top_k": 1, "dense_weight": 1.0}, 0.0),
        ({"top_k": 2, "dense_weight": 0.0}, 0.5),
        ({"top_k": 2, "dense_weight": 1.0}, 0.5),
    ]
    assert (swept["sweep"]["best"], swept["settings"]["top_k"], figures(swept)["mrr"]) == (2, 2, 0.5)
    table = [line.split() for line in capsys.readouterr().out.split("\n\n")[-1].splitlines()]
    assert table[0] == ["top_k", "dense_weight", "mrr", "f1", "right", "declined", "latency_p50"]
    assert [line[:6] for line in table[1:]] == [
        ["1", "0.0", "0.000", "0.00", "0.00", "1"],
        ["1", "1.0", "0.000", "0.00", "0.00", "1"],
        ["2", "0.0", "0.500", "100.00", "100.00", "0"],
        ["2", "1.0", "0.500", "100.00", "100.00", "0"],
    ]
    assert [line[-1] == "best" for line in table[1:]] == [False, False, True, False]
    assert not list(Path().glob("*.partial"))


@pytest.mark.usefixtures("folder")
def test_a_sweep_that_was_interrupted_is_taken_up_again(reader: type[Reader]) -> None:
    sweep = ["eval", "pairs.jsonl", "--source", "notes", "--sweep", "top_k=1,2", "--json", "out.json"]
    asked: list[str] = []

    class Interrupted(Reader):
        def read(self, pairs: Sequence[tuple[str, str]], *, best: int = 5) -> Reading:
            asked.append(pairs[0][0])
            if len(asked) == 5:  # the second question of the second setting
                raise KeyboardInterrupt
            return super().read(pairs, best=best)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workshop, "load_reader", lambda name: Interrupted())
        assert main(sweep) == 130
    kept = read("out.json")
    assert (kept["complete"], len(kept["sweep"]["runs"]), figures(kept)["total"]) == (False, 1, 3)
    reader.read_questions.clear()
    assert main([*sweep, "--resume"]) == 0
    assert reader.read_questions == ["Where? *Rome*", "When? *Anna*"]
    assert (read("out.json")["complete"], len(read("out.json")["sweep"]["runs"])) == (True, 2)


@pytest.mark.usefixtures("folder")
def test_a_sweep_indexes_again_only_where_the_index_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[int] = []
    build = Index.build

    def counted(documents: Any, **settings: Any) -> Index:
        built.append(settings["chunks"].max_tokens)
        return build(documents, **settings)

    monkeypatch.setattr(Index, "build", counted)
    sweep = ["--sweep", "chunk_tokens=64,160", "--sweep", "top_k=1,2,3"]
    assert main(["eval", "pairs.jsonl", "--source", "notes", *sweep]) == 0
    assert built == [64, 160]


def test_a_sweep_over_thresholds_asks_once(
    squad: Path, reader: type[Reader], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    weights = tuple(float(name == "margin") for name in FEATURES)
    fitted = Calibration(weights, 0.0, 0.5, "", "fake:word")
    monkeypatch.setattr(workshop, "calibration_of", lambda _: fitted)
    monkeypatch.setattr("qa.answerer.calibration_of", lambda _: fitted)
    assert main(["eval", str(squad), "--sweep", "min_confidence=0,0.5,1", "--goal", "f1", "--json", "out.json"]) == 0
    assert len(reader.read_questions) == 6
    swept = read("out.json")
    # Always: Anna, Rome (2/3) and Bo of six; from 0.5 on, "When?" and "Why?" are declined; at 1 every question is.
    values = [run["value"] for run in swept["sweep"]["runs"]]
    assert values == pytest.approx([100 * (1 + 2 / 3 + 1) / 6, 100 * (1 + 2 / 3 + 1 + 1) / 6, 100 * 2 / 6])
    assert (swept["sweep"]["best"], figures(swept)["f1"]) == (1, pytest.approx(values[1]))
    assert swept["settings"]["threshold"] == 0.5
    assert "best" in capsys.readouterr().out
    assert main(["eval", str(squad), "--min-confidence", "0.5", "--json", "plain.json"]) == 0
    plain = read("plain.json")
    ours = [{k: v for k, v in row.items() if k not in ("timings", "reason")} for row in swept["questions"]]
    assert ours == [{k: v for k, v in row.items() if k not in ("timings", "reason")} for row in plain["questions"]]


@pytest.mark.usefixtures("folder")
def test_a_template_holds_the_documents_own_sentences_to_write_questions_for(capsys: Any) -> None:
    Path("light.txt").write_text("The lamp was lit in 1851. It shone. Nobody has been able to say who kept it.")
    assert main(["eval", "--template", "light.txt"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["question"], row["answers"], row["source"]) for row in rows] == [
        ("When was the lamp lit?", '["in 1851"]', "light.txt"),
        ("", "", "light.txt"),
    ]
    assert rows[1]["sentence"] == "Nobody has been able to say who kept it."
    assert main(["eval", "new.csv", "--template", "light.txt"]) == 0
    assert main(["eval", "new.csv", "--source", "light.txt"]) == 1
    assert "new.csv, line 3, field 'answers': found ''; write a JSON array" in capsys.readouterr().err
    assert main(["eval", "new.csv", "--template", "light.txt"]) == 1
    assert "new.csv exists; name a new file" in capsys.readouterr().err
    assert main(["eval", "new.jsonl", "--template", "light.txt"]) == 1
    assert "new.jsonl is not a .csv file" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_a_template_leaves_out_headings_tables_and_questions(capsys: Any) -> None:
    Path("light.md").write_text(
        "# All that is known of the old light\n\nThe keeper lit the lamp every evening at six. Who lit it on that one "
        "evening in March?\n\n| the year of the count | how many ships were seen |\n|---|---|\n| 1851 | 12 |\n"
    )
    assert main(["eval", "--template", "light.md"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["sentence"] for row in rows] == ["The keeper lit the lamp every evening at six."]


@pytest.mark.usefixtures("folder")
def test_answers_that_are_in_no_document_are_counted_in_the_output(capsys: Any) -> None:
    found, lost = {"question": "Who? *Bo*", "answers": ["Bo"]}, {"question": "Who? *Bo*", "answers": ["Robert"]}
    write_rows(Path("pairs.jsonl"), found, lost, lost)
    assert main(["eval", "pairs.jsonl", "--source", "notes"]) == 0
    error = capsys.readouterr().err
    assert "the answers of 2 questions stand nowhere word for word (first: pairs.jsonl, line 2)" in error


@pytest.mark.usefixtures("folder")
def test_a_question_that_is_too_long_is_named_before_anything_is_asked(reader: type[Reader], capsys: Any) -> None:
    write_rows(Path("pairs.jsonl"), {"question": "Who? *Bo*", "answers": []}, {"question": "why " * 60, "answers": []})
    assert main(["eval", "pairs.jsonl", "--source", "notes", "--json", "out.json"]) == 1
    message = "pairs.jsonl, line 2, field 'question': the question is 60 tokens long, the reader takes 40; ask"
    assert message in capsys.readouterr().err
    assert (reader.read_questions, Path("out.json").exists()) == ([], False)


@pytest.mark.usefixtures("folder")
def test_a_source_that_cannot_be_opened_leaves_no_figures(capsys: Any) -> None:
    assert main(["eval", "pairs.jsonl", "--source", "gone.txt", "--json", "out.json"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.endswith("pincite: there is no file or folder 'gone.txt'; check the path\n")
    assert not Path("out.json").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name PAIRS, the file of questions with their answers; --template SOURCE makes one"),
        (["pairs.jsonl"], "has questions but no text; add --source PATH or --index DIR"),
        (["pairs.jsonl", "--index", "nothing"], "'nothing' holds no index"),
        (["dev.json", "--source", "x.txt"], "brings its own paragraphs; leave out --source and --index"),
        (["dev.json", "--json", "."], "'.' cannot be written"),
        (["dev.json", "--json", "no/such/report.json"], "cannot be written"),
        (["dev.json", "--articles", "split.json#dev"], "split.json, field 'dev': missing"),
        (["pairs.jsonl", "--source", "notes", "--articles", "split.json#test"], "1 of 1 articles are not among"),
        (["missing.json"], "missing.json"),
        (["dev.json", "--resume"], "--resume continues the run that wrote --json OUT; name OUT"),
        (["dev.json", "--against", "split.json"], "split.json is not a result of schema version 2 (found None)"),
        (["dev.json", "--against", "dev.json"], "dev.json is not a result of schema version 2"),
        (["dev.json", "--sweep", "top_k=x"], "--sweep top_k: 'x' is not a value of top_k"),
        (["dev.json", "--sweep", "top_k=3", "--goal", "luck"], "'luck' is not a goal; choose by one of exact, f1"),
        (["dev.json", "--goal", "f1"], "--goal f1 chooses among the runs of a --sweep; add --sweep"),
        (
            ["dev.json", "--sweep", "top_k=3", "--top-k", "4"],
            "--sweep tries values of top_k, which is also set by itself",
        ),
        (["dev.json", "--sweep", "min_confidence=0.1", "--always-answer"], "values of min_confidence, which is also"),
        (["dev.json", "--scope", "paragraph", "--without", "article"], "leave out --scope paragraph"),
        (["pairs.jsonl", "--source", "notes", "--scope", "paragraph"], "line 3, field 'source': missing"),
        (["pairs.jsonl", "--source", "notes/song.txt"], "line 1, field 'source': no document 'deep/tide.txt' among 1"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_one_line(
    squad: Path, folder: Path, capsys: Any, arguments: list[str], message: str
) -> None:
    assert main(["eval", *arguments]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--limit", "0"],
        ["--top-k", "x"],
        ["--min-confidence", "1.5"],
        ["--min-confidence", "nan"],
        ["--min-confidence", "0.5", "--always-answer"],
        ["--source", "x", "--index", "y"],
        ["--scope", "everything"],
        ["--answers", "some"],
        ["--min-f1", "high"],
        ["--min-f1", "nan"],
        ["--min-f1", "100.5"],
        ["--max-ece", "10"],
        ["--max-latency-p95", "-1"],
        ["--max-latency-p95", "inf"],
        ["--chunk-tokens", "15"],
        ["--overlap", "-1"],
    ],
)
def test_settings_out_of_range_or_at_odds_are_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["eval", "pairs.csv", *arguments])
