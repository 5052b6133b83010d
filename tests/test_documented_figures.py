"""Sentences of the documentation with a figure in them say what a results file or the code holds."""

from __future__ import annotations

import math

from test_bench import result_of
from test_card import BETWEEN_PROCESSORS

from benchmarks import readme
from index.embed.onnx import MODEL_FOLDER as EMBEDDER_FOLDER
from qa.read.onnx import MODEL_FOLDER


def words_of(*path: str) -> str:
    """A document of the project, its lines made one."""
    return " ".join(readme.ROOT.joinpath(*path).read_text(encoding="utf-8").split())


def test_the_sentences_of_the_plan_say_what_their_results_hold() -> None:
    plan = words_of("docs", "scaling.md")
    found, large, embedding = result_of("scaling"), result_of("scale"), result_of("embedding")
    reading = found["question"]["read_p50_ms"]
    core = reading * found["cores"] / 1000
    assert f"At {reading:.0f} ms on two cores a question costs {core:.2f} seconds of a core at most" in plan
    assert f"64 cores answer {64 / core:.0f} a second" in plan
    written = found["milvus"]["HNSW"]["rows_per_second"]
    assert f"at {written:,.0f} rows a second 10^8 take {1e8 / written / 3600:.0f} hours" in plan
    assert f"search takes {large['dense']['large_ms']['p50']:.1f} ms at the median over a million vectors" in plan
    rate = round(embedding["chunks_per_second"]["shipped"] / embedding["cores"], 1)
    assert f"a document of 10 chunks takes 10 / {rate} = {10 / rate:.2f} s of a core, and a million of them" in plan
    assert f" them {1e7 / rate / 3600:.0f} core-hours, which is {1e7 / rate / 64 / 60:.0f} minutes on 64 cores" in plan
    nodes = math.ceil(1e8 * found["milvus"]["HNSW"]["bytes_of_memory_per_row"] / (0.7 * 128 * 2**30))
    assert nodes == 4
    assert "four nodes hold it with `INDEX=HNSW`, eight with `REPLICAS=2`" in plan
    days = 1e10 / rate / 64 / 3600 / 24
    assert 28 < days < 35
    assert round(days / 10) == 3
    assert "**Embedding** takes a month on 64 cores, or three days on 640" in plan
    stores = result_of("stores")
    assert f"All {stores['documents']:,} paragraphs" in plan
    assert f"set, {stores['dense']['questions']} questions" in plan


def test_the_sentences_about_searching_checking_and_embedding_say_what_their_results_hold() -> None:
    told, checking = words_of("benchmarks", "README.md"), result_of("checking")
    searched, read = result_of("retrieval")["test"], result_of("reading")
    assert f"All {read['paragraphs']:,} paragraphs of SQuAD 1.1's development set" in told
    assert f"{searched['questions']:,} questions of the test articles" in told
    assert f"k counts chunks ({searched['chunks']:,} of them)" in told
    assert f"{result_of('embedding')['chunks']} chunks are embedded" in told
    assert f"one at a time and with {result_of('load')['in_flight']} in flight" in told
    (taken,) = [source["take"] for source in result_of("ablation")["mixture"]["sources"]]
    assert f"trained once each on {taken:,} questions of SQuADShifts" in told
    told = words_of("docs", "checking.md")
    assert f"makes {sum(total for _, total in checking['right'].values())} quotations by rule" in told
    assert (
        f"checks {sum(total for _, total in checking['hard']['right'].values())} quotations that were written" in told
    )


def test_the_sentence_on_how_many_pairs_are_needed_is_of_the_table_above_it() -> None:
    at = {row["difference"]: row["changed_10%"] for row in result_of("power")["questions_needed"]}
    expected = (
        f"If one in ten does, {at[10]} pairs show a difference of 10 points, {at[5]} pairs one of 5, and {at[2]:,} "
    )
    assert f"{expected}pairs one of 2." in words_of("docs", "evaluation.md")


def test_the_sizes_of_the_models_are_those_of_their_files() -> None:
    sizes = {round((folder / "model.onnx").stat().st_size / 1e6) for folder in (MODEL_FOLDER, EMBEDDER_FOLDER)}
    assert sizes == {24}
    assert "8-bit, about 24 MB each" in words_of("docs", "architecture.md")


def test_how_far_confidences_differ_between_processors_is_what_the_tests_allow() -> None:
    assert f"confidences differ by up to {BETWEEN_PROCESSORS:g} between them" in words_of("CONTRIBUTING.md")
