"""People's judgements of answers: how they are stored, and how a calibration is fitted to them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import HashingEmbedder, WordReader
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Index
from index.errors import ModelError
from pincite.cli import main
from pincite.evaluation import read_pairs
from pincite.records.feedback import LONGEST_CONTEXT, Feedback, Judgement, Rating, feedback_file, read_judgements
from pincite.records.recalibrating import LEAST_PAIRS, platt_scaling, recalibrate, refitted
from qa.answerer import Answerer
from qa.calibrations import drop_calibration, keep_calibration, kept_calibration
from qa.citing import cite
from qa.confidence import FEATURES, Calibration, default_calibration
from qa.errors import FeedbackError
from qa.types import Answer, Form, Reason, Status, Timings

LEASE = "The lease was signed by Ada Wren. It ran for twelve years. Ada Wren paid in flour."
DOCUMENT = Document("lease.txt", LEASE)
INDEX = Index.build([DOCUMENT], embedder=HashingEmbedder())


def answer(quote: str | None, question: str = "Who signed?") -> Answer:
    timings = Timings(1, 1, 1, 3)
    if quote is None:
        return Answer(question, question, Status.ABSTAINED, None, 0.1, (), None, Reason.NOT_DISCUSSED, timings)
    start = LEASE.index(quote)
    citation = cite(INDEX, "lease.txt", start, start + len(quote))
    return Answer(question, question, Status.ANSWERED, quote, 0.7, (citation,), None, None, timings)


@pytest.fixture
def store(tmp_path: Path) -> Feedback:
    return Feedback(tmp_path / "feedback.json")


# -- the file


def test_a_thumb_up_is_a_pair_that_eval_reads_with_its_place(store: Feedback) -> None:
    store.rate(DOCUMENT, answer("Ada Wren"), Rating.UP)
    (pair,) = read_pairs(store.path)
    assert (pair.question, pair.answers) == ("Who signed?", ("Ada Wren",))
    assert pair.document is not None
    assert pair.document.text == LEASE
    article = json.loads(store.path.read_text())["data"][0]
    assert (article["title"], article["document_sha256"]) == ("lease.txt", DOCUMENT.sha256)
    assert article["paragraphs"][0]["qas"][0]["answers"] == [{"text": "Ada Wren", "answer_start": 24}]


def test_a_thumb_up_for_an_abstention_is_an_impossible_question(store: Feedback) -> None:
    store.rate(DOCUMENT, answer(None, "Why?"), Rating.UP)
    (pair,) = read_pairs(store.path)
    assert (pair.question, pair.answers) == ("Why?", ())


def test_a_marked_span_replaces_the_earlier_thumb(store: Feedback) -> None:
    store.rate(DOCUMENT, answer("twelve years"), Rating.DOWN)
    second = LEASE.rindex("Ada Wren")
    store.mark(DOCUMENT, "Who signed?", second, second + len("Ada Wren"))
    (pair,) = read_pairs(store.path)
    assert pair.answers == ("Ada Wren",)
    paragraph = json.loads(store.path.read_text())["data"][0]["paragraphs"][0]
    assert (paragraph["qas"][0]["answers"][0]["answer_start"], paragraph["rated"]) == (second, [])


def test_a_thumb_down_is_stored_as_a_wrong_answer_and_is_no_pair(store: Feedback) -> None:
    store.mark(DOCUMENT, "How long?", *_place("twelve years"))
    store.rate(DOCUMENT, answer("Ada Wren", "Who paid?"), Rating.DOWN)
    assert [pair.question for pair in read_pairs(store.path)] == ["How long?"]
    (wrong,) = [judgement for judgement in read_judgements(store.path) if judgement.right is None]
    assert (wrong.question, wrong.wrong) == ("Who paid?", ("Ada Wren",))
    assert (wrong.is_right("Ada Wren"), wrong.is_right("twelve years")) == (False, None)


def test_the_form_of_the_answer_is_stored_with_its_judgement(store: Feedback) -> None:
    whole = replace(answer("The lease was signed by Ada Wren.", "Why?"), form=Form.STATEMENT)
    store.rate(DOCUMENT, whole, Rating.UP)
    store.rate(DOCUMENT, answer("Ada Wren"), Rating.DOWN)
    store.mark(DOCUMENT, "What is it?", 0, 9, form=Form.PASSAGE)
    data = json.loads(store.path.read_text())
    (paragraph,) = data["data"][0]["paragraphs"]
    assert data["schema_version"] == 2
    assert [entry["form"] for entry in paragraph["qas"]] == ["statement", "passage"]
    assert [entry["form"] for entry in paragraph["rated"]] == ["span"]


def test_the_confidence_in_spans_learns_only_from_feedback_on_spans(store: Feedback) -> None:
    for quote, form in (("The lease was signed by Ada Wren.", Form.STATEMENT), ("It ran for twelve years.", Form.LIST)):
        for question, rating in ((f"Why {form}?", Rating.UP), (f"How {form}?", Rating.DOWN)):
            store.rate(DOCUMENT, replace(answer(quote, question), form=form), rating)
    with pytest.raises(FeedbackError, match="holds no feedback on spans, but on other forms"):
        read_judgements(store.path)
    store.rate(DOCUMENT, answer("Ada Wren"), Rating.UP)
    store.rate(DOCUMENT, answer("twelve years", "How long?"), Rating.DOWN)
    assert [judgement.question for judgement in read_judgements(store.path)] == ["Who signed?", "How long?"]


def test_a_file_of_an_earlier_version_is_added_to(store: Feedback) -> None:
    store.rate(DOCUMENT, answer("Ada Wren"), Rating.UP)
    data = json.loads(store.path.read_text())
    data["schema_version"] = 1
    del data["data"][0]["paragraphs"][0]["qas"][0]["form"]
    store.path.write_text(json.dumps(data))
    assert [judgement.question for judgement in read_judgements(store.path)] == ["Who signed?"]
    store.rate(DOCUMENT, answer("twelve years", "How long?"), Rating.UP)
    assert json.loads(store.path.read_text())["schema_version"] == 2
    assert len(read_judgements(store.path)) == 2


def test_a_judgement_can_be_withdrawn(store: Feedback) -> None:
    store.rate(DOCUMENT, answer("Ada Wren"), Rating.UP)
    store.deny(DOCUMENT, "Why?")
    store.withdraw(DOCUMENT, "Who signed?")
    assert [pair.question for pair in read_pairs(store.path)] == ["Why?"]
    store.withdraw(DOCUMENT, "Why?")
    assert json.loads(store.path.read_text())["data"] == []


def test_an_answer_from_another_version_of_the_document_is_refused(store: Feedback) -> None:
    with pytest.raises(FeedbackError, match="does not cite"):
        store.rate(Document("lease.txt", LEASE + " More."), answer("Ada Wren"), Rating.UP)
    assert not store.path.exists()


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (0, len(LEASE) + 1), (3, 4)])
def test_a_mark_without_words_is_an_error(store: Feedback, start: int, end: int) -> None:
    with pytest.raises(FeedbackError, match="no words"):
        store.mark(DOCUMENT, "Who?", start, end)


def test_only_the_text_around_the_answer_is_stored_of_a_long_document(store: Feedback) -> None:
    document = Document("long.txt", "Nothing here. " * 60_000 + "Ada Wren signed it." + " Nothing there." * 60_000)
    start = document.text.index("Ada Wren")
    store.mark(document, "Who?", start, start + 8)
    (pair,) = read_pairs(store.path)
    assert pair.document is not None
    assert len(pair.document.text) == LONGEST_CONTEXT
    assert pair.answers == ("Ada Wren",)


@given(before=st.text(max_size=50), quote=st.text(min_size=1, max_size=20), after=st.text(max_size=50))
def test_offsets_of_pairs_are_exact_with_any_characters(
    tmp_path_factory: pytest.TempPathFactory, before: str, quote: str, after: str
) -> None:
    if not quote.strip():
        return
    document = Document("d", before + quote + after)
    store = Feedback(tmp_path_factory.mktemp("feedback") / "feedback.json")
    store.mark(document, "What?", len(before), len(before) + len(quote))
    (pair,) = read_pairs(store.path)  # which refuses an answer that does not stand at its offset
    assert pair.answers == (quote,)


def test_concurrent_writes_are_all_stored(store: Feedback) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: store.deny(DOCUMENT, f"Question {i}?"), range(24)))
    assert {pair.question for pair in read_pairs(store.path)} == {f"Question {i}?" for i in range(24)}


@pytest.mark.parametrize("content", ["{", "[]", '{"version": "v2.0", "data": []}', "\xff"])
def test_a_file_that_holds_no_feedback_is_refused_and_unchanged(store: Feedback, content: str) -> None:
    store.path.write_text(content, encoding="latin-1")
    with pytest.raises(FeedbackError, match=r"feedback\.json"):
        store.deny(DOCUMENT, "Why?")
    assert store.path.read_text(encoding="latin-1") == content


def test_the_file_is_the_user_s_own_unless_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PINCITE_DATA", str(tmp_path))
    assert feedback_file() == tmp_path / "feedback.json"
    assert feedback_file("other.json") == Path("other.json")


def test_nobody_else_can_read_the_file(store: Feedback) -> None:
    store.deny(DOCUMENT, "Why?")
    assert store.path.stat().st_mode & 0o077 == 0


# -- the fit


NONE = (0.0,) * (len(FEATURES) - 1)
SHIPPED = Calibration((1.0, *NONE), 0.0, 0.2, "as shipped", "fake:word", ((0.0, 1.0, 0.5),))


def rows(*logits: float) -> list[list[float]]:
    return [[logit, *NONE] for logit in logits]


def test_wrong_answers_just_above_the_threshold_raise_it_but_not_above_the_right_ones() -> None:
    logits = [-1.0] * 30 + [2.0] * 30  # confidences of 0.27, all wrong, and of 0.88, all right
    refit = refitted(rows(*logits), np.array([False] * 30 + [True] * 30), SHIPPED, SHIPPED, 0)
    assert 0.27 < refit.calibration.threshold < 0.88
    assert (refit.before.answered, refit.before.right) == (1.0, 0.5)
    assert (refit.after.answered, refit.after.right) == (0.5, 1.0)


def test_right_answers_below_the_threshold_lower_it() -> None:
    logits = [-1.8] * 30 + [-4.0] * 30  # confidences of 0.14, all right, and of 0.02, all wrong
    refit = refitted(rows(*logits), np.array([True] * 30 + [False] * 30), SHIPPED, SHIPPED, 0)
    assert refit.calibration.threshold < SHIPPED.threshold
    assert (refit.before.answered, refit.after.answered) == (0.0, 0.5)


def test_without_a_reason_nothing_changes() -> None:
    logits = [-3.0] * 30 + [2.0] * 30
    refit = refitted(rows(*logits), np.array([False] * 30 + [True] * 30), SHIPPED, SHIPPED, 0)
    assert refit.calibration.threshold == SHIPPED.threshold


def test_few_pairs_move_the_threshold_less_than_many() -> None:
    def threshold(count: int) -> float:
        verdicts = np.array([False] * count + [True] * count)
        return refitted(rows(*[-1.0] * count, *[2.0] * count), verdicts, SHIPPED, SHIPPED, 0).calibration.threshold

    assert SHIPPED.threshold < threshold(10) < threshold(40)


def test_both_thresholds_are_fitted_to_all_pairs_each_from_its_own_cost() -> None:
    shipped = replace(SHIPPED, short_threshold=0.4)
    logits = [-1.0] * 30 + [2.0] * 30  # confidences of 0.27, all wrong, and of 0.88, all right
    verdicts = np.array([False] * 30 + [True] * 30)
    refit = refitted(rows(*logits), verdicts, shipped, shipped, 0)
    assert refit.calibration.threshold > 0.27
    assert refit.calibration.short_threshold == 0.4, "it keeps the wrong ones out as it is"
    assert (refit.before.answered, refit.after.answered) == (1.0, 0.5)
    lower = refitted(rows(*(logit - 2.5 for logit in logits)), verdicts, shipped, shipped, 0)  # the right ones at 0.38
    assert lower.calibration.threshold == 0.2
    assert lower.calibration.short_threshold is not None
    assert lower.calibration.short_threshold < 0.4


def test_the_effect_on_short_texts_is_computed_with_their_own_threshold() -> None:
    shipped = replace(SHIPPED, short_threshold=0.9)
    logits = [-1.0] * 30 + [2.0] * 30
    on_short = rows(*logits)
    for row in on_short:
        row[FEATURES.index("short")] = 1.0
    verdicts = np.array([False] * 30 + [True] * 30)
    assert refitted(rows(*logits), verdicts, shipped, shipped, 0).before.answered == 1.0
    assert refitted(on_short, verdicts, shipped, shipped, 0).before.answered == 0.0


def test_an_overconfident_scale_is_corrected_if_there_are_enough_pairs() -> None:
    # Of those at a confidence of 0.95 six in ten are right, of those at 0.05 four in ten: seven times too steep.
    logits = [2.944] * 100 + [-2.944] * 100
    verdicts = np.array(([True] * 6 + [False] * 4) * 10 + ([True] * 4 + [False] * 6) * 10)
    slope, shift = platt_scaling(np.array(logits), verdicts)
    assert slope == pytest.approx(0.4055 / 2.944, abs=0.03)
    assert shift == pytest.approx(0.0, abs=0.01)
    refit = refitted(rows(*logits), verdicts, SHIPPED, SHIPPED, 0)
    assert refit.rescaled
    assert refit.calibration.probability([2.944, *NONE]) == pytest.approx(0.6, abs=0.02)
    assert not refitted(rows(*logits[:40], *logits[-40:]), verdicts[60:140], SHIPPED, SHIPPED, 0).rescaled


def answerer_for(judgement: Judgement) -> Answerer:
    index = Index.build([judgement.document], embedder=HashingEmbedder())
    return Answerer(index, reader=WordReader(), calibration=SHIPPED)


def test_too_few_pairs_are_an_error_that_says_how_many_there_must_be() -> None:
    judgements = [Judgement(DOCUMENT, "who *Ada Wren*", ("Ada Wren",))] * (LEAST_PAIRS - 1)
    with pytest.raises(
        FeedbackError, match=r"19 questions .* \(19\) or wrong \(0\); at least 20 are needed, 5 of each"
    ):
        recalibrate(judgements, answerer_for, SHIPPED, SHIPPED)


def test_questions_are_asked_again_and_unusable_pairs_are_set_aside() -> None:
    right = [Judgement(DOCUMENT, "who *Ada Wren*", ("Ada Wren",))] * 12
    wrong = [Judgement(DOCUMENT, "who *Ada Wren*", ())] * 8
    rated = [Judgement(DOCUMENT, "how *twelve years*", None, ("twelve years",))] * 3
    silent = [Judgement(DOCUMENT, "how *twelve years*", None, ("flour",))] * 2
    refit = recalibrate([*right, *wrong, *rated, *silent], answerer_for, SHIPPED, SHIPPED)
    assert (refit.pairs, refit.right, refit.set_aside) == (23, 12, 2)
    assert refit.calibration.reader == "fake:word"


def test_a_file_without_feedback_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_text('{"version": "v2.0", "data": []}')
    with pytest.raises(FeedbackError, match="holds no feedback"):
        read_judgements(tmp_path / "empty.json")


# -- the stored calibration


@pytest.fixture
def user_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("PINCITE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_the_last_stored_calibration_is_used_until_it_is_undone(user_folder: Path) -> None:
    first, second = replace(SHIPPED, threshold=0.3), replace(SHIPPED, threshold=0.4)
    assert kept_calibration("fake:word") is None
    keep_calibration(first, {})
    keep_calibration(second, {})
    assert kept_calibration("fake:word") == second
    assert kept_calibration("another:reader") is None
    assert drop_calibration("fake:word")
    assert kept_calibration("fake:word") == first
    assert drop_calibration("fake:word")
    assert not drop_calibration("fake:word")


def test_a_damaged_calibration_says_how_to_drop_it(user_folder: Path) -> None:
    path = keep_calibration(SHIPPED, {})
    path.write_text(path.read_text()[:50])
    with pytest.raises(ModelError, match="pincite calibrate --undo"):
        kept_calibration("fake:word")
    path.write_text(json.dumps({"version": 3, "features": list(FEATURES), "weights": [1]}))
    with pytest.raises(ModelError, match="pincite calibrate --undo"):
        kept_calibration("fake:word")
    assert drop_calibration("fake:word")


def test_the_answerer_takes_the_user_s_calibration_for_the_shipped_reader(user_folder: Path) -> None:
    shipped = default_calibration()
    mine = replace(shipped, threshold=0.9)
    keep_calibration(mine, {})
    assert Answerer(INDEX).calibration == mine
    assert Answerer(INDEX, reader=WordReader()).calibration is None
    drop_calibration(shipped.reader)
    assert Answerer(INDEX).calibration == shipped


def test_the_command_fits_says_what_changed_and_undoes_it(
    user_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Feedback(tmp_path / "feedback.json")
    names = ("Ada Wren", "Tom Reed", "Ivy Lane", "Ned Park", "Una Hill", "Max Dale", "Eve Moor", "Sam Ford")
    for i, name in enumerate(names):
        text = f"The lease of mill {i} was signed by {name} in 190{i}. The rent was paid in flour."
        document = Document(f"{i}.txt", text)
        start = text.index(name)
        store.mark(document, f"Who signed the lease of mill {i}?", start, start + len(name))
        store.deny(document, f"Who signed the lease of the castle of {name} and the moon?")
        store.deny(document, "What colour is the sky over Paris?")
    assert main(["calibrate", str(store.path), "--dry-run"]) == 0
    assert kept_calibration(default_calibration().reader) is None
    assert "Nothing was kept." in capsys.readouterr().out
    assert main(["calibrate", str(store.path), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    stored = kept_calibration(default_calibration().reader)
    assert stored is not None
    assert data["before"]["threshold"] == default_calibration().threshold
    assert data["after"]["threshold"] == stored.threshold
    assert data["pairs"] == 24
    assert main(["calibrate", "--undo"]) == 0
    assert capsys.readouterr().out == (
        f"Undone: the threshold is {default_calibration().threshold:.3f} again, "
        f"of short texts {default_calibration().short_threshold:.3f}.\n"
    )
    assert main(["calibrate", "--undo"]) == 1
    assert "there is no calibration of your own to undo" in capsys.readouterr().err


def _place(quote: str) -> tuple[int, int]:
    start = LEASE.index(quote)
    return start, start + len(quote)
