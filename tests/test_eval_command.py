"""`pincite eval` with a stand-in for the Answerer: what it builds, asks, prints, writes and refuses."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from eval_fakes import PAIRS, SONG, TIDE, Script, answered

from index.types import Document
from qa.cli import main
from qa.evaluation import Pair, evaluate, read_pairs
from qa.reading import default_reader
from qa.types import Answer


class FakeAnswerer(Script):
    """Finds its own script's answers in whatever it is given; remembers what it was built from."""

    lines_for_all: dict[str, Any] = {}  # noqa: RUF012 (set anew by the fixture)
    built: list[tuple[Any, str | None]] = []  # noqa: RUF012
    filtered: list[list[str]] = []  # noqa: RUF012

    @classmethod
    def from_sources(cls, sources: list[Any], *, reader: str | None = None) -> FakeAnswerer:
        cls.built.append((*sources, reader))
        return cls(cls.lines_for_all, sources[0] if isinstance(sources[0], Document) else SONG)

    @classmethod
    def open(cls, folder: str, *, reader: str | None = None) -> FakeAnswerer:
        cls.built.append((f"index {folder}", reader))
        return cls(cls.lines_for_all)

    def ask(
        self, question: str, *, top_k: int = 5, min_confidence: float | None = None, where: Sequence[str] = ()
    ) -> Answer:
        self.filtered.append(list(where))
        if min_confidence == 0.0 and question not in self.lines:
            return answered(question, self.document.text.split()[0], self.document)
        return super().ask(question, top_k=top_k, min_confidence=min_confidence)


@pytest.fixture
def answerer(monkeypatch: pytest.MonkeyPatch) -> type[FakeAnswerer]:
    module = types.ModuleType("qa.answerer")
    module.Answerer = FakeAnswerer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "qa.answerer", module)
    FakeAnswerer.lines_for_all, FakeAnswerer.built = {"Who sings?": "Anna", "Where?": "Rome"}, []
    return FakeAnswerer


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    def qas(*pairs: Pair) -> list[dict[str, Any]]:
        return [{"id": p.id, "question": p.question, "answers": [{"text": a} for a in p.answers]} for p in pairs]

    song = {"title": "Song", "paragraphs": [{"context": SONG.text, "qas": qas(*PAIRS)}]}
    tide = {"title": "Tide", "paragraphs": [{"context": TIDE.text, "qas": qas(Pair("6", "Who swims?", ("Bo",)))}]}
    (tmp_path / "split.json").write_text('{"test": ["Tide"]}')
    file = tmp_path / "dev.json"
    file.write_text(json.dumps({"version": "v2.0", "data": [song, tide]}))
    return file


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    file = tmp_path / "pairs.csv"
    file.write_text('question,answers\nWho sings?,"[""Anna""]"\nWhen?,[]\n')
    return file


@pytest.mark.usefixtures("answerer")
def test_the_command_prints_a_table_and_writes_every_answer(squad: Path, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "report.json"
    assert main(["eval", str(squad), "--json", str(out), "--top-k", "3"]) == 0
    printed = capsys.readouterr()
    assert "wrongly_declined        2" in printed.out
    assert "6/6" in printed.err, "the progress bar"
    written = json.loads(out.read_text())
    assert (written["schema_version"], written["complete"], written["total"]) == (1, True, 6)
    assert written["settings"] == {
        "pincite": version("pincite"),
        "pairs": str(squad),
        "source": None,
        "index": None,
        "articles": None,
        "limit": None,
        "reader": default_reader().id,
        "top_k": 3,
        "min_confidence": None,
        "always_answer": False,
        "filter": [],
    }
    report = evaluate(read_pairs(squad), lambda pair: FakeAnswerer.from_sources([pair.document]))
    measured = report.metrics()
    assert {name: written[name] for name in measured if name != "latency_ms"} == {
        name: value for name, value in measured.items() if name != "latency_ms"
    }
    assert [item["id"] for item in written["items"]] == ["1", "2", "3", "4", "5", "6"]


def test_squad_paragraphs_are_asked_of_themselves_by_the_reader_named(
    squad: Path, answerer: type[FakeAnswerer]
) -> None:
    assert main(["eval", str(squad), "--reader", "some/model"]) == 0
    assert [(source.id, reader) for source, reader in answerer.built] == [
        ("Song#1", "some/model"),
        ("Tide#2", "some/model"),
    ]


@pytest.mark.parametrize(("option", "built"), [("--source", "report.md"), ("--index", "index report.md")])
def test_rows_are_asked_of_one_source_built_once(
    rows: Path, answerer: type[FakeAnswerer], monkeypatch: pytest.MonkeyPatch, option: str, built: str
) -> None:
    monkeypatch.chdir(rows.parent)
    Path("report.md").write_text("Anna sings.")
    assert main(["eval", str(rows), option, "report.md"]) == 0
    assert [(getattr(source, "id", source), reader) for source, reader in answerer.built] == [(built, None)]


@pytest.mark.usefixtures("answerer")
def test_always_answer_leaves_nothing_declined(squad: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    assert main(["eval", str(squad), "--always-answer", "--json", str(out)]) == 0
    written = json.loads(out.read_text())
    assert (written["declined"], written["NoAns_f1"], written["settings"]["min_confidence"]) == (0, 0.0, 0.0)


@pytest.mark.usefixtures("answerer")
def test_articles_and_limit_choose_the_questions(squad: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    assert main(["eval", str(squad), "--articles", f"{tmp_path / 'split.json'}#test", "--json", str(out)]) == 0
    assert [item["id"] for item in json.loads(out.read_text())["items"]] == ["6"]
    assert main(["eval", str(squad), "--limit", "2", "--json", str(out)]) == 0
    assert [item["id"] for item in json.loads(out.read_text())["items"]] == ["1", "2"]


def test_ctrl_c_keeps_what_is_done(squad: Path, tmp_path: Path, answerer: type[FakeAnswerer], capsys: Any) -> None:
    answerer.lines_for_all["When?"] = KeyboardInterrupt()
    out = tmp_path / "report.json"
    assert main(["eval", str(squad), "--json", str(out)]) == 130
    written = json.loads(out.read_text())
    assert (written["complete"], written["total"], len(written["items"])) == (False, 2, 2)
    assert "not complete" in capsys.readouterr().out


@pytest.mark.usefixtures("answerer")
def test_a_source_that_cannot_be_opened_leaves_no_figures(rows: Path, tmp_path: Path, capsys: Any) -> None:
    assert main(["eval", str(rows), "--source", "gone.txt", "--json", str(tmp_path / "out.json")]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.endswith("pincite: there is no file or folder 'gone.txt'; check the path\n")
    assert not (tmp_path / "out.json").exists()


@pytest.mark.usefixtures("answerer")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["pairs.csv"], "has questions but no text; add --source PATH or --index DIR"),
        (["dev.json", "--source", "x.txt"], "brings its own paragraphs; leave out --source and --index"),
        (["dev.json", "--json", "."], ". cannot be written"),
        (["dev.json", "--json", "no/such/report.json"], "cannot be written"),
        (["dev.json", "--articles", "split.json#dev"], "split.json, field 'dev': missing"),
        (["pairs.csv", "--source", "x.txt", "--articles", "split.json#test"], "1 of 1 articles are not among"),
        (["missing.json"], "missing.json"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_one_line(
    squad: Path, rows: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(squad.parent)
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
    ],
)
def test_settings_out_of_range_or_at_odds_are_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["eval", "pairs.csv", *arguments])


@pytest.mark.usefixtures("answerer")
def test_a_summary_holds_the_figures_and_none_of_the_questions(squad: Path, tmp_path: Path) -> None:
    full, summary = tmp_path / "full.json", tmp_path / "summary.json"
    assert main(["eval", str(squad), "--json", str(full), "--summary", str(summary)]) == 0
    written, kept = json.loads(full.read_text()), json.loads(summary.read_text())
    del written["items"]
    assert kept == written


@pytest.mark.usefixtures("answerer")
def test_every_question_is_asked_with_the_filters(rows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeAnswerer, "filtered", [])
    filters = ["--filter", "source=AP", "--filter", "date>=2024"]
    assert main(["eval", str(rows), "--index", str(tmp_path), *filters]) == 0
    assert FakeAnswerer.filtered == [["source=AP", "date>=2024"]] * 2
