"""Kinds of Markdown and plain text that readers get wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Document, SegmentKind, load
from index.errors import EncodingError
from index.split.sentences import split_sentences


@pytest.fixture
def read(tmp_path: Path):
    def read(text: str, name: str = "a.md") -> Document:
        (tmp_path / name).write_bytes(text.encode())
        return load(tmp_path / name)

    return read


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(s.kind.value, document.text[s.start : s.end]) for s in document.blocks()]


def words(document: Document, kind: SegmentKind) -> list[str]:
    return [document.text[s.start : s.end] for s in document.segments if s.kind is kind]


STATED = "title: The clock\nauthor: Rosa Quist\ndate: 2025-04-02\n"


@pytest.mark.parametrize(
    "source",
    [
        f"---\n{STATED}---\nText.\n",
        f"---\n{STATED}...\n\nText.\n",
        f"\ufeff---\n{STATED}---\nText.\n",
        f"---\n\n{STATED}tags:\n  - time\n---\n\nText.\n",
        f"---\n{STATED}---\n\nText.\n".replace("\n", "\r\n"),
        '+++\ntitle = "The clock"\nauthor = "Rosa Quist"\ndate = 2025-04-02\n+++\nText.\n',
    ],
)
def test_front_matter_is_metadata(read, source: str) -> None:
    document = read(source)
    stated = [document.metadata.get(name) for name in ("title", "author", "date")]
    assert stated == ["The clock", "Rosa Quist", "2025-04-02"]
    assert [kind for kind, _ in blocks(document)] == ["hidden", "paragraph"]


def test_front_matter_that_cannot_be_parsed_is_no_text_either(read) -> None:
    assert blocks(read("---\ntitle: The: clock\nauthor: Rosa\n---\nText.\n"))[1:] == [("paragraph", "Text.")]


def test_marks_of_headings_and_tags_around_them_are_no_part_of_them(read) -> None:
    source = (
        "> # Price\n\n- # Item\n\n1. ## Second ##\n\nTitle\n=====\n\n<h2 id=a>Fees</h2>\n\n<div>\n\nInside.\n\n</div>\n"
    )
    document = read(source)
    assert words(document, SegmentKind.HEADING) == ["Price", "Item", "Second", "Title", "Fees"]
    assert [document.text[a:b] for a, b in split_sentences(document)][-1] == "Inside."


def test_elements_that_strike_out_hide_their_words(read) -> None:
    document = read("The fee is <del>19</del> 31 crowns, <s class=x>not 40</s> a day.\n")
    assert document.readable(0, len(document.text)).split() == "The fee is 31 crowns, a day.".split()


def test_the_numbers_of_notes_are_no_part_of_a_figure_and_notes_are_notes(read) -> None:
    document = read("It has 45[^3] kinds.\n\n[^3]: Measured in May.\n\n[^4]: Counted\n")
    assert words(document, SegmentKind.NOTE_NUMBER) == ["[^3]"]
    assert words(document, SegmentKind.NOTE) == ["[^3]: Measured in May.", "[^4]: Counted"]
    assert document.readable(0, 20) == "It has 45     kinds."


def test_each_cell_of_a_table_has_its_headers(read) -> None:
    document = read("> | Town | 1900 | 1950 |\n> |:--|--:|:-:|\n> | Asby | 12 | |\n> Elmby \\| Old | `7` | **3**\n")
    text = document.text
    cells = [s for s in document.segments if s.kind is SegmentKind.CELL]
    assert {text[s.start : s.end]: [text[a:b] for a, b in s.headers] for s in cells} == {
        "Town": [],
        "1900": [],
        "1950": [],
        "Asby": ["Town"],
        "12": ["1900", "Asby"],
        "Elmby \\| Old": ["Town"],
        "`7`": ["1900", "Elmby \\| Old"],
        "**3**": ["1950", "Elmby \\| Old"],
    }


TEXTS = [
    "The clock strikes twelve.\r\nIt is old.",
    "Часы на башне бьют двенадцать раз.\nОни старые.",
    "鐘は十二時を打つ。古い時計だ。\n村の人々はそれを聞く。",
    "Η ώρα είναι δώδεκα.\nΤο ρολόι είναι παλιό.",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("cut", [0, 1])
def test_wide_encodings_without_a_mark_are_named_in_any_script(
    tmp_path: Path, text: str, encoding: str, cut: int
) -> None:
    data = text.encode(encoding)
    (tmp_path / "a.txt").write_bytes(data[: len(data) - cut])
    with pytest.raises(EncodingError, match=f"load it with --encoding {encoding}"):
        load(tmp_path / "a.txt")


def test_pages_that_only_their_numbers_part_are_known(read) -> None:
    source = (
        "The wall is long and\n\n- 12 -\n\nTHE CLOCK OF ASBY\n\nold. It fell.\n\nMore.\n\n- 13 -\n\n"
        "THE CLOCK OF ASBY\n\nEnd.\n"
    )
    document = read(source, "a.txt")
    heads = ["- 12 -", "THE CLOCK OF ASBY", "- 13 -", "THE CLOCK OF ASBY"]
    assert words(document, SegmentKind.RUNNING_HEAD) == heads
    assert "The wall is long and old. It fell." in " ".join(document.readable(0, len(source)).split())


def test_a_heads_page_number_may_stand_on_either_side(read) -> None:
    source = "The wall.\n\n\fTHE CLOCK    3\n\nIt fell.\n\n\f4    THE CLOCK\n\nIt rose.\n\n\fTHE CLOCK    5\n\nEnd.\n"
    found = words(read(source, "a.txt"), SegmentKind.RUNNING_HEAD)
    assert found == ["THE CLOCK    3", "4    THE CLOCK", "THE CLOCK    5"]


def test_numbers_that_stand_alone_are_headings_of_chapters_and_no_page_numbers(read) -> None:
    document = read("1\n\nThe wall is long.\n\n2\n\nIt fell.\n", "a.txt")
    assert words(document, SegmentKind.RUNNING_HEAD) == []


@pytest.mark.parametrize(
    "element",
    [
        "<style>\n.title { display: none; }\n\n.note { color: red; }\n</style>",
        "<script src=a.js>\nlet clock = 1;\n</script>",
        '<svg viewBox="0 0 1 1"><title>A wheel</title><path d="M0 0h1"/></svg>',
    ],
)
def test_elements_for_the_browser_are_hidden(read, element: str) -> None:
    document = read(f"# The clock\n\n{element}\n\nIt strikes.\n")
    assert blocks(document) == [("heading", "The clock"), ("hidden", element), ("paragraph", "It strikes.")]


def test_an_element_for_the_browser_within_a_paragraph_is_hidden_and_one_that_is_spoken_of_is_not(read) -> None:
    document = read("It <style>b {}</style> strikes. Write `<style>` and then `</style>` around it.\n")
    assert words(document, SegmentKind.HIDDEN) == ["<style>b {}</style>"]


ADDRESS = "https://example.org/" + "clock/" * 25
WRAPPED = (
    "The clockmaker of the village kept a ledger of every\nclock that he mended, and in it he wrote the name of\n"
    "its owner."
)


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        (f"{WRAPPED}\n\nSee\n{ADDRESS}\nfor more.\n", [WRAPPED, f"See\n{ADDRESS}\nfor more."]),
        (f"{WRAPPED}\n\n{'A line that is never wrapped. ' * 6}\n\n{WRAPPED}", None),
        ("Monday\nTuesday\n\n" + "A line that is never wrapped. " * 6, ["Monday", "Tuesday", None]),
    ],
    ids=["an address", "one long line among wrapped ones", "a list beside a long line"],
)
def test_one_long_line_does_not_part_the_wrapped_ones(read, text: str, paragraphs: list[str | None] | None) -> None:
    long = ("A line that is never wrapped. " * 6).strip()
    expected = [words or long for words in paragraphs] if paragraphs else [WRAPPED, long, WRAPPED]
    assert [words for kind, words in blocks(read(text, "a.txt")) if kind == "paragraph"] == expected


def test_the_title_block_of_pandoc_is_metadata(read) -> None:
    document = read("% The clock\n  and its keeper\n% Rosa Quist; Ilse Kern\n% 2 April 2025\n\nText.\n")
    stated = [document.metadata.get(name) for name in ("title", "author", "date")]
    assert stated == ["The clock and its keeper", "Rosa Quist; Ilse Kern", "2 April 2025"]
    assert [kind for kind, _ in blocks(document)] == ["hidden", "paragraph"]


@pytest.mark.parametrize("source", ['<a name="top"></a>', '<a href="x"><img src="clock.png"></a>'])
def test_tags_alone_are_no_paragraph(read, source: str) -> None:
    assert [kind for kind, _ in blocks(read(f"# The clock\n\n{source}\n\nIt strikes.\n")) if kind != "hidden"] == [
        "heading",
        "paragraph",
    ]
