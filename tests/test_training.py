"""The pipeline that makes the reader, on a model and on data small enough to see through."""

from __future__ import annotations

import gzip
import json
import math
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_models import tiny_encoder, tiny_teacher
from tokenizers import Tokenizer
from torch import Tensor

from index.embed.onnx import MODEL_FOLDER
from index.runtime import load_tokenizer
from pincite.evaluation import Pair
from qa.candidates import Candidate
from qa.confidence import Calibration, features
from training import loop
from training.averaging import average, blend
from training.calibrate import fit
from training.compose import composed
from training.data import Example, read_squad, without_overlap
from training.distil import OUTSIDE, label
from training.dropout import PooledDropout
from training.features import CLS, LONGEST_PART, NULL, PAD, SEP, batches, build_features, pad
from training.judging import Judged, ways_of_asking
from training.losses import allowed_positions, distillation_loss, span_loss
from training.mixture import Mixture, Source
from training.negatives import altered, mined, renamed, silenced
from training.settings import Settings
from training.stages import STAGES, TEACHER
from training.teacher import MpnetReader, own_ids, teacher_encoder
from training.thresholds import coverage, expected_calibration_error, least_silent
from training.train import is_finished, load_encoder, plan_steps, train

NOTHING = Mixture((), Source("tune_train"))
CONTEXT = "In 1998 the Oslo Club hired Mary Cole, and in 2001 the Bergen Club hired John Dale."


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_tokenizer(MODEL_FOLDER / "tokenizer.json")


def example(question: str, answer: str, context: str = CONTEXT, name: str = "1", title: str = "Clubs") -> Example:
    start = context.index(answer)
    return Example(name, title, question, context, ((start, start + len(answer)),), "made")


def write_squad(path: Path, answers: list[dict], context: str = CONTEXT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    qa = {"id": "1", "question": " Who? ", "answers": answers}
    paragraphs = [{"context": context, "qas": [qa]}]
    with gzip.open(path, "wt", encoding="utf-8") as file:
        json.dump({"version": "1.1", "data": [{"title": "Clubs", "paragraphs": paragraphs}]}, file)
    return path


def answer(text: str) -> dict:
    return {"text": text, "answer_start": CONTEXT.index(text)}


def test_the_answer_most_people_gave_is_the_target(tmp_path: Path) -> None:
    path = write_squad(tmp_path / "a.json.gz", [answer("the Oslo Club"), answer("Oslo Club"), answer("Oslo Club")])
    (read,) = read_squad(path)
    assert (read.question, CONTEXT[slice(*read.spans[0])]) == ("Who?", "Oslo Club")


def test_every_place_of_an_answer_counts_where_only_the_first_is_known(tmp_path: Path) -> None:
    (read,) = read_squad(write_squad(tmp_path / "a.json.gz", [answer("Club")]), every_occurrence=True)
    assert [CONTEXT[a:b] for a, b in read.spans] == ["Club", "Club"]


def test_a_span_outside_its_context_is_refused() -> None:
    with pytest.raises(ValueError, match="lies outside its context"):
        Example("1", "t", "q", "short", ((0, 9),), "made")


def test_contexts_that_share_13_words_with_a_guarded_one_are_dropped() -> None:
    words = [f"word{i}" for i in range(40)]
    twelve, thirteen = " ".join(["x", *words[5:17], "y"]), " ".join(["x", *words[5:18], "y"]).upper()
    examples = [Example(c, "t", "q", c, (), "made") for c in (twelve, thirteen)]
    assert [e.context for e in without_overlap(examples, [" ".join(words)])] == [twelve]


def test_a_mined_negative_has_the_question_and_a_passage_without_its_answer() -> None:
    contexts = [
        "Mary Cole was hired by Oslo.",
        "The Oslo Club hired nobody else.",
        "Mary Cole came to Oslo.",
        "Rain fell.",
    ]
    examples = [example("Whom did the Oslo Club hire?", "Mary Cole", contexts[0])]
    examples += [Example(c, "t", "Other?", c, (), "made") for c in contexts[1:]]
    (made,) = mined(examples, 1.0, random.Random(0), depth=2)
    assert (made.question, made.context, made.spans) == (examples[0].question, contexts[1], ())


def test_an_altered_question_differs_in_a_name_or_a_number_or_an_opposite_and_has_no_answer() -> None:
    cases = {
        "Whom did the Oslo Club hire?": "Mary Cole",
        "Who was hired in 1998?": "Mary Cole",
        "Who was hired first?": "Mary Cole",
    }
    seen = set()
    for seed in range(30):
        for question, text in cases.items():
            for made in altered([example(question, text)], 1.0, random.Random(seed)):
                assert made.spans == ()
                assert made.question != question
                assert "Mary" not in made.question
                seen.add(made.question)
    assert {"Who was hired in 2001?", "Who was hired last?"} <= seen
    assert any("Bergen" in question or "John Dale" in question for question in seen)


def test_a_silenced_context_has_lost_the_sentences_with_the_answer_and_no_other() -> None:
    context = "The club is old. Mary Cole was hired in 1998. It rained. In 2001 Mary Cole left for Bergen."
    (made,) = silenced([example("Who was hired in 1998?", "Mary Cole", context)], 1.0, random.Random(0))
    assert made.context == "The club is old. It rained."
    assert made.spans == ()


def test_a_context_that_would_be_left_with_one_sentence_is_not_silenced() -> None:
    context = "Mary Cole was hired in 1998. It rained."
    assert silenced([example("Who was hired?", "Mary Cole", context)], 1.0, random.Random(0)) == []


def test_a_renamed_context_tells_of_someone_else_unless_the_question_does_too() -> None:
    context = "In 1998 Mary Cole was hired by John Dale. In 2001 Mary Cole left."
    asked = example("When did Mary Cole leave?", "2001", context)
    other = replace(example("Who?", "Ann Berg", "Then Ann Berg sang."), id="2")
    kinds = set()
    for seed in range(20):
        for made in renamed([asked, other], 1.0, random.Random(seed)):
            assert "Mary Cole" not in made.context
            assert "Ann Berg" in made.context
            assert [made.context[a:b] for a, b in made.spans] == (["2001"] if "Ann Berg" in made.question else [])
            kinds.add(made.question)
    assert kinds == {"When did Mary Cole leave?", "When did Ann Berg leave?"}


SENTENCES = ["Mary Cole was hired in 1998.", "The club is old.", "John Dale left for Bergen in 2001.", "It rained."]


def asked_of_sentences(question: str, answer: str) -> list[Example]:
    """Examples on each sentence, the question among them."""
    (own,) = [sentence for sentence in SENTENCES if answer in sentence]
    others = [Example(s, "Clubs", "Other?", s, (), "made") for s in SENTENCES if s != own]
    examples = [*others, example(question, answer, own)]
    return sorted(examples, key=lambda each: SENTENCES.index(each.context))


def test_a_composed_context_is_a_run_of_its_articles_sentences_with_the_answer_where_it_was() -> None:
    runs = set()
    for seed in range(40):
        made = composed(asked_of_sentences("When did John Dale leave?", "2001"), 1.0, random.Random(seed))
        (changed,) = [each for each in made if each.spans]
        assert [changed.context[a:b] for a, b in changed.spans] == ["2001"]
        runs.add(changed.context)
    whole = " ".join(SENTENCES)
    assert runs == {whole, " ".join(SENTENCES[:3]), " ".join(SENTENCES[1:])}


def test_a_question_that_another_sentence_fits_as_well_stays_with_its_own() -> None:
    asked = asked_of_sentences("Who did what?", "Mary Cole")
    assert composed(asked, 1.0, random.Random(0)) == asked


def test_composing_leaves_out_answers_that_are_pronouns_and_leaves_paragraphs_alone() -> None:
    assert [e for e in composed(asked_of_sentences("What rained?", "It"), 1.0, random.Random(0)) if e.spans] == []
    paragraphs = [example("Who was hired?", "Mary Cole", f"{CONTEXT} {n} {'word ' * 100}") for n in range(5)]
    assert composed(paragraphs, 1.0, random.Random(0)) == paragraphs


def test_no_share_composes_nothing() -> None:
    asked = asked_of_sentences("What rained?", "It")
    assert composed(asked, 0.0, random.Random(0)) == asked


def test_averaged_weights_lie_between_those_before_and_after_and_a_new_head_stays(tmp_path: Path) -> None:
    for name, weights in {"before": {"a": [0.0, 4.0]}, "after": {"a": [4.0, 8.0], "head": [1.0]}}.items():
        (tmp_path / name).mkdir()
        tensors = {key: torch.tensor(values) for key, values in weights.items()}
        save_file(tensors, tmp_path / name / "model.safetensors")
        (tmp_path / name / "training.json").write_text('{"steps": 3}')
    out = average(tmp_path / "before", tmp_path / "after", 0.25, tmp_path / "out")
    found = {key: value.tolist() for key, value in load_file(out / "model.safetensors").items()}
    assert found == {"a": [3.0, 7.0], "head": [1.0]}
    assert json.loads((out / "training.json").read_text()) == {"steps": 3, "kept_of_weights_before": 0.25}
    blended = blend("broad", tmp_path / "before", out, 0.5, tmp_path / "blended")
    assert load_file(blended / "model.safetensors")["a"].tolist() == [1.5, 5.5]
    assert json.loads((blended / "training.json").read_text())["blended"] == {"broad": 0.5}


def test_pooled_dropout_silences_its_share_keeps_the_mean_and_rests_outside_training() -> None:
    torch.manual_seed(0)
    layer = PooledDropout(0.25)
    values = torch.ones(64, 1000)
    dropped = layer(values)
    assert (dropped == 0).float().mean().item() == pytest.approx(0.25, abs=0.01)
    assert dropped.mean().item() == pytest.approx(1.0, abs=0.01)
    assert not torch.equal(dropped, layer(values))
    assert torch.equal(layer.eval()(values), values)


def test_dropout_of_more_than_its_pool_draws_masks_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.dropout.POOL", 1000)
    dropped = PooledDropout(0.25)(torch.ones(64, 1000))
    assert (dropped == 0).float().mean().item() == pytest.approx(0.25, abs=0.01)


def test_dropout_is_put_on_hidden_states_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)  # where a GPU is, it draws masks fast enough

    def pooled(encoder: Path) -> list[str]:
        modules = load_encoder(encoder, Settings(dropout=0.1)).named_modules(remove_duplicate=False)
        return [name for name, module in modules if isinstance(module, PooledDropout)]

    assert pooled(tiny_encoder(tmp_path / "bert")) == [
        "bert.embeddings.dropout",
        "bert.encoder.layer.0.attention.output.dropout",
        "bert.encoder.layer.0.output.dropout",
    ]
    assert pooled(tiny_teacher(tmp_path / "mpnet")) == [
        "mpnet.embeddings.dropout",
        "mpnet.encoder.layer.0.attention.dropout",
        "mpnet.encoder.layer.0.output.dropout",
    ]


def test_a_window_points_at_its_answer_wherever_it_was_cropped(tokenizer: Tokenizer) -> None:
    context = "Nothing happened here. " * 60 + "Mary Cole arrived. " + "Rain fell again. " * 60
    made = [replace(example("Who arrived?", "Mary Cole", context), id=str(i)) for i in range(40)]
    features = build_features(made, tokenizer, window=120, crop_share=0.5, rng=random.Random(0))
    firsts = set()
    for feature in features:
        ((first, last),) = feature.targets
        assert tokenizer.decode(feature.ids[first : last + 1].tolist()) == "mary cole"
        assert len(feature.ids) <= 120
        firsts.add(first)
    assert len(firsts) > 10


def test_a_question_without_an_answer_points_at_cls(tokenizer: Tokenizer) -> None:
    made = [replace(example("Who?", "Mary Cole"), spans=())]
    (feature,) = build_features(made, tokenizer, window=64, crop_share=0, rng=random.Random(0))
    assert feature.targets == (NULL,)


def test_where_the_answer_is_part_of_a_sentence_any_part_of_it_is_a_target(tokenizer: Tokenizer) -> None:
    sentence = "Mary Cole came."
    context = f"Rain fell. {sentence} Rain fell again."
    made = [replace(example("Who?", sentence, context), evidence=True)]
    made += [replace(made[0], spans=()), example("Who?", "Mary Cole", context)]
    features = build_features(made, tokenizer, window=64, crop_share=0, rng=random.Random(0))
    assert [feature.evidence for feature in features] == [True, False, False]
    parts = [tokenizer.decode(features[0].ids[first : last + 1].tolist()) for first, last in features[0].targets]
    pieces = ["mary", "cole", "came", "."]
    runs = [" ".join(pieces[first:last]).replace(" .", ".") for first in range(4) for last in range(first + 1, 5)]
    assert sorted(parts) == sorted(runs)
    long = "On and on it went " * 20
    (feature,) = build_features(
        [replace(example("What?", long.strip(), long), evidence=True)],
        tokenizer,
        window=128,
        crop_share=0,
        rng=random.Random(0),
    )
    assert max(last - first + 1 for first, last in feature.targets) == LONGEST_PART


def test_only_cls_and_the_passage_may_be_chosen(tokenizer: Tokenizer) -> None:
    made = [example("Who was it?", "Mary Cole"), example("Who?", "Mary Cole")]
    features = build_features(made, tokenizer, window=64, crop_share=0, rng=random.Random(0))
    ids, _, types = (torch.from_numpy(a) for a in pad(features))
    allowed = allowed_positions(ids, types)
    for row, feature in enumerate(features):
        expected = {0, *range(feature.passage, len(feature.ids) - 1)}
        assert set(np.flatnonzero(allowed[row].numpy()).tolist()) == expected


def test_every_feature_is_in_one_batch_and_no_batch_is_over_its_tokens(tokenizer: Tokenizer) -> None:
    made = [example("Who? " * (i % 7 + 1), "Mary Cole") for i in range(50)]
    features = build_features(made, tokenizer, window=64, crop_share=0, rng=random.Random(0))
    groups = list(batches(features, tokens=256, rng=random.Random(0)))
    assert sorted(i for group in groups for i in group) == list(range(50))
    assert all(len(g) * max(len(features[i].ids) for i in g) <= 256 for g in groups)


def test_all_epochs_are_gone_through_as_often_as_there_are_passes(
    tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [example("Who? " * (i % 7 + 1), "Mary Cole", name=str(i)) for i in range(20)]
    monkeypatch.setattr("training.train.load_mixture", lambda data, mixture, seed: made)
    settings = Settings(batch_tokens=256, window=64, epochs=2, passes=3)
    features, plan = plan_steps(tmp_path, NOTHING, tokenizer, settings)
    assert len(features) == 40
    assert sorted(i for step in plan for i in step) == sorted(list(range(40)) * 3)
    assert {i < 20 for i in plan[0]} | {i < 20 for i in plan[1]} == {True}, "the first epoch comes first"


def test_a_sentence_that_holds_the_answer_is_left_out_where_it_is_longer_than_the_window(tokenizer: Tokenizer) -> None:
    long = "Mary Cole " + "came and " * 80 + "went."
    made = replace(example("Who?", long, f"Rain fell. {long}"), evidence=True)
    assert build_features([made], tokenizer, window=64, crop_share=0, rng=random.Random(0)) == []


def test_the_loss_is_minus_the_log_of_the_probability_of_all_right_spans(tokenizer: Tokenizer) -> None:
    (feature,) = build_features(
        [example("Who?", "Mary Cole")], tokenizer, window=64, crop_share=0, rng=random.Random(0)
    )
    length = len(feature.ids)
    allowed = torch.ones(1, length, dtype=torch.bool)
    flat = torch.zeros(1, length)
    assert span_loss(flat, flat, allowed, [feature]).item() == pytest.approx(2 * math.log(length), rel=1e-5)
    two = replace(feature, targets=((5, 5), (7, 8)))
    assert span_loss(flat, flat, allowed, [two]).item() == pytest.approx(2 * math.log(length) - math.log(2), rel=1e-5)


def test_windows_whose_answer_nobody_knows_do_not_count_in_the_loss(tokenizer: Tokenizer) -> None:
    (known,) = build_features([example("Who?", "Mary Cole")], tokenizer, window=64, crop_share=0, rng=random.Random(0))
    unknown = replace(known, targets=())
    allowed = torch.ones(2, len(known.ids), dtype=torch.bool)
    start, end = torch.randn(2, 2, len(known.ids), generator=torch.manual_seed(0))
    alone = span_loss(start[1:], end[1:], allowed[1:], [known])
    assert span_loss(start, end, allowed, [unknown, known]).item() == pytest.approx(alone.item())
    assert span_loss(start, end, allowed, [unknown, unknown]).item() == 0.0


def test_the_threshold_is_the_greatest_that_leaves_no_kind_of_question_in_silence_too_often() -> None:
    tenths = np.arange(11) / 10
    assert least_silent([tenths], 0.2) == 0.2
    assert least_silent([tenths, tenths / 2], 0.2) == 0.1, "the kind of which it is least sure decides"
    assert least_silent([tenths], 0.0) == 0.0


def test_each_kind_of_text_has_the_threshold_of_its_own_questions() -> None:
    rng = np.random.default_rng(0)
    judged = []
    for number in range(400):
        short = number % 2 == 0
        margin = float(rng.normal(0, 3))
        right = margin + rng.normal() > (3.0 if short else -3.0)  # short texts mislead
        candidate = Candidate("d", 0, 3, "ada", margin, 0.5, 0, 0.5, margin)
        way = "paragraph" if short else "collection"
        article = f"article {number % 5}"
        f1 = {("d", 0, 3): float(right)}
        judged.append(Judged("Who?", article, [(0, "Ada")], way, short, [candidate], f1, bool(right)))
    fitted = fit(judged, "reader")
    assert fitted["short_threshold"] != fitted["threshold"]
    kinds = {name: [j for j in judged if j.short == (name == "short")] for name in ("short", "collection")}
    for name, least in (("short", fitted["short_threshold"]), ("collection", fitted["threshold"])):
        assert fitted["held_out"][name]["questions"] == len(kinds[name]) == 200
        calibration = Calibration(fitted["weights"], fitted["bias"], least, "", "reader")
        declined = [calibration.probability(features(j.candidates, short=j.short)) < least for j in kinds[name]]
        of_answerable = np.mean([d for d, j in zip(declined, kinds[name], strict=True) if j.answerable])
        # Held out by article, so not quite what the fit declines of its own questions.
        assert fitted["held_out"][name]["declined_of_answerable"] == pytest.approx(of_answerable, abs=0.03)
        assert of_answerable < 0.2
    shares = [fitted[name][50][1:] for name in ("coverage", "short_coverage")]
    margins = {name: [j.candidates[0].margin for j in kinds[name]] for name in kinds}
    # The margin says which are right, but for the noise: from 0.5 on those are answered.
    for (share, right, low, high), name, least in zip(shares, ("collection", "short"), (-3.0, 3.0), strict=True):
        assert share == pytest.approx(np.mean([margin > least for margin in margins[name]]), abs=0.06)
        assert right > 0.7
        assert low < right < high


def test_a_share_that_is_promised_carries_its_exact_bounds() -> None:
    # Of 20 answers from 0.5 on all are right: exactly bounded by the 20th root of 0.025 from below. Of all 40 half are.
    chances, right = np.repeat([0.2, 0.9], 20), np.repeat([False, True], 20)
    rows = {row[0]: row[1:] for row in coverage(chances, right)}
    assert rows[0.5] == (0.5, 1.0, round(0.025 ** (1 / 20), 3), 1.0)
    assert rows[0.0] == (1.0, 0.5, 0.338, 0.662)  # as R's binom.test(20, 40) says


def test_the_calibration_error_is_the_mean_distance_of_confidence_and_truth() -> None:
    chances = np.array([0.05, 0.05, 0.95, 0.95])
    assert expected_calibration_error(chances, np.array([0, 0, 1, 1], bool)) == pytest.approx(0.05)
    assert expected_calibration_error(chances, np.array([0, 1, 0, 1], bool)) == pytest.approx(0.45)


def test_every_second_answerable_question_is_asked_of_the_collection_without_its_paragraph_or_its_article() -> None:
    pair = Pair("1", "Who?", ("Mary Cole",), title="Clubs")
    own, whole = ("paragraph", "id=p"), ("collection", ())
    again = [list(ways_of_asking("p", pair, asked)) for asked in (2, 4, 6, 8)]
    assert again[:3] == [[own, whole, ("without its paragraph", "id!=p")]] * 3
    assert again[3] == [own, whole, ("without its article", "article!=Clubs")]
    assert all(list(ways_of_asking("p", pair, asked)) == [own, whole] for asked in (1, 3, 5, 7))
    misleading = replace(pair, answers=())
    assert list(ways_of_asking("p", misleading, 1)) == [own]
    assert list(ways_of_asking("p", misleading, 2)) == [own, ("misleading", ())], (
        "every second one of the collection too"
    )


def test_the_teacher_reads_the_same_word_pieces_under_its_own_numbers() -> None:
    # In the two published vocabularies "the" is 1996 and 2000, "[MASK]" 103 and 107.
    assert own_ids(torch.tensor([[CLS, 1996, 103, SEP, PAD]])).tolist() == [[0, 2000, 107, 2, 1]]


def test_a_student_that_agrees_with_the_teacher_loses_only_the_teachers_entropy() -> None:
    allowed = torch.tensor([[True, True, True, True, False]])
    flat = torch.zeros(1, 5)
    loss = distillation_loss(flat, flat, allowed, torch.zeros(1, 5, 2), 1.0).item()
    assert loss == pytest.approx(2 * math.log(4), rel=1e-5), "four places are allowed"
    said = torch.tensor([[4.0, 0.0, 2.0, -2.0, 9.0]])
    taught = 1.5 * torch.stack([said, said], -1)
    chances = np.exp(said[0, :4].numpy())
    chances /= chances.sum()
    least = 2 * -(chances * np.log(chances)).sum()
    assert distillation_loss(said, said, allowed, taught, 1.5).item() == pytest.approx(least, rel=1e-5)
    assert distillation_loss(flat, said, allowed, taught, 1.5).item() > least


def test_labels_are_the_teachers_logits_and_a_killed_labelling_goes_on(
    tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = tiny_teacher(tmp_path / "teacher")
    made = [example("Who? " * (i % 5 + 1), "Mary Cole", name=str(i)) for i in range(12)]
    features = build_features(made, tokenizer, window=64, crop_share=0, rng=random.Random(0))
    calls = []

    def forward(self, **inputs):
        calls.append(inputs["input_ids"].shape)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return original(self, **inputs)

    original = MpnetReader.forward
    monkeypatch.setattr(MpnetReader, "forward", forward)
    once = {"tokens": 128, "every": 0.0, "identity": "mine"}
    with pytest.raises(KeyboardInterrupt):
        label(teacher, features, tmp_path, **once)
    labels = label(teacher, features, tmp_path, **once)
    assert sum(rows for rows, _ in calls) - calls[2][0] == len(features), "two batches were kept"
    model = MpnetReader.from_pretrained(teacher, attn_implementation="eager", dtype=torch.bfloat16).eval()
    for which in (0, 7):
        ids, mask, _ = (torch.from_numpy(a) for a in pad([features[which]]))
        with torch.inference_mode():
            out = original(model, input_ids=ids, attention_mask=mask)
        expected = torch.stack([out.start_logits[0], out.end_logits[0]], -1).float()
        assert labels[which].astype(np.float32) == pytest.approx(expected.numpy(), abs=2e-2)
    both = labels.padded([0, 4])
    assert both.shape == (2, max(len(features[0].ids), len(features[4].ids)), 2)
    assert both[0, len(features[0].ids) :].abs().sum() == 0
    with pytest.raises(ValueError, match="other settings"):
        label(teacher, features, tmp_path, **{**once, "identity": "another"})


def test_a_teacher_that_points_outside_of_the_sentence_that_holds_the_answer_is_not_believed(
    tokenizer: Tokenizer, tmp_path: Path
) -> None:
    context = "Rain fell. Mary Cole came. Rain fell again."
    made = [example("Who?", "Mary Cole came.", context), example("Who?", "Mary Cole came.", context, name="2")]
    made[1] = replace(made[1], evidence=True)
    features = build_features(made, tokenizer, window=64, crop_share=0, rng=random.Random(0))
    labels = label(tiny_teacher(tmp_path / "teacher"), features, tmp_path, tokens=128, every=60.0, identity="mine")
    inside = range(features[0].targets[0][0], features[0].targets[0][1] + 1)
    for place in range(len(features[1].ids)):
        if place in inside:
            assert labels[1][place] == pytest.approx(labels[0][place], abs=2e-2)
        else:
            assert labels[1][place].tolist() == [OUTSIDE, OUTSIDE]
    allowed = torch.ones(1, len(features[1].ids), dtype=torch.bool)

    def paid_at(place: int) -> float:
        logits = torch.zeros(1, len(features[1].ids))
        logits[0, place] = 5.0
        return distillation_loss(logits, logits, allowed, labels.padded([1]), 0.7).item()

    assert paid_at(inside[0]) < paid_at(inside[-1] + 1) < math.inf, "who points outside pays more"


def test_every_lesson_names_a_stage_of_the_teacher() -> None:
    names = [stage.name for stage in TEACHER]
    assert {stage.taught_by for stage in STAGES} <= {None, *names}
    assert len({*names, *(stage.name for stage in STAGES)}) == len(TEACHER + STAGES), "each has a folder of its own"
    for i, stage in enumerate(STAGES):
        assert stage.blended is None or stage.blended[0] in [earlier.name for earlier in STAGES[:i]]
    with pytest.raises(ValueError, match="is taught by None, 90% of it"):
        replace(next(stage for stage in reversed(STAGES) if stage.taught_by), taught_by=None)


def test_what_is_taught_needs_a_teacher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.train.load_mixture", lambda data, mixture, seed: [example("Who?", "Mary Cole")])
    monkeypatch.setattr("training.train.fingerprint", lambda data, mixture: {})
    with pytest.raises(ValueError, match=r"0.5 of the loss is a teacher's, and there is none"):
        train(tmp_path, NOTHING, tiny_encoder(tmp_path / "encoder"), tmp_path / "out", Settings(taught=0.5))


def test_a_teacher_whose_parts_are_not_installed_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.teacher.PARTS", ("no-such-part-001",))
    with pytest.raises(ValueError, match="no-such-part-001 is not installed; `make train DATA=PATH` installs it"):
        teacher_encoder(tmp_path)


@pytest.mark.slow
def test_a_killed_run_resumes_to_the_same_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = put_in_place_of_a_mixture(monkeypatch)
    encoder = tiny_encoder(tmp_path / "encoder")
    teacher = tiny_teacher(tmp_path / "teacher")
    settings = Settings(
        batch_tokens=128, window=64, checkpoint_seconds=0.0, epochs=2, dropout=0.1, taught=0.5, varied=1.0
    )
    straight = train(tmp_path, NOTHING, encoder, tmp_path / "straight", settings, teacher)

    original = loop.Run.take_step

    def killed(self, *step):
        if self.step == 3:
            raise KeyboardInterrupt
        return original(self, *step)

    with monkeypatch.context() as patched:
        patched.setattr(loop.Run, "take_step", killed)
        with pytest.raises(KeyboardInterrupt):
            train(tmp_path, NOTHING, encoder, tmp_path / "killed", settings, teacher)
    resumed = train(tmp_path, NOTHING, encoder, tmp_path / "killed", settings, teacher)

    record = json.loads((resumed / "training.json").read_text())
    assert record["settings"]["batch_tokens"] == 128
    assert (record["examples"], record["varied"]) == (4 * len(made), 2 * len(made))
    assert (straight / "model.safetensors").read_bytes() == (resumed / "model.safetensors").read_bytes()
    with pytest.raises(ValueError, match="other settings"):
        train(tmp_path, NOTHING, encoder, tmp_path / "killed", replace(settings, seed=99), teacher)
    assert is_finished(tmp_path, NOTHING, encoder, tmp_path / "killed", settings, teacher)
    assert not is_finished(
        tmp_path, Mixture((), Source("tune_train", repeat=2)), encoder, tmp_path / "killed", settings, teacher
    )
    assert not is_finished(tmp_path, NOTHING, straight, tmp_path / "killed", settings, teacher)
    assert not is_finished(tmp_path, NOTHING, encoder, tmp_path / "killed", settings, encoder)


def test_a_step_that_is_read_in_parts_teaches_what_it_teaches_in_one_piece(
    tmp_path: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.nn.utils, "clip_grad_norm_", lambda parameters, most: None)  # it would hide a factor
    asked = [example("Who? " * (i % 5 + 1), "Mary Cole", name=str(i)) for i in range(12)]
    windows = build_features(asked, tokenizer, window=64, crop_share=0.0, rng=random.Random(0))
    windows += [replace(window, targets=()) for window in windows]
    settings = Settings(taught=0.5)
    encoder = tiny_encoder(tmp_path / "encoder")
    teacher = tiny_teacher(tmp_path / "teacher")
    labels = label(teacher, windows, tmp_path, tokens=4096, every=60.0, identity="windows")

    def change(at_once: int) -> Tensor:
        torch.manual_seed(0)
        model = load_encoder(encoder, settings)
        before = torch.cat([p.detach().flatten().clone() for p in model.parameters()])
        step = torch.optim.SGD(model.parameters(), lr=1.0)
        schedule = torch.optim.lr_scheduler.LambdaLR(step, lambda _: 1.0)
        run = loop.Run(model, step, schedule, tmp_path / "checkpoint.pt", settings, {}, at_once)
        run.take_step(list(range(len(windows))), windows, labels, torch.device("cpu"))
        return torch.cat([p.detach().flatten() for p in model.parameters()]) - before

    whole, parts = change(4096), change(96)

    assert float(whole.norm()) > 0.1
    assert float((whole - parts).norm() / whole.norm()) < 0.005


def put_in_place_of_a_mixture(monkeypatch: pytest.MonkeyPatch) -> list[Example]:
    import training.train as module

    made = [example("Who? " * (i % 5 + 1), "Mary Cole", name=str(i)) for i in range(24)]
    monkeypatch.setattr(module, "load_mixture", lambda data, mixture, seed: made)
    monkeypatch.setattr(module, "fingerprint", lambda data, mixture: {})
    return made
