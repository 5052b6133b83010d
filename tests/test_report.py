"""The report on a result: its parts, what stands where in its figures, and that nothing in it is taken for HTML."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from eval_fakes import DECLINED, SETTINGS, SILENT, UNANSWERABLE, WRONG, row
from hypothesis import given, settings
from hypothesis import strategies as st

from pincite.evaluation.comparing import compare
from pincite.evaluation.definitions import check_gates
from pincite.evaluation.gold import EvalExcerpt
from pincite.evaluation.judging import EvalRow
from pincite.evaluation.report import report_html, write_report
from pincite.evaluation.report.charts import charts, wilson
from pincite.evaluation.report.questions import questions_data, runs, spans_in
from pincite.evaluation.report.sections import (
    causes,
    changed_most,
    groups,
    headline,
    interval,
    number,
    share,
    signed,
    verdicts,
)
from pincite.evaluation.report.svg import BOTTOM, LEFT, RIGHT, TOP, numeric_axis
from pincite.evaluation.results import summarise
from pincite.evaluation.workshop import sweep_summary

MADE = datetime(2026, 1, 2, tzinfo=UTC)
PASSAGE = {"document_id": "Song#1", "start": 100, "end": 119, "text": "Anna sings in Rome."}
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\"'<!--"


def place(start: int, end: int, home: str = "Song#1") -> dict[str, Any]:
    return {"document_id": home, "start": start, "end": end}


ROWS = [
    row("1", passages=[{**PASSAGE, "start": 0, "end": 19}]),
    row("2", confidence=0.7, **WRONG),
    row("3", confidence=0.6, **{**WRONG, "verdict": "not_retrieved"}),
    row("4", confidence=0.3, verdict="wrongly_declined", **DECLINED),
    row("5", confidence=0.2, **SILENT),
    row("6", confidence=0.8, **{**UNANSWERABLE, "f1": 0.0, "exact": 0.0, "verdict": "wrongly_answered"}),
]


def result(rows: list[EvalRow] = ROWS, **settings: Any) -> dict[str, Any]:
    # Through JSON, because that is where a report's result may come from.
    found: dict[str, Any] = json.loads(json.dumps(summarise(rows, {"pairs": "p.csv", **SETTINGS, **settings})))
    return found


class Seen(HTMLParser):
    """The elements of a page with their attributes, the text outside of scripts and styles, and the data."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self._inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag if tag in self.raw else ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        (self.raw[self._inside] if self._inside else self.texts).append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.raw["script"][0])
        return found


def seen(found: dict[str, Any]) -> Seen:
    return Seen(report_html(found, MADE))


def test_the_page_says_what_was_measured_and_when() -> None:
    page = seen(result())
    assert "Evaluation of p.csv" in page.text
    assert "6 questions, 4 with an answer in the source and 2 without." in page.text
    assert "2026-01-02" in page.text
    ids = {attributes.get("id") for _, attributes in page.elements}
    assert {"headline", "figures", "causes", "questions", "all"} <= ids
    assert not {"comparison", "sweep"} & ids


def test_the_page_asks_for_nothing_and_may_run_only_its_own_script() -> None:
    page = seen(result())
    policy = next(a["content"] for tag, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for text in (page.raw["script"][1], page.raw["style"][0]):
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy
    attributes = {name for _, attributes in page.elements for name in attributes}
    assert not {"src", "style", "srcset", "action"} & attributes
    assert not [name for name in attributes if name.startswith("on")]
    links = [a["href"] for tag, a in page.elements if "href" in a]
    assert links
    assert all(link is not None and link.startswith("#") for link in links)


def test_an_incomplete_run_says_so_above_everything_else() -> None:
    stopped = {**result(), "complete": False}
    text = seen(stopped).text
    assert text.index("This run was stopped before its end") < text.index("Headline")
    assert "stopped" not in seen(result()).text


def test_every_figure_is_shown_with_its_interval_and_its_questions() -> None:
    found = result()
    page = seen(found)
    for name, defined in found["definitions"].items():
        assert name in page.text
        assert defined["label"] in page.text
    f1 = found["figures"]["f1"]
    assert f"{f1['value']:.1f}% {f1['low']:.1f}–{f1['high']:.1f}" in page.text


def test_the_headline_repeats_nothing_where_every_question_has_an_answer() -> None:
    assert {name for name, _ in headline(result())} >= {"f1", "NoAns_f1", "recall@2", "ece", "latency_p50"}
    names = {name for name, _ in headline(result([row("1"), row("2", **WRONG)]))}
    assert not names & {"HasAns_f1", "NoAns_f1", "refusal_precision"}


def test_failures_are_grouped_by_cause_with_examples() -> None:
    found = result([*ROWS, *(row(f"w{i}", **WRONG) for i in range(9))])
    examples = dict(causes(found))
    assert list(examples) == ["not_retrieved", "wrong_span", "wrongly_declined", "wrongly_answered"]
    assert [each.id for each in examples["wrong_span"]] == ["2", "w0", "w1"]
    assert examples["wrongly_declined"][0].answers == []
    assert list(verdicts(found).values()) == [1, 1, 1, 0, 10, 1, 1]
    assert "wrong span 10 questions, 67%" in seen(found).text


def test_a_grouping_with_a_single_group_is_not_shown() -> None:
    assert [title for title, _ in groups(result())] == ["By length of the answer"]
    found = result([row("1"), row("2", type="when", **WRONG)])
    ((_, told),) = groups(found)
    assert [each["name"] for each in told] == ["who", "when"]
    assert re.search(r"who 1 100\.0% .*when 1 0\.0% ", seen(found).text)


# Figures: the frame is 330 wide and 220 high, from (56, 236) to (386, 16).


def numbers(svg: str, element: str) -> list[dict[str, str]]:
    return [dict(re.findall(r'([a-z-]+)="([^"]*)"', found)) for found in re.findall(f"<{element} ([^>]*)>", svg)]


def drawn(name: str, found: dict[str, Any]) -> str:
    return next(chart.svg for chart in charts(found) if chart.name == name)


def test_the_frame_is_where_these_tests_think_it_is() -> None:
    assert (LEFT, RIGHT, TOP, BOTTOM) == (56, 386, 16, 236)


def test_the_risk_coverage_curve_goes_through_its_points() -> None:
    found = result()
    found["curves"]["risk_coverage"] = [
        {"coverage": 0.5, "risk": 0.0, "confidence": 0.9},
        {"coverage": 1.0, "risk": 0.5, "confidence": 0.1},
    ]
    found["curves"]["operating_point"] = {"coverage": 0.5, "risk": 0.25, "confidence": 0.4}
    svg = drawn("risk-coverage", found)
    # The axis of risk ends at 0.5, a round number, so that 0.25 lies half-way up.
    assert numbers(svg, "polyline")[0]["points"] == "221,236 386,16"
    assert [(dot["cx"], dot["cy"]) for dot in numbers(svg, "circle")] == [("221", "126")]
    assert "threshold 0.40" in svg


def test_the_reliability_diagram_has_a_bar_for_each_bin_with_questions_in_it() -> None:
    found = result()
    empty = {"low": 0.1, "high": 0.2, "count": 0, "confidence": None, "right": None}
    found["curves"]["reliability"] = [
        {"low": 0.0, "high": 0.1, "count": 4, "confidence": 0.05, "right": 0.5},
        empty,
        {"low": 0.9, "high": 1.0, "count": 4, "confidence": 1.0, "right": 1.0},
    ]
    svg = drawn("reliability", found)
    bars = [(bar["x"], bar["y"], bar["width"], bar["height"]) for bar in numbers(svg, "rect")]
    assert bars == [("57", "126", "31", "110"), ("354", "16", "31", "220")]
    assert [(dot["cx"], dot["cy"]) for dot in numbers(svg, "circle")] == [("72.5", "126"), ("386", "16")]


def test_the_score_histogram_stacks_the_kinds() -> None:
    found = result()
    found["curves"]["scores"] = {"edges": [0.0, 0.5, 1.0], "right": [0, 5], "wrong": [2, 0], "unanswerable": [3, 0]}
    svg = drawn("scores", found)
    bars = [(bar["class"], bar["x"], bar["y"], bar["height"]) for bar in numbers(svg, "rect")]
    # The highest bar, 5, has room above it: the axis ends at 6, and one question is 220 / 6 units high.
    assert bars == [
        ("bar wrong", "57", "162.7", "73.3"),
        ("bar unanswerable", "57", "52.7", "110"),
        ("bar right", "222", "52.7", "183.3"),
    ]


def test_recall_is_drawn_at_evenly_spaced_ranks_with_its_intervals() -> None:
    found = result()
    found["curves"]["recall_at_k"] = [
        {"k": 1, "value": 50.0, "low": 25.0, "high": 75.0},
        {"k": 20, "value": 100.0, "low": None, "high": None},
    ]
    svg = drawn("recall", found)
    assert numbers(svg, "polyline")[0]["points"] == "138.5,126 303.5,16"
    assert [path["d"] for path in numbers(svg, "path") if path["class"] == "whisker"] == [
        "M134.5 71H142.5M138.5 71V181M134.5 181H142.5"
    ]
    assert ">20</text>" in svg


def test_the_latency_histogram_begins_at_zero_and_shows_the_percentiles() -> None:
    found = result()
    found["curves"]["latency"] = {"edges_ms": [50.0, 75.0, 100.0], "counts": [4, 0]}
    found["curves"]["latency_by_stage"]["total"]["p50"] = {"value": 50.0, "low": None, "high": None}
    svg = drawn("latency", found)
    bars = [(bar["x"], bar["width"], bar["y"]) for bar in numbers(svg, "rect")]
    assert bars == [("222", "80.5", "60")]  # 4 of 5 questions high
    assert "50%: 50 ms" in svg


def test_a_reader_without_confidence_has_no_curves_of_confidence() -> None:
    found = result([row("1", confidence=None)], threshold=None)
    assert [chart.name for chart in charts(found)] == ["recall", "latency"]
    assert "Risk and coverage" not in seen(found).text


def test_every_plot_is_described_in_words_and_numbers_too() -> None:
    page = seen(result())
    plots = [attributes for tag, attributes in page.elements if tag == "svg" and attributes.get("role") == "img"]
    ids = {attributes.get("id") for _, attributes in page.elements}
    assert len(plots) == 5
    for plot in plots:
        assert set(str(plot["aria-labelledby"]).split()) <= ids
    for chart in charts(result()):
        assert chart.rows
        assert {len(line) for line in chart.rows} == {len(chart.head)}


@pytest.mark.parametrize(
    ("high", "end", "ticks"), [(1, 1, 6), (0.07, 0.08, 5), (12, 12, 7), (1450, 1500, 4), (3, 3, 4), (0, 1, 6)]
)
def test_an_axis_ends_at_a_round_number(high: float, end: float, ticks: int) -> None:
    axis = numeric_axis("", 0, high, str)
    assert (axis.low, axis.high, len(axis.ticks)) == (0, pytest.approx(end), ticks)


def test_questions_are_counted_in_whole_numbers() -> None:
    assert [words for _, words in numeric_axis("", 0, 1.2, str, least_step=1).ticks] == ["0", "1", "2"]


def test_the_wilson_interval_is_that_of_the_textbook() -> None:
    # Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662, 0 of 20 gives 0.0000 to 0.1611.
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(0.0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)


# Words


def test_numbers_are_written_for_people() -> None:
    assert number(81.666, "percent") == "81.7%"
    assert number(0.12345, "ratio") == "0.123"
    assert number(1234.4, "ms") == "1,234 ms"
    assert number(None, "ms") == "–"
    assert interval({"low": 1.0, "high": 2.0}, "percent") == "1.0–2.0"
    assert interval({"low": None, "high": None}, "percent") == ""
    assert [signed(value, "percent") for value in (1.25, -1.25, 0.001, None)] == ["+1.2", "−1.2", "0.0", "–"]
    assert [share(value) for value in (0, 0.0312, 0.4567, 1)] == ["0%", "3.1%", "46%", "100%"]


# What is marked in a passage


def test_the_answer_and_gold_are_marked_where_they_stand() -> None:
    cited = {**place(100, 104), "sentence_start": 100, "sentence_end": 119}
    told = row(
        gold=[{"text": "Anna sings", "places": [place(100, 110)]}], answers=[{"text": "Anna", "places": [cited]}]
    )
    assert runs(told, EvalExcerpt(**PASSAGE)) == [[4, 3], [6, 2], [9, 0]]


def test_overlapping_gold_answers_are_one_span_and_other_places_are_left_alone() -> None:
    gold = [place(100, 104), place(102, 110), place(114, 118), place(90, 101), place(101, 103, "Tide#2")]
    told = row(answers=[], best={**place(114, 118), "text": "Rome"}, gold=[{"text": "", "places": gold}])
    assert spans_in(told, EvalExcerpt(**PASSAGE)) == {1: [(14, 18)], 2: [(0, 10), (14, 18)]}


@given(
    text=st.text(
        st.one_of(st.sampled_from("<>&\"'\r\n 😀é"), st.characters(exclude_categories=["Cs"])), min_size=1, max_size=40
    ),
    cuts=st.lists(st.tuples(st.integers(0, 39), st.integers(1, 20)), max_size=4),
)
def test_runs_cut_the_text_without_losing_any_of_it(text: str, cuts: list[tuple[int, int]]) -> None:
    places = [place(100 + a, 100 + min(a + n, len(text))) for a, n in cuts if a < len(text)]
    passage = EvalExcerpt("Song#1", 100, 100 + len(text), text)
    told = row(answers=[], best=None, gold=[{"text": "", "places": places}])
    units = text.encode("utf-16-le")
    found, at, marked = "", 0, ""
    for length, kinds in runs(told, passage):
        piece = units[2 * at : 2 * (at + length)].decode("utf-16-le")
        found, at = found + piece, at + length
        marked += piece if kinds else ""
    under = {i for one in places for i in range(one["start"] - 100, one["end"] - 100)}
    assert found == (text if under else "")
    assert marked == "".join(character for i, character in enumerate(text) if i in under)


# Escaping


PLAIN = "plai#"  # stands for any text


@cache
def saying_it_everywhere() -> str:
    """A result, as JSON, that says PLAIN wherever a file or a document can make it say something."""
    text = PLAIN
    named = {"document_id": text, "start": 0, "end": len(text)}
    said = {"text": text, "places": [{**named, "sentence_start": 0, "sentence_end": len(text)}]}
    everything = {
        **dict.fromkeys(("question", "read_as", "place", "title", "source", "type", "document", "reason"), text),
        "history": [{"question": text, "answer": text}],
        "gold": [{"text": text, "places": [named]}],
        "answers": [said],
        "best": {"text": text, **named},
        "passages": [{**named, "text": text}],
    }
    rows = [row(f"{text}{i}", **{**WRONG, **everything}) for i in range(2)]
    rows.append(row(f"{text}3", **{**DECLINED, **everything, "answers": [], "verdict": "wrongly_declined"}))
    found = result(rows, pairs=text, filter=[text])
    old = result([row(one.id, question=text) for one in rows], pairs="old", filter=[])
    found["comparison"] = compare(old, found, text)
    return json.dumps(found)


def shape(page: Seen) -> list[tuple[str, list[str]]]:
    return [(tag, sorted(attributes)) for tag, attributes in page.elements]


@cache
def plain_shape() -> list[tuple[str, list[str]]]:
    return shape(seen(json.loads(saying_it_everywhere())))


def checked(after: str) -> Seen:
    """The report on a result that says PLAIN + `after` everywhere: only its texts differ from that on PLAIN alone."""
    text = PLAIN + after
    page = seen(json.loads(saying_it_everywhere().replace(PLAIN, json.dumps(text)[1:-1])))
    assert shape(page) == plain_shape()
    assert page.data["rows"][0]["question"] == text
    assert page.data["texts"][0]["text"] == text
    return page


def test_text_that_looks_like_html_stays_text() -> None:
    assert HOSTILE in "".join(checked(HOSTILE).texts)


@settings(max_examples=40)
@given(st.text(st.one_of(st.sampled_from("<>&\"'/!-`= script"), st.characters(exclude_categories=["Cs"])), min_size=1))
def test_no_text_changes_the_page(text: str) -> None:
    checked(text)


# Comparison, sweep, gates


def test_a_comparison_shows_old_new_and_whether_the_difference_is_real() -> None:
    old = [row(str(i), **WRONG) for i in range(20)]
    new = [row(str(i)) for i in range(20)]
    compared = {**result(new), "comparison": compare(result(old), result(new), "old.json")}
    text = seen(compared).text
    assert "F1, all questions 0.0% 100.0% +100.0 +100.0 to +100.0 < 0.001 ▲ really better" in text
    assert re.search(r"first passage with a gold answer \d\.\d+ \d\.\d+ 0\.000 0\.000 to 0\.000 1\.000 none", text)
    worse, better = changed_most(compared["comparison"]["changes"])
    assert (len(worse), len(better)) == (0, 10)
    assert questions_data(compared)["rows"][0]["before"] == {"verdict": "wrong_span", "answer": "Anna", "f1": 0.0}
    assert "Changed most for the better" in text
    assert "Changed most for the worse" not in text


def test_lower_is_better_for_errors() -> None:
    old = [row(str(i), confidence=0.1) for i in range(20)]
    new = [row(str(i), confidence=1.0) for i in range(20)]
    compared = {**result(new), "comparison": compare(result(old), result(new), "old.json")}
    assert re.search(r"Brier score of the confidence 0\.810 0\.000 −0\.810 [^▲▼]* ▲ really better", seen(compared).text)


def test_a_sweep_shows_every_setting_and_marks_the_best() -> None:
    runs = [result([row("1", **WRONG), row("2")], top_k=1), result([row("1"), row("2")], top_k=2)]
    found = {**runs[1], "sweep": sweep_summary([{"top_k": 1}, {"top_k": 2}], runs, "f1")}
    text = seen(found).text
    assert re.search(r"top_k F1 Exact match Right .* Outcome 1 50\.0% .* 2 100\.0% .* ★ best", text)
    assert text.count("★ best") == 1


def test_gates_say_whether_they_were_kept() -> None:
    found = result()
    found["gates"] = check_gates(found, {"min-f1": 99.0, "max-brier": 1.0, "min-list-f1": 3.0})
    text = seen(found).text
    assert re.search(r"--min-f1 ✗ failed \d\d\.\d% 99\.0% F1, all questions", text)
    assert re.search(r"--max-brier ✓ passed 0\.\d\d\d 1\.000 Brier score", text)
    assert "--min-list-f1 ✗ failed – 3.0% F1 over lists of answers, partial" in text  # not measured in this run


# The data of the table


def test_a_passage_that_many_questions_share_is_kept_once() -> None:
    data = questions_data(result([row(str(i), passages=[PASSAGE]) for i in range(3)]))
    assert [each["text"] for each in data["texts"]] == [PASSAGE["text"]]
    assert [each["passages"][0]["text"] for each in data["rows"]] == [0, 0, 0]


def test_the_report_is_written_as_utf_8(tmp_path: Any) -> None:
    out = tmp_path / "report.html"
    write_report(out, result([row("1", question="Qui chante à Zürich? 😀")]))
    assert "Qui chante à Zürich? 😀" in out.read_bytes().decode("utf-8")
