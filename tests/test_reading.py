from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from tiny_models import make_reader
from tokenizers import Encoding, Tokenizer

from index.errors import ModelError
from qa import Answerer
from qa.read import OnnxReader, PassageReading, Reader, TokenEvidence, default_reader, load_reader
from qa.read.onnx import MODEL_FOLDER
from qa.read.spans import Logits, best_spans, merge_windows, read_window
from qa.read.windows import SpecialTokens, Window, pad_windows, split_windows

# [CLS] q [SEP] the red fox ##es ran [SEP], the passage being "the red foxes ran"
WINDOW = Window(
    pair=0,
    ids=(101, 1, 102, 2, 3, 4, 5, 6, 102),
    first=3,
    offsets=((0, 3), (4, 7), (8, 11), (11, 13), (14, 17)),
    words=(0, 1, 2, 2, 3),
)


def logits(**at: float) -> np.ndarray:
    names = ["cls", "q", "sep", "the", "red", "fox", "es", "ran", "end"]
    return np.array([at.get(name, -4.0) for name in names], dtype=np.float32)


def test_the_best_span_has_the_highest_sum_of_start_and_end_with_the_end_not_before_the_start() -> None:
    spans = best_spans(WINDOW, logits(red=3, ran=5, cls=1), logits(red=2, the=9, cls=0), best=1)
    assert [(s.start, s.end) for s in spans] == [(0, 3)]
    spans = best_spans(WINDOW, logits(red=3, cls=1), logits(ran=2, cls=0), best=1)
    assert [(s.start, s.end) for s in spans] == [(4, 17)]
    assert spans[0].margin == pytest.approx(3 + 2 - 1 - 0)


def test_a_span_is_never_a_part_of_a_word() -> None:
    spans = best_spans(WINDOW, logits(es=3), logits(es=3), best=1)
    assert [(s.start, s.end) for s in spans] == [(8, 13)]


def test_the_question_and_the_marks_around_it_are_never_an_answer() -> None:
    spans = best_spans(WINDOW, logits(q=9, sep=9, end=9, fox=0), logits(q=9, sep=9, end=9, fox=0), best=5)
    assert (spans[0].start, spans[0].end) == (8, 13)


def test_the_probability_is_that_of_the_softmax_with_the_null_answer() -> None:
    start, end = logits(red=1, cls=1), logits(red=1, cls=1)
    at_start = np.exp(1) / (2 * np.exp(1) + 4 * np.exp(-4))  # red, [CLS], and the other four of the passage
    assert best_spans(WINDOW, start, end, best=1)[0].probability == pytest.approx(at_start**2, rel=1e-5)


def test_a_spans_support_is_that_of_cls_of_the_question_and_of_its_first_and_last_token() -> None:
    support = np.zeros((9, 4), dtype=np.float32)
    support[:, 0] = [1, 2, 2, 2, 2, 2, 2, 2, 2]
    support[:, 1] = [9, 10, 9, 9, 9, 9, 9, 9, 9]
    support[:, 2] = [9, 9, 9, 9, 9, 100, 9, 9, 9]  # fox, with which the word begins
    support[:, 3] = [9, 9, 9, 9, 9, 9, 1000, 9, 9]  # ##es, with which it ends
    (span,) = best_spans(WINDOW, logits(es=3), logits(es=3), support, best=1)
    assert span.support == 1 + 10 + 100 + 1000
    assert best_spans(WINDOW, logits(es=3), logits(es=3), best=1)[0].support == 0.0


def test_the_n_best_spans_do_not_overlap() -> None:
    spans = best_spans(WINDOW, logits(the=5, red=4, ran=3), logits(red=5, the=4, ran=3), best=5)
    places = sorted((s.start, s.end) for s in spans)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(places))
    assert [s.margin for s in spans] == sorted((s.margin for s in spans), reverse=True)
    merged = merge_windows([PassageReading(tuple(spans)), PassageReading(tuple(spans))], best=5)
    assert list(merged.spans) == spans


def test_a_sentence_scores_the_mean_of_its_tokens_and_the_best_span_that_begins_in_it() -> None:
    sentences = np.array([9, 9, 9, 1, 2, 3, 4, 5, 9], dtype=np.float32)
    start, end = logits(the=1, fox=3, cls=0), logits(red=2, ran=4, cls=0)
    read = read_window(WINDOW, Logits(start, end, None, sentences, np.array([1, 0, 0], np.float32)), best=1)
    assert read.evidence is not None
    assert read.evidence.answers(0, 7) == pytest.approx(1.5)  # "the red"
    assert read.evidence.answers(8, 17) == pytest.approx(4.0)  # "foxes ran"
    assert read.evidence.margin(8, 17) == pytest.approx(float(read.spans[0].margin))
    assert read.verdict is not None
    assert read.verdict.probabilities[0] == pytest.approx(np.e / (np.e + 2))


def test_a_token_in_two_windows_gets_the_mean_of_its_logits() -> None:
    one = TokenEvidence(np.array([0, 4]), np.array([1.0, 2.0], np.float32), np.array([1.0, 3.0], np.float32))
    two = TokenEvidence(np.array([4, 8]), np.array([5.0, 0.0], np.float32), np.array([5.0, 7.0], np.float32))
    merged = merge_windows([PassageReading((), one), PassageReading((), two)], best=1).evidence
    assert merged is not None
    assert merged.answers(4, 8) == pytest.approx(4.0)
    assert merged.margin(4, 8) == pytest.approx(5.0)


def test_an_empty_passage_has_no_span() -> None:
    empty = Window(0, (101, 1, 102, 102), 3, (), ())
    assert best_spans(empty, np.zeros(4, np.float32), np.zeros(4, np.float32), best=3) == []


def encode(text: str) -> Encoding:
    return Tokenizer.from_file(str(MODEL_FOLDER / "tokenizer.json")).encode(text, add_special_tokens=False)


def test_windows_together_hold_the_whole_passage_and_none_is_too_long() -> None:
    passage = encode("word " * 1000)
    windows = list(split_windows(0, [7] * 20, passage, size=384, special=SpecialTokens(101, 102, 0)))
    assert all(len(w.ids) <= 384 for w in windows)
    assert {offset for w in windows for offset in w.offsets} == set(passage.offsets)
    for one, next_one in itertools.pairwise(windows):
        assert len(set(one.offsets) & set(next_one.offsets)) == 64


def test_padding_is_masked_and_the_passage_has_type_one() -> None:
    short = Window(0, (101, 1, 102, 2, 102), 3, ((0, 1),), (0,))
    ids, mask, types = pad_windows([WINDOW, short], SpecialTokens(101, 102, 0))
    assert ids[1].tolist() == [101, 1, 102, 2, 102, 0, 0, 0, 0]
    assert mask[1].tolist() == [1, 1, 1, 1, 1, 0, 0, 0, 0]
    assert types[1].tolist() == [0, 0, 0, 1, 1, 0, 0, 0, 0]


PASSAGES = [
    "The bridge was opened by Queen Elizabeth on 4 September 1964.",
    "Ten guards died. " * 12,
    "A short one about rivers.",
    "The town lies at the mouth of the river Esk, and its harbour was finished in 1842. " * 3,
]


def test_a_passage_is_read_the_same_alone_and_in_any_batch() -> None:
    reader = default_reader()
    pairs = [("Who opened the bridge?", passage) for passage in PASSAGES]
    together = reader.read(pairs).passages
    backwards = reader.read(pairs[::-1]).passages[::-1]
    for pair, one, other in zip(pairs, together, backwards, strict=True):
        (alone,) = reader.read([pair]).passages
        for reading in (one, other):
            assert [(s.start, s.end) for s in reading.spans] == [(s.start, s.end) for s in alone.spans]
            assert [s.probability for s in reading.spans] == pytest.approx(
                [s.probability for s in alone.spans], abs=1e-3
            )


def test_an_answer_far_down_a_long_passage_is_found() -> None:
    passage = "Nothing happened that day. " * 120 + "The bridge was opened by Mary Cole in 1971."
    (reading,) = default_reader().read([("Who opened the bridge?", passage)]).passages
    assert passage[reading.spans[0].start : reading.spans[0].end] == "Mary Cole"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["bert", "roberta"])
def test_any_hugging_face_reader_can_be_named_and_gets_what_its_tokenizer_makes(
    kind: str, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transformers import AutoTokenizer, BertForQuestionAnswering, RobertaForQuestionAnswering

    folder = make_reader(kind, tmp_path, PASSAGES)
    answerer = Answerer.from_sources([__file__.replace("test_reading.py", "data/short.txt")], reader=str(folder))
    question = "Who opened the bridge?"
    answer = answerer.ask(question, min_confidence=0.0)
    (document,) = answerer.documents.values()
    assert answer.confidence is None
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = BertForQuestionAnswering if kind == "bert" else RobertaForQuestionAnswering
    with monkeypatch.context() as patched:
        given: list = []
        forward = model.forward
        patched.setattr(model, "forward", lambda self, **inputs: (given.append(inputs), forward(self, **inputs))[1])
        answerer.reader.read([(question, PASSAGES[0])])
    expected = tokenizer(question, PASSAGES[0])
    assert [{name: ids[0].tolist() for name, ids in inputs.items()} for inputs in given] == [dict(expected)]
    assert document.text[answer.citations[0].start : answer.citations[0].end] == answer.text


@pytest.mark.slow
def test_a_hugging_face_reader_that_wants_another_layout_is_an_error_of_one_line(tmp_path) -> None:
    from tokenizers.processors import TemplateProcessing
    from transformers import AutoTokenizer

    folder = make_reader("bert", tmp_path, PASSAGES)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    special = [("[CLS]", tokenizer.cls_token_id), ("[SEP]", tokenizer.sep_token_id)]
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(  # as XLNet has it
        single="$A [SEP] [CLS]", pair="$A [SEP] $B:1 [SEP]:1 [CLS]:1", special_tokens=special
    )
    tokenizer.save_pretrained(folder)
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    (folder / "tokenizer_config.json").write_text(json.dumps(settings | {"tokenizer_class": "PreTrainedTokenizerFast"}))
    with pytest.raises(ModelError, match=r"^the reader '.*' does not take question and passage as .*$"):
        load_reader(str(folder))


def test_a_reader_of_another_version_is_an_error_of_one_line(tmp_path) -> None:
    (tmp_path / "reader.json").write_text('{"schema_version": 99, "id": "later", "window": 384}', encoding="utf-8")
    with pytest.raises(ModelError, match=r"^'.*reader\.json' is of version 99, this Pincite reads 1; .*$"):
        OnnxReader(tmp_path)


def test_readers_are_interchangeable() -> None:
    reader: Reader = default_reader()
    assert reader.max_question_tokens > 100
    assert reader.count_tokens("Who opened the bridge?") == 5


def test_a_quote_keeps_the_accents_of_its_last_letter() -> None:
    passage = "The song was sung by Beyonce\u0301 in Paris."
    (reading,) = default_reader().read([("Who sang the song?", passage)]).passages
    assert passage[reading.spans[0].start : reading.spans[0].end] == "Beyonce\u0301"


def test_a_window_begins_with_a_whole_word() -> None:
    passage = encode("antidisestablishmentarianism " * 200)
    for window in list(split_windows(0, [7] * 250, passage, size=384, special=SpecialTokens(101, 102, 0)))[1:]:
        first = passage.offsets.index(window.offsets[0])
        assert passage.word_ids[first] != passage.word_ids[first - 1]
