from __future__ import annotations

import numpy as np
import pytest

from index.embed import OnnxEmbedder, default_embedder, load_embedder
from index.embed.onnx import MODEL_FOLDER
from index.errors import ModelError

PASSAGES = [
    "The bridge was opened by Mary Cole in 1971.",
    "A short one.",
    "Its towers are 120 metres high. " * 20,
    "Naïve café owners — 東京 — 🙂",
    "word " * 400,
]


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    return default_embedder().embed(PASSAGES)


def test_a_text_has_the_same_vector_alone_and_in_any_batch(vectors) -> None:
    # An embedder keeps the vectors that it gave: each of these has given none yet.
    one_by_one, backwards = OnnxEmbedder(), OnnxEmbedder()
    alone = np.concatenate([one_by_one.embed([passage]) for passage in PASSAGES])
    assert np.array_equal(alone, vectors)
    assert np.array_equal(backwards.embed(PASSAGES[::-1])[::-1], vectors)


def test_vectors_have_unit_length_and_the_stated_dimension(vectors) -> None:
    assert vectors.shape == (len(PASSAGES), default_embedder().dimension) == (5, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(PASSAGES)), abs=1e-5)
    assert default_embedder().embed([]).shape == (0, 384)


def test_texts_that_mean_the_same_are_closer_than_others() -> None:
    a, b, c = default_embedder().embed(["Who built the bridge?", "The bridge's builder", "How to boil an egg"])
    assert a @ b > 0.6 > 0.3 > a @ c


def test_a_text_is_cut_after_as_many_word_pieces_as_the_model_reads() -> None:
    embedder = default_embedder()
    assert embedder.count_tokens("word " * 400) == 402
    long, longer = embedder.embed(["word " * 400, "word " * 500])
    assert np.array_equal(long, longer)


def test_the_shipped_file_is_small_and_its_id_names_it() -> None:
    from training.data import sha256

    assert (MODEL_FOLDER / "model.onnx").stat().st_size <= 25_000_000
    assert default_embedder().id.endswith(sha256(MODEL_FOLDER / "model.onnx")[:12])


def test_a_folder_without_a_model_is_an_error(tmp_path) -> None:
    with pytest.raises(ModelError, match=r"holds no embedder.json; make it with `make embedder`"):
        OnnxEmbedder(tmp_path)


@pytest.mark.slow
def test_the_shipped_embedder_agrees_with_the_published_model_which_can_be_named(vectors) -> None:
    from training.minilm import encoder_folder

    published, shipped = load_embedder(str(encoder_folder())), default_embedder()
    assert published.id == f"sentence-transformers:{encoder_folder()}"
    assert (published.dimension, published.max_tokens) == (shipped.dimension, shipped.max_tokens)
    assert published.count_tokens(PASSAGES[0]) == shipped.count_tokens(PASSAGES[0])
    agreement = np.sum(published.embed(PASSAGES) * vectors, axis=1)
    assert agreement.mean() > 0.99
    assert agreement.min() > 0.98


@pytest.mark.slow
def test_a_model_that_is_not_there_is_an_error_that_names_it() -> None:
    with pytest.raises(ModelError, match="cannot load the embedder 'no/such-model'"):
        load_embedder("no/such-model")
