"""Windows that hardly anybody asked, made from those that people did."""

from __future__ import annotations

import random

import numpy as np
import pytest
from tokenizers import Tokenizer

from index.runtime import load_tokenizer
from qa.read.onnx import MODEL_FOLDER
from training.data import Example
from training.features import CLS, SEP, Feature, build_features
from training.settings import Settings
from training.varied import varied

WINDOW = 96
CONTEXTS = {
    "Who painted the lighthouse in Bergen?": "Mary Cole painted the lighthouse in Bergen. It was cold outside all day."
    " The keeper brought her soup and dark bread. She left for Oslo in May.",
    "When did the Glasgow ferry sink?": "The Glasgow ferry sank in 1911 during a storm. Nobody drowned that night."
    " A tug towed the hull to Greenock. The owners bought another steamer.",
    "What did farmers grow near Tromsø?": "Farmers grew barley and turnips near Tromsø. Frost killed half of it."
    " Their sons went whaling instead. The mill closed soon after that year.",
}


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_tokenizer(MODEL_FOLDER / "tokenizer.json")


@pytest.fixture(scope="module")
def features(tokenizer: Tokenizer) -> list[Feature]:
    # Words that many windows share are too common to be exchanged: these stand for the rest of a training file.
    common = [Example(str(i), "t", "Who was it?", "It was the one of all.", (), "made") for i in range(3)]
    asked = [Example(q, "t", q, c, (), "made") for q, c in CONTEXTS.items()]
    return build_features([*asked, *common], tokenizer, window=WINDOW, crop_share=0.0, rng=random.Random(0))


def parts(feature: Feature) -> tuple[list[int], list[int]]:
    return feature.ids[1 : feature.passage - 1].tolist(), feature.ids[feature.passage : -1].tolist()


@pytest.fixture(scope="module")
def variations(features: list[Feature], tokenizer: Tokenizer) -> list[list[Feature]]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("training.varied.COMMON", 12)
        patched.setattr("training.varied.NEAR", 2)
        return [varied(features, 1.0, tokenizer, WINDOW, random.Random(seed)) for seed in range(60)]


def test_a_variation_is_a_window_whose_answer_nobody_knows(variations: list[list[Feature]]) -> None:
    for feature in (one for made in variations for one in made):
        assert feature.targets == ()
        assert (feature.ids[0], feature.ids[feature.passage - 1], feature.ids[-1]) == (CLS, SEP, SEP)
        assert len(feature.ids) <= WINDOW
        assert feature.ids.dtype == np.int32


def test_most_variations_differ_from_what_they_are_made_of(
    features: list[Feature], variations: list[list[Feature]]
) -> None:
    same = [a.ids.tolist() == b.ids.tolist() for made in variations for a, b in zip(made[:3], features, strict=False)]
    assert sum(same) < 0.1 * len(same)


def test_questions_are_the_windows_own_or_a_neighbours_or_have_other_words_of_theirs(
    features: list[Feature], variations: list[list[Feature]], tokenizer: Tokenizer
) -> None:
    known = {piece for feature in features for piece in feature.ids.tolist()}
    asked = {tokenizer.decode(parts(made[0])[0]) for made in variations}
    assert {"who painted the lighthouse in bergen?", "when did the glasgow ferry sink?"} <= asked
    assert any(q.startswith("who painted the ") and "lighthouse" not in q for q in asked), "exchanged, or left out"
    assert all(set(parts(one)[0]) <= known for made in variations for one in made)


def test_passages_keep_whole_sentences_some_left_out_put_elsewhere_or_brought_in(
    features: list[Feature], variations: list[list[Feature]], tokenizer: Tokenizer
) -> None:
    first, *rest = CONTEXTS.values()
    own = [s.strip().lower() + "." for s in first.split(".") if s.strip()]
    others = [s.strip().lower() + "." for c in rest for s in c.split(".") if s.strip()]
    read = {tokenizer.decode(parts(made[0])[1]) for made in variations}
    assert " ".join(own) in read
    assert any(set(own) > {s for s in own if s in text} and not any(o in text for o in others) for text in read)
    assert any(any(o in text for o in others) and any(s in text for s in own) for text in read)
    assert any(all(s in text for s in own) and not text.startswith(own[0]) for text in read)


def test_of_a_share_of_the_windows_there_is_a_variation(features: list[Feature], tokenizer: Tokenizer) -> None:
    assert varied(features, 0.0, tokenizer, WINDOW, random.Random(0)) == []
    assert len(varied(features * 100, 0.25, tokenizer, WINDOW, random.Random(0))) == pytest.approx(150, abs=40)


def test_variations_need_a_teacher() -> None:
    with pytest.raises(ValueError, match="variations of 50% of the windows are shown, and no teacher answers them"):
        Settings(varied=0.5)
