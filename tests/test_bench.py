"""The comparison with peers: what it counts, what it tells, and that a slower Pincite is noticed."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import checkpoint, made_with, ratios, readme, stages, tables
from benchmarks.material import Passage, bundled, holds, short_texts
from benchmarks.million import StandIn
from benchmarks.peers import environments, report
from benchmarks.peers.driver import Driver, PeerError, Reply
from benchmarks.peers.figures import write_figures
from benchmarks.peers.measuring import seconds_a_text
from benchmarks.peers.scoring import ahead_by, percentiles, quality
from index import Document
from index.embed import default_embedder
from pincite.evaluation import Pair
from qa import Answerer
from qa.read.onnx import MODEL_FOLDER, default_reader

PARIS = Passage("a", "The capital is Paris.")
ELSEWHERE = Passage("b", "Paris is a name, too.")


def reply(answer: str | None, *passages: Passage, failure: str | None = None) -> Reply:
    return Reply(answer, passages, failure, 0.01)


PAIRS = [
    Pair("1", "What is the capital?", ("Paris",)),
    Pair("2", "Who rules it?", ()),
    Pair("3", "What is the capital's name?", ("Paris",)),
    Pair("4", "Who built it?", ()),
]


def test_quality_counts_answers_passages_and_refusals() -> None:
    replies = [reply("Paris", PARIS), reply(None), reply(None, Passage("c", "Nothing."), PARIS), reply("Paris")]
    found = quality(PAIRS, replies)
    # One right answer and one right refusal of four; one of two answerable questions answered.
    assert (found["f1"], found["has_answer_f1"]) == (50, 50)
    assert (found["recall@1"], found["recall@3"], found["recall@5"]) == (50, 100, 100)
    assert (found["refusal_precision"], found["refusal_recall"], found["declined"]) == (50, 50, 2)


def test_a_failure_counts_as_a_refusal_and_is_reported() -> None:
    replies = [reply("Paris"), reply(None, failure="TypeError: no"), reply("Paris"), reply("me")]
    found = quality(PAIRS, replies)
    assert (found["failures"], found["declined"], found["refusal_recall"]) == (1, 1, 50)


def test_refusal_precision_of_a_peer_that_never_declines_is_not_a_number() -> None:
    found = quality(PAIRS, [reply("Paris")] * 4)
    assert (found["refusal_precision"], found["refusal_recall"]) == (None, 0)


def test_a_passage_contains_an_answer_only_as_whole_words_in_the_pairs_own_document() -> None:
    anywhere = Pair("1", "?", ("Par",))
    assert not holds(PARIS, anywhere)
    own = Pair("2", "?", ("the Paris",), document=Document("a", PARIS.text))  # articles do not count in F1 either
    assert holds(PARIS, own)
    assert not holds(ELSEWHERE, own)


def test_percentiles_are_milliseconds() -> None:
    assert percentiles([0.1, 0.2, 0.3]) == pytest.approx({"p50_ms": 200, "p95_ms": 290})


def test_short_texts_differ_and_have_their_length() -> None:
    texts = short_texts(50, words=40)
    assert len({text.text for text in texts}) == 50
    assert {len(text.text.split()) for text in texts} == {40}


def test_the_checkpoint_multiplies_the_shipped_weights_out() -> None:
    import onnx
    from onnx import numpy_helper

    weights = checkpoint.dequantised(MODEL_FOLDER / "model.onnx")
    assert weights["bert.embeddings.word_embeddings.weight"].shape == (30522, 384)
    assert weights["bert.encoder.layer.5.intermediate.dense.weight"].shape == (1536, 384)
    assert weights["bert.encoder.layer.5.output.dense.weight"].shape == (384, 1536)
    stored = {i.name: i for i in onnx.load(str(MODEL_FOLDER / "model.onnx")).graph.initializer}
    name = "model.bert.embeddings.word_embeddings.weight"
    row = numpy_helper.to_array(stored[f"{name}_int8"])[2000].astype(np.float64)
    scale = float(numpy_helper.to_array(stored[f"{name}_scale"])[2000, 0])
    np.testing.assert_allclose(weights[name.removeprefix("model.")][2000], row * scale, rtol=1e-6)


@pytest.mark.slow
def test_the_checkpoint_reads_as_the_shipped_reader_does(tmp_path: Path) -> None:
    checkpoint.write_checkpoint(tmp_path)
    assert checkpoint.is_current(tmp_path)
    article = bundled()
    paragraphs = [text for text in article.texts[0].text.split("\n\n") if len(text) > 200][:3]
    pairs = [(pair.question, paragraph) for pair in article.pairs[:4] for paragraph in paragraphs]
    assert checkpoint.agreement(tmp_path, pairs)["same_span"] >= 75


@pytest.mark.parametrize("peer", environments.PEERS)
def test_each_peer_has_a_program_and_exact_versions(peer: str) -> None:
    lines = environments.requirements_of(peer).read_text(encoding="utf-8").split("\n")
    assert (environments.requirements_of(peer).parent / "__main__.py").is_file()
    wanted = [line for line in lines if line and not line.startswith("-c") and line != "."]
    assert [line for line in wanted if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


@pytest.mark.parametrize("peer", ["pincite", "bm25s"])
def test_a_peer_indexes_answers_and_saves_over_its_pipes(peer: str, tmp_path: Path) -> None:
    article = bundled()
    with Driver(peer, Path(sys.executable), tmp_path / "log") as driver:
        driver.open(tmp_path, tmp_path)
        passages, _ = driver.index(article.texts)
        assert passages > 1
        given = driver.ask("Who is the foreign minister of Iran?", 2)
        assert given.answer == "Abbas Araghchi"
        assert len(given.passages) == 2
        assert all(passage.text in article.texts[0].text for passage in given.passages)
        held, peak = driver.memory()
        assert 0 < held <= peak
        assert driver.save(tmp_path / "index")


def test_a_peer_that_cannot_start_is_reported_with_its_last_output(tmp_path: Path) -> None:
    with (
        Driver("nobody", Path(sys.executable), tmp_path / "log") as driver,
        pytest.raises(PeerError, match=r"No module named benchmarks\.peers\.nobody"),
    ):
        driver.open(tmp_path, tmp_path)


def test_pip_failures_are_reported_with_their_error_line() -> None:
    said = "Collecting a\nERROR: Could not find a version that satisfies the requirement a==9\nERROR: No match"
    assert environments.error_line(said) == "ERROR: Could not find a version that satisfies the requirement a==9"


ROW = {"f1": 80.0, "has_answer_f1": 90.0, "recall@1": 90.0, "recall@3": 95.0, "recall@5": 100.0, "failures": 0,
       "refusal_precision": 80.0, "refusal_recall": 60.0, "passages": 6, "questions": 30, "answerable": 20,
       "p50_ms": 50.0, "p95_ms": 70.0, "peak_memory_mb": 250.0, "index_seconds": 0.1}  # fmt: skip
GROWN = {"texts": 1, "index_seconds": 0.1, "p50_ms": 10.0, "p95_ms": 11.0, "memory_mb": 250.0, "disk_bytes": 9000}
RESULT = {
    "command": "make bench",
    "date": "2026-01-01",
    "commit": "abc",
    "uncommitted_changes": False,
    "reader": "a reader",
    "machine": {"processor": "CPU", "cores": 2},
    "peers": {name: {"megabytes": 10.0, "packages": 3} for name in ("pincite", "haystack")},
    "left_out": {"txtai": "ERROR: no"},
    "materials": {"article": {"pincite": ROW, "haystack": {**ROW, "f1": 70.0, "p50_ms": 40.0}}},
    "start": {"pincite": {"median_s": 1.0}, "haystack": {"median_s": 5.0}},
    "index_limit": 60.0,
    "growth": {"pincite": [GROWN, {**GROWN, "texts": 100}], "haystack": [{**GROWN, "disk_bytes": None}]},
}


def test_the_report_says_where_a_peer_wins_and_what_was_left_out() -> None:
    told = "\n".join(report.sections(RESULT, Path("x.json")))
    assert "| Pincite | **80.0** |" in told
    assert "**Where a peer wins:** median, ms (Haystack: 40, Pincite 50)." in told
    assert "- txtai: `ERROR: no`" in told
    assert "1.25 of its median time" in told
    assert "0.20 of its time from cold start" in told


def test_the_figures_stand_by_themselves(tmp_path: Path) -> None:
    from xml.etree import ElementTree

    write_figures(RESULT, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"quality.svg", "time.svg", "growth.svg"}
    for path in tmp_path.iterdir():
        drawing = ElementTree.parse(path).getroot()
        assert drawing.tag == "{http://www.w3.org/2000/svg}svg"


def test_the_growth_figure_goes_to_a_million(tmp_path: Path) -> None:
    million = {**GROWN, "texts": 1_000_000, "real_vectors": 1000}
    write_figures(report.with_million(RESULT, million), tmp_path)
    drawn = (tmp_path / "growth.svg").read_text(encoding="utf-8")
    assert "10⁶" in drawn
    assert ">10,000<" in drawn


@pytest.mark.parametrize("name", ["peers", *tables.SECTIONS])
def test_the_readme_keeps_the_marks_that_what_was_measured_stands_between(name: str) -> None:
    document = readme.README if name == "peers" else tables.SECTIONS[name].document
    text = document.read_text(encoding="utf-8")
    assert [text.count(mark) for mark in readme.marks(name)] == [1, 1]


def test_a_section_replaces_what_stood_between_its_marks_and_nothing_else(tmp_path: Path) -> None:
    begin, end = readme.marks("load")
    path = tmp_path / "README.md"
    path.write_text(f"before\n{begin}\nold\n{end}\nafter\n", encoding="utf-8")
    readme.write_section("load", "new", path)
    assert path.read_text(encoding="utf-8") == f"before\n{begin}\nnew\n{end}\nafter\n"
    with pytest.raises(ValueError, match="has lost the marks"):
        readme.write_section("stages", "new", path)


def test_the_tables_are_those_of_the_results_that_are_there(tmp_path: Path) -> None:
    marks = "\n".join(mark for name in tables.SECTIONS for mark in readme.marks(name))
    (tmp_path / "README.md").write_text(marks, encoding="utf-8")
    phase = {"questions": 1200, "errors": 0, "questions_a_second": 20.0, "p50_ms": 50.0, "p95_ms": 75.0,
             "memory_mb": {"first": 300.0, "most": 320.0, "last": 310.0}, "memory_growth": 1.002}  # fmt: skip
    found = {"in_flight": 100, "minutes": 10.0, "cores": 2, "throughput_ratio": 1.25}
    found |= {"one_at_a_time": phase, "many_at_once": {**phase, "questions": 15000}}
    found["made_with"] = {"reader": "pincite-reader:0", "embedder": default_embedder().id}
    (tmp_path / "load.json").write_text(json.dumps(found), encoding="utf-8")
    assert tables.write_tables(tmp_path, tmp_path / "README.md") == ["load"]
    told = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "| questions answered | 1,200 | 15,000 |" in told
    assert "**1.25** times that of one at a time" in told
    assert "Measured with pincite-reader:0, and not yet with what ships." in told


def test_the_table_of_reading_says_what_was_found_and_of_which_reader() -> None:
    found = {
        "reader": "pincite-reader:abc",
        "questions": 3000,
        "paragraphs": 2067,
        "passages_read": 5,
        "paragraph_recall@1": {"bm25": 79.6, "search": 83.77, "after reading": 87.63},
        "f1": {"of the best span": 74.59, "of the gold paragraph read alone": 81.43},
    }
    told = tables.reading(found)
    assert "| gold paragraph first | 79.6 | 83.8 | **87.6** | |\n| F1 | | | **74.6** | 81.4 |" in told
    assert told.endswith("3,000 questions, 2,067 paragraphs, pincite-reader:abc.")


def test_a_stage_is_reported_as_a_share_of_the_whole() -> None:
    spent = {**dict.fromkeys(tables.STAGES, 1.0), "run the model": 34.0, "whole": 40.0}
    limit = {"operations": 17e9, "operations_a_second": 1e12, "compute_ms": 17.0, "memory_ms": 2.0}
    told = tables.stages({"stages_ms": spent, "limit": limit, "windows_a_question": 5.0, "tokens_a_window": 158,
                          "model_over_limit": 2.0, "whole_over_limit": 2.35})  # fmt: skip
    assert "| run the model | 34.0 | 85% |" in told
    assert "The model takes **2.0** times the limit" in told


def test_the_table_of_an_ablation_has_a_row_for_each_reader() -> None:
    arms = {"all kinds": {"f1, own paragraph": 70.04, "auroc, collection": 0.8126}}
    told = tables.ablation({"schema_version": 1, "arms": arms}).splitlines()
    assert told[0] == "| taught with | f1, own paragraph | auroc, collection |"
    assert told[2:] == ["| all kinds | 70.0 | 0.813 |"]


def test_the_million_is_the_last_point_of_pincites_growth_alone() -> None:
    million = {**GROWN, "texts": 1_000_000, "real_vectors": 1000}
    grown = report.with_million(RESULT, million)["growth"]
    assert [row["texts"] for row in grown["pincite"]] == [1, 100, 1_000_000]
    assert [row["texts"] for row in grown["haystack"]] == [1]
    assert "vectors of 1,000 of the texts" in report.grown({**RESULT, "growth": grown})[-1]


def test_what_a_text_takes_to_index_goes_by_the_last_two_counts() -> None:
    rows = [{"texts": 1, "index_seconds": 3.0}, {"texts": 101, "index_seconds": 5.0}]
    assert seconds_a_text(rows) == pytest.approx(0.02)
    assert seconds_a_text(rows[:1]) == 0  # a first text pays for what is loaded once


def test_stand_ins_for_vectors_are_near_the_real_ones_and_differ() -> None:
    real = np.eye(384, dtype=np.float32)[:3]
    given = StandIn(default_embedder(), real).embed(["text"] * 7)
    np.testing.assert_allclose(np.linalg.norm(given, axis=1), 1, rtol=1e-5)
    assert (given @ real.T).argmax(axis=1).tolist() == [0, 1, 2, 0, 1, 2, 0]
    assert (given @ given.T)[~np.eye(7, dtype=bool)].max() < 0.9999


def test_a_ratio_counts_processor_time_and_not_waiting() -> None:
    def work() -> None:
        sum(range(300_000))

    def work_and_wait() -> None:
        work()
        time.sleep(0.05)

    assert 0.5 < ratios.ratio(work_and_wait, work, rounds=8) < 2


def test_a_ratio_a_quarter_worse_is_reported() -> None:
    assert ratios.worse({"a": 2.0, "b": 1.0}, {"a": 2.4, "b": 1.3}) == [
        "b: 1.30, and was 1.00; more than 1.25 times that is too much"
    ]


def test_a_ratio_is_measured_again_while_it_is_worse() -> None:
    given = iter([9.0, 8.0, 1.1, 1.0])
    found = ratios.best_of({"a": lambda: next(given)}, {"a": 1.0})
    assert found == {"a": 1.1}
    always = ratios.best_of({"a": lambda: 9.0}, {"a": 1.0})
    assert ratios.worse({"a": 1.0}, always)


def test_what_the_ratios_are_held_to_is_kept() -> None:
    kept = json.loads(ratios.FILE.read_text(encoding="utf-8"))["ratios"]
    assert kept.keys() == ratios.MEASURES.keys()
    assert all(value > 0 for value in kept.values())


def test_a_peer_is_ahead_by_an_interval_around_the_difference_of_f1() -> None:
    pairs = [Pair(str(number), "What is the capital?", ("Paris",)) for number in range(40)]
    theirs, ours = [reply("Paris")] * 40, [reply("Paris" if number % 2 else "Rome") for number in range(40)]
    found = ahead_by(pairs, theirs, ours)
    assert found is not None
    low, high = found
    # 50 points apart; the standard error of a share of a half among 40 is 7.9 points.
    assert 30 < low < 40
    assert 60 < high < 70
    assert ahead_by(pairs, ours, ours) == (0, 0)


def test_the_table_of_peers_is_of_the_reader_that_ships() -> None:
    section = readme.README.read_text(encoding="utf-8").split("<!-- peers")[1]
    named = re.search(r"with the reader (\S+?)\.", section)
    assert named is not None
    assert named[1] == default_reader().id
    result = re.search(r"\(results/([\w.-]+\.json)\)", section)
    assert result is not None
    kept = json.loads((readme.README.parent / "results" / result[1]).read_text(encoding="utf-8"))
    assert kept["reader"] == default_reader().id


@pytest.mark.parametrize("name", tables.SECTIONS)
def test_a_table_says_what_its_result_holds_and_where_that_is_of_an_earlier_reader(name: str) -> None:
    section = tables.SECTIONS[name]
    begin, end = readme.marks(name)
    shown = section.document.read_text(encoding="utf-8").partition(begin)[2].partition(end)[0]
    assert shown.strip() == section.text()


@pytest.mark.parametrize("path", sorted(readme.RESULTS.glob("*.json")), ids=lambda path: path.stem)
def test_a_result_names_the_reader_embedder_and_loaders_that_it_depends_on(path: Path) -> None:
    found = json.loads(path.read_text(encoding="utf-8"))
    for run in found.get("runs", [found]):
        assert set(made_with.stated(run)) >= set(made_with.depends(path.stem))


def result_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((readme.RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def test_the_sentences_of_the_model_card_say_what_their_results_hold() -> None:
    card = (readme.ROOT / "docs" / "model-card.md").read_text(encoding="utf-8")
    clapnq, papers = (result_of("evidence")[name] for name in ("clapnq-dev", "acl-verbatim-gold"))
    cited = "a marked sentence is cited"
    assert f"share half of the shorter for {clapnq[cited]}%, with a word F1 of {clapnq['word_f1']};" in card
    assert f"(acl-verbatim-gold) for {papers[cited]}%, with a word F1 of {papers['word_f1']} (" in card
    reading = result_of("reading")
    first, f1 = reading["paragraph_recall@1"], reading["f1"]
    assert f"measured with `{reading['reader']}`" in card
    assert f"for {first['bm25']:.1f}% of the questions by BM25, {first['search']:.1f}% by the whole search" in card
    assert f"**{first['after reading']:.1f}% after reading**" in card
    assert f"**{f1['of the best span']:.1f}, against {f1['of the gold paragraph read alone']:.1f}**" in card
    article = {name: figure["value"] for name, figure in result_of("bundled-article")["figures"].items()}
    assert f"is {article['HasAns_f1']:.1f}, and {article['NoAns_f1']:.0f}% of its" in card
    assert f"AUROC {article['auroc']:.3f}, calibration error {article['ece']:.3f}." in card
    lists = next(run["figures"] for run in result_of("other-texts")["runs"] if "--answers all" in run["command"])
    assert f"(micro): F1 {lists['list_exact_f1']:.1f} with `--answers all --always-answer`" in card
    parity = json.loads((MODEL_FOLDER / "parity.json").read_text(encoding="utf-8"))
    assert f"F1 is {parity['f1_shipped']:.1f} on {parity['questions']} questions" in card
    assert f"against {parity['f1_fp32']:.1f} in fp32" in card
    said = json.loads((MODEL_FOLDER / "calibration.json").read_text(encoding="utf-8"))["verdicts_held_out"]
    titles, statements = said["kept_titles"], said["fm2_test"]
    assert f"Of {titles['questions']:,} yes/no questions on titles of BoolQ" in card
    assert f"{titles['accuracy']:.0%} are judged rightly; of the {statements['questions']:,} statements" in card
    assert f"FM2's test part {statements['accuracy']:.0%}." in card


def test_the_readme_says_how_large_an_install_is_and_what_its_example_prints(answerer: Answerer) -> None:
    text = (readme.ROOT / "README.md").read_text(encoding="utf-8")
    named = re.search(r"\(results/([\w.-]+)\.json\)", readme.README.read_text(encoding="utf-8").split("<!-- peers")[1])
    assert named is not None
    size = result_of(named[1])["peers"]["pincite"]["megabytes"]
    (install,) = [line for line in text.splitlines() if "`make install`" in line]
    assert f" {size / 1000:.1f} GB" in install
    answer = answerer.ask("Who claimed responsibility for the attack?")
    first = answer.citations[0]
    printed = re.search(r"```\n(?P<text>.+) (?P<confidence>\S+)\n(?P<place>.+)\n```", text)
    assert printed is not None
    assert (printed["text"], printed["place"]) == (answer.text, f"{first.start} {first.end} {first.document_id}")
    assert float(printed["confidence"]) == pytest.approx(answer.confidence, abs=0.025)


def test_the_stages_of_a_question_add_up_to_the_whole(answerer: Answerer) -> None:
    spent = stages.stages(answerer, ["Who claimed responsibility for the attack?"], rounds=1)
    whole = spent.pop("whole")
    assert set(spent) == set(tables.STAGES)
    assert min(spent.values()) > 0
    assert sum(spent.values()) == pytest.approx(whole)


def test_every_result_is_of_the_reader_embedder_and_loaders_that_ship() -> None:
    """After a change to one of them, measure again or list here the results that are of before."""
    results = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in readme.RESULTS.glob("*.json")}
    runs = [(name, run) for name, found in results.items() for run in found.get("runs", [found])]
    assert {name for name, run in runs if made_with.earlier(run)} == set()
