"""When a cited sentence counts as one that somebody marked."""

from __future__ import annotations

import pytest

from benchmarks.evidence import shares_half, word_f1


@pytest.mark.parametrize(
    ("cited", "gold", "counts"),
    [((0, 10), (5, 40), True), ((0, 10), (6, 40), False), ((0, 100), (90, 99), True), ((0, 10), (10, 20), False)],
)
def test_a_sentence_counts_where_half_of_the_shorter_is_shared(
    cited: tuple[int, int], gold: tuple[int, int], counts: bool
) -> None:
    assert shares_half(cited, gold) is counts


def test_word_f1_is_of_places_so_that_the_same_word_elsewhere_does_not_count() -> None:
    passage = "ice melts and ice floats"
    assert word_f1(passage, [(0, 9)], [(0, 13)]) == pytest.approx(2 * 2 / (2 + 3))
    assert word_f1(passage, [(0, 3)], [(14, 17)]) == 0.0
    assert word_f1(passage, [(0, 9), (4, 9)], [(0, 9)]) == 1.0, "what is cited twice counts once"
