"""What a person sends takes time in proportion to its length, whatever it is made of: expressions, loops, libraries."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

import pytest

from index.errors import LoadError
from index.load import formats
from index.load.parsed import Raw
from index.split.sentences import split_sentences
from index.types import Document
from qa.refusing import LONGEST_QUESTION
from qa.types import Turn
from qa.understand.followup import read_follow_up
from qa.understand.form import understand
from qa.understand.talk import move_of

UNITS = [
    "!?", "! ", "...", ". . ", "a.", "\f", "\v", " ", "\n", "\t", " \f", "\n ", "\r\n", "a", "1,", '"', ").", "[", "](",
    "*", "_", "`", "<", "<!--", "&", "|", "| a |\n", "#", "> ", "- ", "1. ", "\\", "--", "\u2028", "\u00ad",
    "\U0001f600", "Dr. ", "A ", "Of the ", "It ",
    "<!-- -->", "~~", "~~a ", ">", "` ", "a\f", "[page 1] ", "is it ",
    "- 1 -\n\n", "<b>", "<del>a ", "<p>\n\n", "[^1] ", "| a |\n|---|\n"]  # fmt: skip
SHORT, LONG = 8_000, 64_000
SLOWER = 24.0  # times, for eight times as much; in the square it would be 64
AT_ONCE = 2.0  # seconds of processor time that are nothing to worry about, on a busy machine too


def seconds(work: Callable[[str], object], text: str) -> float:
    began = time.process_time()
    with contextlib.suppress(LoadError):  # what cannot be read is refused, which has to be quick too
        work(text)
    return time.process_time() - began


def read(suffix: str) -> Callable[[str], object]:
    known = formats.by_suffix(suffix)
    assert known is not None
    return lambda text: known.read(Raw("a", text.encode()))


def part(text: str) -> str:
    """As much of it as a question may have."""
    return text[: LONGEST_QUESTION * len(text) // LONG - 20]


EARLIER: list[Turn] = [{"question": "Who is Anna Berg?", "answer": "a clerk"}]
WORK: dict[str, Callable[[str], object]] = {
    "plain text": read(".txt"),
    "Markdown": read(".md"),
    "sentences": lambda text: split_sentences(Document("a", f"b{text}")),
    "a question": lambda text: understand(part(text)),
    "talk": lambda text: move_of(part(text), in_conversation=True),
    "a follow-up": lambda text: read_follow_up(f"What about {part(text)}", EARLIER),
    "a follow-up of it": lambda text: read_follow_up("When?", [{"question": f"Who is {text}?", "answer": text}]),
}


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("work", WORK)
def test_time_grows_with_the_length_and_not_with_its_square(work: str, unit: str) -> None:
    for before, after in (("", ""), ("a", "b")):
        text = before + unit * (LONG // len(unit)) + after
        long = seconds(WORK[work], text)
        if long > AT_ONCE:
            long = min(long, seconds(WORK[work], text))  # the first time what it needs is imported, memory is grown
            short = seconds(WORK[work], before + unit * (SHORT // len(unit)) + after)
            assert long < SLOWER * max(short, 0.005), (short, long)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One here. " + "a" * 500 + ". Two there.", ["One here.", "a" * 500 + ".", "Two there."]),
        ("See " + "x!?" * 200 + "x now. Then go.", ["See " + "x!?" * 200 + "x now.", "Then go."]),
    ],
)
def test_a_run_longer_than_any_word_is_cut_nowhere_and_what_is_around_it_as_ever(text: str, sentences: list) -> None:
    assert [text[start:end] for start, end in split_sentences(Document("a", text))] == sentences


def test_paragraphs_stand_between_blank_lines_whatever_white_space_there_is() -> None:
    known = formats.by_suffix(".txt")
    assert known is not None
    text = " one\ntwo \f\n \t\n\fthree\u2003four\n\n\n \r\r five\f\f"
    found = [text[s.start : s.end] for s in known.read(Raw("a", text.encode())).segments]
    assert found == ["one\ntwo", "three\u2003four", "five"]
