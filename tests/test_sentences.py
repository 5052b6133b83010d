from __future__ import annotations

import pytest

from index import Document
from index.load.markdown import reading as markdown
from index.split.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(Document("d", text))]


@pytest.mark.parametrize(
    "expected",
    [
        ["Prime Minister Dr. A. Khan met Lt. Col. Reza in Washington, D.C. on Oct. 26.", "They talked."],
        ["The U.S. envoy left at 5 p.m. on Monday.", "Nobody followed him."],
        ["“We held talks,” he said.", "“They went well.”", "He left."],
        ["Profits rose 3.5 percent to $1.2 million vs. last year.", "Shares fell."],
        ["Gen. Ali and Sgt. Bose of St. Mary's Co. testified.", "Then Sen. Cole spoke."],
        ["Who came?", "No one!", "Really."],
    ],
)
def test_news_sentences_end_where_a_reader_would_end_them(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_a_block_ends_a_sentence_and_its_marks_are_no_sentence() -> None:
    text = "# A heading without a stop\n\n- first item\n- second item\n\nUnder\n=====\n\nText."
    document = Document("d", text, segments=markdown.segments(text))
    found = [text[a:b] for a, b in split_sentences(document)]
    assert found == ["A heading without a stop", "first item", "second item", "Under", "Text."]


def test_words_between_the_segments_are_not_lost() -> None:
    text = "[ref]: http://example.org 'Title'\n\nText."
    document = Document("d", text, segments=markdown.segments(text))
    assert any("Title" in text[a:b] for a, b in split_sentences(document))
