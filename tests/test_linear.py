"""What a person sends takes time in proportion to its length, whatever it is made of: expressions, loops, libraries."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable
from functools import cache

import pytest
from growing import DOCX, HTML, PDF

from index.errors import PinciteError
from index.load import formats
from index.load.markdown.reading import segments
from index.load.parsed import Raw
from index.split.sentences import split_sentences
from index.types import Document
from pincite.records.check import check, draft_of_text
from pincite.web.document import document_html
from qa.answerer import LONGEST_QUESTION
from qa.types import Turn
from qa.understand.followup import read_follow_up
from qa.understand.form import understand
from qa.understand.talk import move_of

UNITS = [
    "!?", "! ", "...", ". . ", "a.", "\f", "\v", " ", "\n", "\t", " \f", "\n ", "\r\n", "a", "1,", '"', ").", "[", "](",
    "*", "_", "`", "<", "<!--", "&", "|", "| a |\n", "#", "> ", "- ", "1. ", "\\", "--", "\u2028", "\u00ad",
    "\U0001f600", "Dr. ", "A ", "Of the ", "It ",
    "(" * 4, "\u200b", "1", "'", "and ", "word", "\t\n", "1. 1. ", "I. ", "U.S. ", "(a) ", "\u201c", "\u201d ",
    "\u0301", "::",
    "http://a ", "[a](", "[a]: b\n", "*a", "**a ", "    a b c d e f g h\n", "> a\n", "= ", "$", "%1", "{", "]]>",
    "<!-- -->", "~~", "~~a ", ">", "` ", "a\f", "[page 1] ", "is it ",
    "- 1 -\n\n", "<b>", "<del>a ", "<p>\n\n", "[^1] ", "| a |\n|---|\n"]  # fmt: skip
TIMES = 4  # as long
SHORT = 16_000  # characters
SLOWER = 9.0  # times, for four times as much; in the square it would be 16
AT_ONCE = 0.1  # seconds of processor time for the long one in which nothing can be told
TRIES = 3  # on a machine that does other things too, some are slow


def seconds(work: Callable[[], object]) -> float:
    gc.disable()  # the collector looks at all that the tests have loaded, which is not the work's
    try:
        began = time.process_time()
        with contextlib.suppress(PinciteError):  # what cannot be read is refused, which has to be quick too
            work()
        return time.process_time() - began
    finally:
        gc.enable()


def grows_with_its_length(work: Callable[[int], object], size: int) -> None:
    """Hold the time that `work` takes to its size. The first time is not counted: libraries are loaded then.

    What is dealt with in another way from some size on may take a step there, but not the same step again.
    """
    if any(seconds(lambda: work(TIMES * size)) < AT_ONCE for _ in range(2)):
        return
    for short in (size, TIMES * size):
        tries = []
        for _ in range(TRIES):
            tries.append((seconds(lambda: work(short)), seconds(lambda: work(TIMES * short))))  # noqa: B023
            if tries[-1][1] < SLOWER * tries[-1][0]:
                return
    raise AssertionError(f"{TIMES} times as much takes {tries} seconds")


def read(suffix: str) -> Callable[[str], object]:
    known = formats.by_suffix(suffix)
    assert known is not None
    return lambda text: known.read(Raw("a", text.encode()))


def part(text: str) -> str:
    """As much of it as a question may have: the whole length is the longest question."""
    return text[: LONGEST_QUESTION * len(text) // (TIMES * SHORT) - 20]


def checked(text: str) -> object:
    return check(draft_of_text(f"He says: \u201c{text}\u201d"), [Document("a", f"He says {text}")])


def shown(text: str) -> object:
    return document_html(Document("a.md", f"b{text}", media_type="text/markdown", segments=segments(f"b{text}")))


EARLIER: list[Turn] = [{"question": "Who is Anna Berg?", "answer": "a clerk"}]
WORK: dict[str, Callable[[str], object]] = {
    "plain text": read(".txt"),
    "Markdown": read(".md"),
    "sentences": lambda text: split_sentences(Document("a", f"b{text}")),
    "a question": lambda text: understand(part(text)),
    "talk": lambda text: move_of(part(text), in_conversation=True),
    "a follow-up": lambda text: read_follow_up(f"What about {part(text)}", EARLIER),
    "a check": checked,
    "a document on the page": shown,
    "a follow-up of it": lambda text: read_follow_up("When?", [{"question": f"Who is {text}?", "answer": text}]),
}


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("work", WORK)
def test_time_grows_with_the_length_and_not_with_its_square(work: str, unit: str) -> None:
    def text(size: int) -> str:
        """It begins with a run, ends with one, and both have something else beside them."""
        run = unit * (size // len(unit) // 2)
        return f"{run}ba{run}"

    grows_with_its_length(lambda size: WORK[work](text(size)), SHORT)


MANY = 800  # of what grows
FILES = [(suffix, name) for suffix, kinds in ((".html", HTML), (".docx", DOCX), (".pdf", PDF)) for name in kinds]


@pytest.mark.slow
@pytest.mark.parametrize(("suffix", "name"), FILES)
def test_time_grows_with_the_length_in_files_of_other_programs_too(suffix: str, name: str) -> None:
    known = formats.by_suffix(suffix)
    assert known is not None
    make = {".html": HTML, ".docx": DOCX, ".pdf": PDF}[suffix][name]
    made = cache(make)
    made(MANY), made(TIMES * MANY)
    grows_with_its_length(lambda size: known.read(Raw("a", made(size))), MANY)


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
