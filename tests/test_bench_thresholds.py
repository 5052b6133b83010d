"""The comparison with peers where each answers from a threshold on that was chosen on development questions."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest

from benchmarks.bench import command, parsed
from benchmarks.material import Material, bundled
from benchmarks.peers import report
from benchmarks.peers.choosing import best_threshold, choose_thresholds, decide
from benchmarks.peers.driver import Driver, PeerError
from benchmarks.peers.protocol import ScoredSpan
from index import Document
from pincite.evaluation import Pair


class FakePeer:
    """Finds for each question what it is told; what it found is on the scale of its own scores."""

    def __init__(self, spans: dict[str, ScoredSpan | None]) -> None:
        self.spans = spans
        self.indexed: list[str] = []

    def index(self, texts: list[Document]) -> tuple[int, float]:
        self.indexed = [text.id for text in texts]
        return len(texts), 0.0

    def ask_likeliest(self, question: str, top_k: int = 5) -> ScoredSpan | None:
        if question == "Broken?":
            raise PeerError("TypeError: no")
        return self.spans[question]


def pairs(*questions: str, answers: tuple[str, ...]) -> list[Pair]:
    return [Pair(question, question, answers) for question in questions]


DEVELOPMENT = Material(
    "development",
    [Document("d", "Other words.")],
    [*pairs("sure?", "less sure?", answers=("Paris",)), *pairs("misleading?", "far?", answers=())],
)
ASKED = Material(
    "asked", [Document("a", "Words.")], [*pairs("right?", answers=("Rome",)), *pairs("wrong?", answers=())]
)


def found(*scores: float) -> dict[str, ScoredSpan | None]:
    """What a peer finds with these scores for the development questions, in order, and then for those asked."""
    questions = [pair.question for pair in (*DEVELOPMENT.pairs, *ASKED.pairs)]
    answers = ["Paris"] * 4 + ["Rome", "Rome"]
    return {q: ScoredSpan(a, s) for q, a, s in zip(questions, answers, scores, strict=True)}


def test_the_threshold_is_the_score_from_which_on_answering_is_best() -> None:
    spans = [ScoredSpan("Paris", score) for score in (0.9, 0.5, 0.4, 0.1)]
    # From 0.5 on all four are as they should be; from 0.4 on the misleading one is answered too.
    assert best_threshold(DEVELOPMENT.pairs, spans) == 0.5
    assert [reply.answer for reply in decide(spans, 0.5)] == ["Paris", "Paris", None, None]


def test_where_every_answer_is_wrong_the_threshold_lies_above_all_scores() -> None:
    spans = [ScoredSpan("London", 7.0)] * 4
    least = best_threshold(DEVELOPMENT.pairs, spans)
    assert least > 7.0
    assert least == pytest.approx(7.0)
    assert math.isfinite(least), "JSON has no infinity"


def test_the_highest_of_equally_good_thresholds_is_chosen() -> None:
    # Answering "less sure?" rightly and "misleading?" wrongly gains as much as it loses.
    spans = [ScoredSpan("Paris", score) for score in (0.9, 0.5, 0.6, 0.1)]
    assert best_threshold(DEVELOPMENT.pairs, spans) == 0.9


def test_each_peer_is_measured_with_the_threshold_of_its_own_scale() -> None:
    peers = {
        "pincite": FakePeer(found(0.9, 0.5, 0.4, 0.1, 0.6, 0.3)),
        "bm25s": FakePeer(found(9.0, 5.0, 4.0, 1.0, 4.0, 3.0)),
    }
    chosen = choose_thresholds(peers, ASKED, DEVELOPMENT)
    assert {peer: row["threshold"] for peer, row in chosen.items()} == {"pincite": 0.5, "bm25s": 5.0}
    # Pincite answers the first rightly and declines the second; bm25s declines both.
    assert (chosen["pincite"]["f1"], chosen["pincite"]["has_answer_f1"]) == (100, 100)
    assert (chosen["bm25s"]["f1"], chosen["bm25s"]["has_answer_f1"]) == (50, 0)
    assert (chosen["bm25s"]["refusal_precision"], chosen["bm25s"]["refusal_recall"]) == (50, 100)
    assert chosen["bm25s"]["f1_ahead_by"] is not None
    assert chosen["pincite"]["development_questions"] == 4


def test_the_questions_that_are_told_choose_nothing() -> None:
    others = {"pincite": FakePeer(found(0.9, 0.5, 0.4, 0.1, 0.0, 9.9))}
    assert choose_thresholds(others, ASKED, DEVELOPMENT)["pincite"]["threshold"] == 0.5
    assert others["pincite"].indexed == ["d"], "development questions are asked of their own texts"


def test_a_peer_without_scores_has_no_threshold_and_an_error_is_no_answer() -> None:
    silent: dict[str, ScoredSpan | None] = dict.fromkeys(found(*[0.0] * 6))
    broken = Material("broken", [], [*DEVELOPMENT.pairs, *pairs("Broken?", answers=("Paris",))])
    peers = {"pincite": FakePeer(found(0.9, 0.5, 0.4, 0.1, 0.6, 0.3)), "txtai": FakePeer(silent)}
    chosen = choose_thresholds(peers, ASKED, broken)
    assert chosen.keys() == {"pincite"}
    assert chosen["pincite"]["threshold"] == 0.5


ROW = {"f1": 55.0, "questions": 120, "answerable": 56}
CHOSEN = {"threshold": 0.41, "development_questions": 300, "f1": 66.0, "has_answer_f1": 60.0,
          "refusal_precision": 70.0, "refusal_recall": 72.0}  # fmt: skip


def test_the_report_has_figures_as_installed_and_with_the_chosen_threshold() -> None:
    told = report.with_chosen_thresholds(
        {
            "pincite": {**ROW, "chosen": CHOSEN},
            "bm25s": {**ROW, "f1": 64.0, "chosen": {**CHOSEN, "f1": 65.0, "f1_ahead_by": (-6.0, 4.0)}},
            "txtai": ROW,
        }
    )
    assert "chosen on 300 development questions" in told[0]
    assert "No score to choose by: txtai." in told[0]
    assert "| Pincite | 55.0 | **66.0** | 60.0 | 70.0 | 72.0 | 0.41 |" in told[1]
    assert "| bm25s + our reader | **64.0** | 65.0 | 60.0 | 70.0 | 72.0 | 0.41 |" in told[1]
    assert told[3] == "F1 less Pincite's, 95% interval (bootstrap of the questions): bm25s + our reader -6.0 to +4.0."


def test_a_result_of_before_tells_no_chosen_threshold() -> None:
    assert report.with_chosen_thresholds({"pincite": ROW, "bm25s": ROW}) == []


def test_the_command_names_how_many_questions_thresholds_were_chosen_on_if_not_as_usual() -> None:
    assert command(parsed(["--development", "100"])) == 'make bench ARGS="--development 100"'
    assert command(parsed([])) == "make bench"


@pytest.mark.parametrize("peer", ["pincite", "bm25s"])
def test_a_peer_tells_its_likeliest_answer_and_how_sure_it_is(peer: str, tmp_path: Path) -> None:
    article = bundled()
    with Driver(peer, Path(sys.executable), tmp_path / "log") as driver:
        driver.open(tmp_path, tmp_path)
        driver.index(article.texts)
        sure = driver.ask_likeliest("Who is the foreign minister of Iran?")
        unsure = driver.ask_likeliest("Who is the foreign minister of Norway?")
    assert sure is not None
    assert unsure is not None
    assert sure.answer == "Abbas Araghchi"
    assert unsure.answer is not None, "it is told although it would be declined"
    assert sure.score > unsure.score
