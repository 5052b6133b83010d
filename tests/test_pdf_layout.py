"""From glyphs to text, without a file: for any glyphs at any place, each character knows the glyph it came from."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.load.pdf.layout import Glyphs, Layout, lay_out
from index.load.pdf.stretches import ADDED
from index.types import SegmentKind

SIZE = 10.0


def glyphs(lines: Sequence[tuple[str, float, float]], *, size: float = SIZE) -> Glyphs:
    """Lines of text at (x, y) from the top left, each glyph half as wide as it is high."""
    codes, boxes = [], []
    for text, x, y in lines:
        for i, character in enumerate(text):
            codes.append(ord(character))
            boxes += [x + i * size / 2, y, x + (i + 1) * size / 2, y + size]
    return Glyphs(1, 600, 800, codes, boxes, [0] * len(codes))


def read(*lines: tuple[str, float, float]) -> str:
    return lay_out(glyphs(lines)).text


def paragraph(*texts: str, x: float = 50, y: float = 100) -> list[tuple[str, float, float]]:
    return [(text, x, y + 12 * i) for i, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("the effi-", "ciency of it"), "the efficiency of it"),
        (("the effi\u00ad", "ciency of it"), "the efficiency of it"),
        (("the effi\ufffe", "ciency of it"), "the efficiency of it"),
        (("a well-known man, a well-", "known man"), "a well-known man, a well-known man"),
        (("a cost-benefit study, a cost-", "benefit study"), "a cost-benefit study, a cost-benefit study"),
        (("so self-", "evident"), "so self-evident"),
        (("an Anglo-", "Saxon king"), "an Anglo-Saxon king"),
        (("from 2019-", "2020 on"), "from 2019-2020 on"),
        (("one -", "two"), "one - two"),
        (("one two", "three"), "one two three"),
    ],
)
def test_a_word_broken_at_the_end_of_a_line_is_whole_again(lines: tuple[str, str], text: str) -> None:
    assert read(*paragraph(*lines)) == text


def test_a_gap_between_lines_an_indent_and_a_bullet_begin_a_block() -> None:
    lines = [*paragraph("One one one one one", "goes on here."), *paragraph("Two.", y=160)]
    assert read(*lines) == "One one one one one goes on here.\n\nTwo."
    indented = [
        ("One one one one one", 50, 100),
        ("goes on to here", 50, 112),
        ("Two two two two", 65, 124),
        ("ends", 50, 136),
    ]
    assert read(*indented) == "One one one one one goes on to here\n\nTwo two two two ends"
    assert read(*paragraph("Items:", "• one", "• two")) == "Items:\n\n• one\n\n• two"


def test_three_columns_under_a_wide_title_are_read_one_after_the_other() -> None:
    title = [("A title that runs across all of the columns below it, quite wide", 50, 60)]
    columns = [[(f"column {c} row {r} has words", 50 + 180 * c, 100 + 12 * r) for r in range(5)] for c in range(3)]
    by_row = [line for row in zip(*columns, strict=True) for line in row]
    text = lay_out(glyphs([*title, *by_row])).text
    places = [text.index(f"column {c} row {r}") for c in range(3) for r in range(5)]
    assert places == sorted(places)
    assert text.startswith("A title")


def test_a_figure_across_both_columns_parts_what_is_above_from_what_is_below() -> None:
    def side(name: str, x: float, y: float) -> list[tuple[str, float, float]]:
        return [(f"{name} number {r} with some words", x, y + 12 * r) for r in range(4)]

    caption = [("Figure 1. A caption that runs across both of the columns of the page, wide", 50, 160)]
    lines = [*side("a", 50, 100), *side("b", 280, 100), *caption, *side("c", 50, 190), *side("d", 280, 190)]
    text = lay_out(glyphs(lines)).text
    places = [text.index(f"{name} number 0") for name in "ab"] + [text.index("Figure 1")]
    places += [text.index(f"{name} number 0") for name in "cd"]
    assert places == sorted(places)


def test_a_page_number_in_the_middle_of_the_gutter_does_not_hide_it() -> None:
    left = [(f"left row {r} has some words and", 50, 100 + 12 * r) for r in range(20)]
    right = [(f"right row {r} has words", 214, 100 + 12 * r) for r in range(20)]
    by_row = [line for row in zip(left, right, strict=True) for line in row]
    text = read(("A title that runs across both of the columns below", 50, 60), *by_row, ("17", 202, 380))
    assert text.index("left row 19") < text.index("right row 0")


def test_a_box_beside_some_lines_is_read_after_the_text_whose_sentence_goes_on_below_it() -> None:
    box = [(text, 400, 100 + 12 * i) for i, text in enumerate(["In brief", "two ships", "nine found"])]
    beside = paragraph(*[f"line {i} of the text beside a box, which is prose that" for i in range(4)])
    wide = [f"line {i} of the text below it, as wide as the page is, for all of its lines" for i in range(4, 10)]
    below = paragraph(*wide, y=148)
    text = read(*box, *beside, *below)
    assert text.startswith("line 0 of the text beside a box, which is prose that line 1")
    assert "which is prose that line 4 of the text below it" in text
    assert text.endswith("In brief two ships nine found")


def test_a_cell_of_several_lines_is_read_before_the_next_cell_of_its_row() -> None:
    def row(year: str, amount: str, y: float) -> list[tuple[str, float, float]]:
        return [
            (year, 50, y + 6),
            ("those under twelve", 120, y),
            ("metres in length", 120, y + 12),
            (amount, 300, y + 6),
        ]

    text = read(*row("1978", "1,204", 100), *row("1979", "1,466", 130))
    assert text == "1978\tthose under twelve metres in length\t1,204\n1979\tthose under twelve metres in length\t1,466"


def test_a_list_whose_items_have_several_lines_is_no_table() -> None:
    def item(y: float) -> list[tuple[str, float, float]]:
        return [("•", 50, y), ("an item that goes", 70, y), ("on below itself", 70, y + 12)]

    layout = lay_out(glyphs([*item(100), *item(124)]))
    assert layout.text == "• an item that goes on below itself\n\n• an item that goes on below itself"
    assert [block.kind for block in layout.blocks] == [SegmentKind.LIST_ITEM] * 2


def test_a_raised_figure_does_not_make_its_line_larger() -> None:
    page = glyphs([("facilities", 50, 100)])
    raised = Glyphs(1, 600, 800, [*page.codes, ord("1")], [*page.boxes, 100, 97, 103, 103], [0] * 11)
    (block,) = lay_out(raised).blocks
    assert block.size == SIZE


def test_lines_of_a_script_that_runs_to_the_left_keep_the_order_of_their_letters() -> None:
    hebrew = "\u05e9\u05dc\u05d5\u05dd"
    page = Glyphs(
        1,
        600,
        800,
        [ord(c) for c in hebrew],
        [edge for i in range(4) for edge in (100 - 5 * i, 100, 105 - 5 * i, 110)],
        [0] * 4,
    )
    assert lay_out(page).text == hebrew


def holds(page: Glyphs, layout: Layout) -> None:
    assert len(layout.glyphs) == len(layout.text)
    for character, glyph in zip(layout.text, layout.glyphs, strict=True):
        if glyph == ADDED:
            assert character in " \n\t"
        else:
            assert character == chr(page.codes[glyph]) or (character == "-" and page.codes[glyph] in (2, 0xAD, 0xFFFE))
    shown = [glyph for glyph in layout.glyphs if glyph != ADDED]
    assert len(shown) == len(set(shown)), "no glyph is read twice"
    unread = set(range(len(page.codes))) - set(shown)
    assert all(
        chr(page.codes[g]).isspace() or chr(page.codes[g]) in "-\u2010\ufffe\x02\u00ad\ufeff\u200b" for g in unread
    )
    end = 0
    for block in layout.blocks:
        assert not layout.text[end : block.start].strip()
        assert layout.text[block.start : block.end] == layout.text[block.start : block.end].strip() != ""
        end = block.end
    assert end == len(layout.text)


letters = st.sampled_from(
    [*"abcABC123.-(•", "\u2010", "\u00ad", "\ufffe", "\u0301", "\u05e9", "\u0645", "\U0001f600", "ﬁ", " ", "\n"]
)
at = st.integers(0, 60).map(float)
texts = st.tuples(st.text(letters, min_size=1, max_size=12), at.map(lambda x: x * 10), at.map(lambda y: y * 6))


@given(st.lists(texts, max_size=30), st.lists(st.integers(0, 7), max_size=60))
@settings(deadline=None)
def test_every_glyph_is_read_once_wherever_it_stands(lines: list[tuple[str, float, float]], flags: list[int]) -> None:
    page = glyphs(lines)
    turned = [(flags[i] if i < len(flags) else 0) * 2 for i in range(len(page.codes))]
    page = Glyphs(1, 600, 800, page.codes, page.boxes, turned)
    holds(page, lay_out(page))


@given(st.lists(st.tuples(st.integers(33, 0x2FFF), *[st.floats(-1e4, 1e4)] * 4), max_size=40))
@settings(deadline=None)
def test_boxes_out_of_all_measure_break_nothing(drawn: list[tuple[int, float, float, float, float]]) -> None:
    boxes = [edge for _, a, b, c, d in drawn for edge in (min(a, c), min(b, d), max(a, c), max(b, d))]
    lay_out(Glyphs(1, 600, 800, [code for code, *_ in drawn], boxes, [0] * len(drawn)))


def test_a_page_without_glyphs_has_no_text() -> None:
    assert lay_out(glyphs([])) == Layout("", lay_out(glyphs([])).glyphs, ())
