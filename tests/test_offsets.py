"""The promise: what is quoted stands, to the character, where the offsets say. For any text at all."""

from __future__ import annotations

import pytest
from fakes import HashingEmbedder, WordReader
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from index import Document, Index, Segment, SegmentKind, load
from index.errors import EmptyDocumentError
from index.load import plain
from index.load.markdown import reading as markdown
from index.split.chunking import Budget, count_tokens, pack
from index.split.sentences import split_sentences
from qa import Answerer

NEWLINES = ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\u2028", "\x85", "\v", "\f"]
WORDS = """The talks U.S. Dr. Lt. Col. “Yes,” he said. naïve ﬁ
日本語。 🇫🇷 👩‍👩‍👧 مرحبا 3.5 # ## - > | ``` 1. === --- <b> &amp;"""
ODD = ["e\u0301", "\u200d", "\ufeff", "\x00", "a" * 70]

prose = st.lists(st.sampled_from([*WORDS.split(), *ODD, *NEWLINES, " ", "  ", "\t"]), max_size=80).map(" ".join)
characters = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
texts = st.one_of(prose, characters)


def documents(text: str) -> list[Document]:
    """`text` as every loader divides it, and undivided."""
    assume(text.strip())
    return [Document("d", text, segments=divide(text)) for divide in (plain.segments, markdown.segments, lambda _: ())]


@given(texts.filter(lambda text: "\x00" not in text))  # a file with one is no text
def test_loading_gives_back_exactly_the_text_that_was_written(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("loaded") / "file.txt"
    path.write_bytes(text.encode("utf-8"))
    if not text.strip():
        with pytest.raises(EmptyDocumentError, match=r"is empty|holds no text"):
            load(path)
    else:
        assert load(path).text == text


CUT = "The The \n The \x0c talks \x0c"  # a running head lies inside of the paragraph that it cuts


@given(texts)
@example(CUT)
def test_segments_are_in_order_and_apart_and_bare_of_white_space(text: str) -> None:
    for document in documents(text):
        last: Segment | None = None
        for segment in document.segments:
            assert 0 <= segment.start < segment.end <= len(text)
            assert text[segment.start : segment.end].strip() == text[segment.start : segment.end]
            if last is not None and segment.kind is SegmentKind.RUNNING_HEAD and segment.start < last.end:
                assert last.start < segment.start < segment.end < last.end
                continue
            assert last is None or last.end <= segment.start
            last = segment


@given(texts)
@example(CUT)
def test_plain_text_paragraphs_hold_everything_but_white_space_and_a_byte_order_mark(text: str) -> None:
    end = int(text.startswith("\ufeff"))
    for segment in [*plain.segments(text), None]:
        start = segment.start if segment else len(text)
        assert not text[end:start].strip()
        end = max(end, segment.end) if segment else end


@given(texts)
def test_every_letter_that_is_seen_lies_in_exactly_one_sentence(text: str) -> None:
    for document in documents(text):
        sentences = split_sentences(document)
        covered = [i for start, end in sentences for i in range(start, end)]
        assert len(covered) == len(set(covered))
        hidden = {i for s in document.segments if s.kind is SegmentKind.HIDDEN for i in range(s.start, s.end)}
        assert {i for i, character in enumerate(text) if character.isalpha()} <= set(covered) | hidden
        assert all(text[start:end] == text[start:end].strip() != "" for start, end in sentences)


@given(texts, st.integers(16, 60), st.integers(0, 2))
def test_chunks_hold_every_sentence_and_keep_to_every_budget(text: str, limit: int, overlap: int) -> None:
    for document in documents(text):
        sentences = split_sentences(document)
        budgets = [Budget(count_tokens, limit), Budget(HashingEmbedder().count_tokens, 24)]
        chunks = pack("d", text, sentences, budgets=budgets, overlap=overlap)
        covered = {i for chunk in chunks for i in range(chunk.start, chunk.end)}
        assert {i for a, b in sentences for i in range(a, b) if not text[i].isspace()} <= covered
        for chunk in chunks:
            for budget in budgets:
                fits = budget.count(text[chunk.start : chunk.end]) <= budget.limit
                assert fits or chunk.end - chunk.start == 1


@given(texts, st.data())
def test_a_citation_quotes_the_document_to_the_character(text: str, data: st.DataObject) -> None:
    for document in documents(text):
        assume(split_sentences(document))
        answerer = Answerer(Index.build([document], embedder=HashingEmbedder()), reader=WordReader())
        words = [w for w in text.split() if any(c.isalpha() for c in w) and "*" not in w]
        assume(words)
        wanted = data.draw(st.sampled_from(words))
        assume(len(wanted.split()) == 1)
        answer = answerer.ask(f"Where does it say *{wanted}*?", top_k=50)
        for citation in [*answer.citations, *([answer.nearest] if answer.nearest else [])]:
            assert document.text[citation.start : citation.end] == citation.quote
            assert citation.sentence_start <= citation.start < citation.end <= citation.sentence_end
            assert document.text[: citation.start].endswith(citation.prefix)
            assert document.text[citation.end :].startswith(citation.suffix)
            assert citation.document_sha256 == document.sha256


@given(texts)
@settings(max_examples=25)
def test_the_real_models_cite_to_the_character_too(answerer: Answerer, text: str) -> None:
    document = documents(text)[0]
    assume(split_sentences(document))
    asked = Answerer(Index.build([document]), reader=answerer.reader, calibration=answerer.calibration)
    answer = asked.ask("What is said here?", min_confidence=0.0)
    for citation in [*answer.citations, *([answer.nearest] if answer.nearest else [])]:
        assert document.text[citation.start : citation.end] == citation.quote != ""
