"""Overviews: which sentences say what a document, a part of it or a collection is about."""

from __future__ import annotations

import numpy as np
import pytest
from fakes import HashingEmbedder
from hypothesis import given
from hypothesis import strategies as st

from index.load.plain import segments
from index.split.sentences import split_sentences
from index.types import Document, Segment, SegmentKind
from qa.compose.centrality import covering, diverse, lexrank, scaled, word_centrality, word_weights
from qa.compose.outline import all_words, key_candidates, lead, says_something, sections, without_links
from qa.compose.overview import MOST_EMBEDDED, OverviewSource, overview_of_collection, overview_of_document
from qa.compose.titles import names_by_title

EMBED = HashingEmbedder().embed


def plain(text: str, name: str = "d") -> Document:
    return Document(name, text, segments=segments(text))


def overview(document: Document, **wanted) -> list[str]:
    spans = overview_of_document(document, split_sentences(document), EMBED, **wanted)
    assert spans == sorted(spans)
    return [document.text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    "text",
    [
        "The council will repair the old bridge next year.",
        "Abstract: The council will repair the old bridge next year.",
        "The bridge will be developed in around seventeen months:",
        "橋は来年の春に修理されることになりました。",
    ],
)
def test_a_sentence_says_something(text: str) -> None:
    assert says_something(text)


@pytest.mark.parametrize(
    "text",
    [
        "Status: Final",
        "Author: Ada Brook and Bea Field and others of the same office",
        "Title: The bridge\nAuthor: Ada Brook\nStatus: Final",
        "Why did the council repair the old bridge?",
        "It was so.",
        "Page 3 of 17",
        "2019-06-04 2019-10-14 2019-11-18 beta alpha release one two.",
        "Copyright 2024 by the council of the town. All rights reserved.",
        "THE WARS OF THE FOXES AND THE HARES.",
        "[the whole plan of the old bridge](https://example.org/plan)",
        "of the District of Maine, sitting there by designation.",
        "Ada Brook, with whom Bea Field and two others of the same office were on the brief for",
    ],
)
def test_a_fragment_a_field_a_question_or_a_notice_does_not(text: str) -> None:
    assert not says_something(text)


def test_an_item_of_a_list_may_be_short_and_have_no_stop() -> None:
    assert says_something("Tom will write the proposal", item=True)
    assert not says_something("Tom will write the proposal")


def test_word_centrality_counts_what_sentences_share() -> None:
    # "bridge" stands in three sentences, "river" in two: weights 1 + ln 3 and 1 + ln 2; "sun" in one: none.
    scores = word_centrality([["bridge", "river"], ["bridge", "river"], ["bridge"], ["sun"]])
    a, b = 1 + np.log(3), 1 + np.log(2)
    assert scores[0] == pytest.approx((a + b) / np.sqrt(2) / np.hypot(a, b))
    assert scores[2] == pytest.approx(a / np.hypot(a, b))
    assert scores[3] == 0


def test_lexrank_puts_the_sentence_first_that_is_like_the_others() -> None:
    similarity = np.array([[1.0, 0.8, 0.8], [0.8, 1.0, 0.0], [0.8, 0.0, 1.0]])
    rank = lexrank(similarity)
    assert rank[0] == 1
    assert rank[1] == pytest.approx(rank[2])
    assert rank[1] < 1
    drawn = lexrank(similarity, np.array([0.0, 0.0, 1.0]))
    assert drawn[2] > drawn[1]


def test_scaled_values_run_from_0_to_1() -> None:
    assert scaled(np.array([2.0, 4.0, 3.0])).tolist() == [0, 1, 0.5]
    assert scaled(np.array([2.0, 2.0])).tolist() == [0, 0]


def test_marginal_relevance_passes_over_what_says_the_same_again() -> None:
    scores, likeness = np.array([1.0, 0.9, 0.5]), np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1.0]])
    assert diverse(scores, likeness, [1, 1, 1], most=2, room=9, weight=0.5) == [0, 2]
    assert diverse(scores, likeness, [1, 1, 1], most=2, room=9, weight=1.0) == [0, 1]
    assert diverse(scores, likeness, [9, 1, 1], most=2, room=8, weight=1.0) == [1, 2]


def covered(words: list[list[str]], groups: list[int], *, most: int = 2, spread: float = 0.0, **how) -> list[int]:
    weights = word_weights(words)
    return covering(
        words, weights, np.zeros(len(words)), [1] * len(words), most=most, room=9, groups=groups, spread=spread, **how
    )


def test_a_word_weighs_the_logarithm_of_its_sentences() -> None:
    assert word_weights([["ferry", "lake"], ["ferry", "ferry"], ["sun"]]) == {"ferry": pytest.approx(np.log(2))}


def test_sentences_are_chosen_that_together_hold_most_words() -> None:
    # "ferry lake" holds ln 3 + ln 3; the second is of the same words, the third adds "pier", ln 2.
    words = [["ferry", "lake"], ["ferry", "lake"], ["pier", "ferry"], ["pier"], ["lake"]]
    assert covered(words, [0] * 5) == [0, 2]
    assert covered(words, [0] * 5, first=[4]) == [4, 2]


def test_a_word_that_is_chosen_may_keep_a_part_of_its_weight() -> None:
    # Once chosen, "ferry" (ln 3) and "lake" (ln 2) weigh nothing, or half as much: 0.9, against ln 2 for "pier".
    words = [["ferry", "lake", "a", "b", "c"], ["ferry", "lake", "d", "e", "f"], ["pier"], ["pier"], ["ferry"]]
    assert covered(words, [0] * 5) == [0, 2]
    assert covered(words, [0] * 5, again=0.5) == [0, 1]


def test_what_shares_more_than_half_of_its_words_with_a_chosen_sentence_comes_last() -> None:
    words = [["ferry", "lake", "boat"], ["ferry", "lake", "oar"], ["sun", "oar"], ["boat"]]
    assert covered(words, [0] * 4, again=1.0) == [0, 2]


def test_a_section_that_is_not_told_of_is_preferred() -> None:
    words = [["ferry", "lake"], ["pier", "ferry"], ["sun"], ["pier", "lake"]]
    assert covered(words, [0, 0, 1, 0], spread=0.0) == [0, 1]
    assert covered(words, [0, 0, 1, 0], spread=1.0) == [0, 2]


def test_all_words_are_small_and_those_of_a_script_without_spaces_are_its_letters() -> None:
    assert all_words("Don't light the Old_lamp; 灯台 (1851).") == [
        "don't",
        "light",
        "the",
        "old",
        "lamp",
        "灯",
        "台",
        "1851",
    ]


def told(paragraph: str, times: int) -> Document:
    return plain(
        "\n\n".join(f"The ferry crossed the lake for the time number {i}.\n\n{paragraph}" for i in range(times))
    )


@pytest.mark.parametrize(
    ("paragraph", "times", "leads"),
    [
        ("“The pier is a long way off,” said the old captain to the boy.", 100, []),
        ("The pier is a long way off, as the old captain said to the boy.", 100, [0, 1, 2, 3]),
        ("“The pier is a long way off,” said the old captain to the boy.", 20, [0, 1, 2, 3]),  # as in the news
    ],
)
def test_a_long_text_in_which_people_speak_is_a_story_and_has_no_lead(
    paragraph: str, times: int, leads: list[int]
) -> None:
    document = told(paragraph, times)
    sentences = split_sentences(document)
    parts = sections(document, sentences)
    assert lead(document, key_candidates(document, sentences, parts), parts) == leads


def test_words_of_an_address_that_a_link_leads_to_are_no_words_of_the_sentence() -> None:
    assert without_links("See [the plan](https://example.org/bridge) now.") == "See the plan now."


@pytest.mark.parametrize(
    ("scope", "named"),
    [
        ("the boat club rules", True),
        ("“Rules of the boat club”", True),
        ("boat-rules", True),  # the file's name
        ("boats", False),
        ("the rules of the boat club on dogs", False),
    ],
)
def test_a_scope_may_be_the_name_of_the_document(scope: str, named: bool) -> None:
    document = Document("x/boat-rules.md", "Dogs stay outside.", metadata={"title": "Rules of the boat club"})
    assert names_by_title(scope, document) is named


WRAPPED = """A REPORT ON BRIDGES

The bridge over the river was built of oak by the
people of the lower town, who needed it for the market.
It has stood for ninety years.

ITS REPAIR

[Plan: THE BRIDGE FROM THE SOUTH]

The council repaired the bridge over the river in spring."""


def test_a_line_in_capitals_is_a_heading_and_a_caption_is_none() -> None:
    document = plain(WRAPPED)
    parts = sections(document, split_sentences(document))
    assert [document.text[slice(*part.heading)] for part in parts if part.heading] == [
        "A REPORT ON BRIDGES",
        "ITS REPAIR",
    ]


GUIDE = """# Guide to the ferry

The ferry carries people and carts between the two towns of the lake.

## Times

The ferry leaves the north pier at seven and at nine every morning.

It does not leave when the lake is frozen or the wind is strong.

## Refunds

A ticket for the ferry is refunded within ten days of the journey.

Refunds are paid at the north pier in coins only.

## Animals

Dogs travel without a ticket if they sit below the deck.
"""


def marked() -> Document:
    """GUIDE with its headings as segments, as a loader of Markdown gives them."""
    found, at = [], 0
    for line in GUIDE.splitlines(keepends=True):
        if line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            found.append(Segment(SegmentKind.HEADING, at + level + 1, at + len(line.rstrip()), level))
        elif line.strip():
            found.append(Segment(SegmentKind.PARAGRAPH, at, at + len(line.rstrip())))
        at += len(line)
    return Document("guide", GUIDE, segments=tuple(found))


def test_an_overview_holds_the_lead_and_no_heading() -> None:
    quotes = overview(marked(), most=4)
    assert quotes[0] == "The ferry carries people and carts between the two towns of the lake."
    assert 3 <= len(quotes) <= 4
    assert not set(quotes) & {"Guide to the ferry", "Times", "Refunds", "Animals"}


@pytest.mark.parametrize("scope", ["the section on refunds", "refunds"])
def test_a_scope_that_a_heading_names_is_its_section(scope: str) -> None:
    assert overview(marked(), scope=scope) == [
        "A ticket for the ferry is refunded within ten days of the journey.",
        "Refunds are paid at the north pier in coins only.",
    ]


def test_a_scope_without_a_heading_is_the_sentences_about_it() -> None:
    quotes = overview(marked(), scope="a frozen lake")
    assert "It does not leave when the lake is frozen or the wind is strong." in quotes
    assert "Dogs travel without a ticket if they sit below the deck." not in quotes


def test_key_sentences_hold_the_pairs_of_words_that_come_again_and_again() -> None:
    # Three sentences lead; of the others "the new harbour wall" is said most often.
    wall = "The clerk said that the new harbour wall has to be paid for by the town."
    text = (
        "The council met on Monday at the town hall of Oban. It heard nine people in the course of a long day. "
        "All of them had written to it before. " + "The mayor thanked a baker who sang. "
        "A heron flew over roofs that gleamed. Everybody praised the new harbour wall. "
        "Nobody had seen the new harbour wall before. " + wall
    )
    assert wall in overview(plain(text), most=4)
    assert "A heron flew over roofs that gleamed." not in overview(plain(text), most=4)


def test_of_a_document_in_sections_what_opens_each_is_told() -> None:
    text, segments = "", []
    for part in ("Fees", "Boats", "Nets", "Guests"):
        segments.append(Segment(SegmentKind.HEADING, len(text), len(text) + len(part), 2))
        text += f"{part}\n\n"
        first = f"About {part.lower()} the club has made up its mind long ago and it will not think again."
        others = " ".join(
            f"Nobody asked about the {n} thing of {part.lower()} that was said here." for n in ("one", "two")
        )
        segments.append(Segment(SegmentKind.PARAGRAPH, len(text), len(text) + len(f"{first} {others}")))
        text += f"{first} {others}\n\n"
    quotes = overview(Document("d", text, segments=tuple(segments)))
    assert sum(quote.startswith("About") for quote in quotes) == 4


def test_a_list_in_one_line_with_what_announces_it_is_not_told_where_other_sentences_are() -> None:
    flat = "Stop the winch at once in these cases:- Often: (up to one in ten) the rope is wet"
    text = f"{flat} and worn. " + " ".join(f"Rule {n} of the harbour is read out to members." for n in "abcdefg")
    assert not any(quote.startswith("Stop") for quote in overview(plain(text)))


def test_nothing_is_shown_of_a_scope_that_the_document_does_not_touch() -> None:
    assert overview(marked(), scope="volcanic ash") == []


def test_minutes_are_told_by_their_topics() -> None:
    topics = ["Roof repair plan", "Summer market stalls", "New school bus", "Library opening hours"]
    text, found = "", []
    for topic in topics:
        for kind, line in ((SegmentKind.HEADING, topic), (SegmentKind.LIST_ITEM, f"{topic} will be settled by Tom")):
            found.append(Segment(kind, len(text), len(text) + len(line), 1))
            text += line + "\n\n"
    quotes = overview(Document("minutes", text, segments=tuple(found)))
    assert quotes == [f"{topic}\n\n{topic} will be settled by Tom" for topic in topics]


def test_the_characters_are_counted_together() -> None:
    document = plain(" ".join(f"The ferry number {i} carries carts and people over the lake." for i in range(30)))
    quotes = overview(document, most=6, most_characters=200)
    assert len(quotes) == 3
    assert sum(map(len, quotes)) <= 200


@pytest.mark.parametrize(("scope", "texts"), [(None, 0), ("ferry number", MOST_EMBEDDED + 1)])
def test_of_a_long_document_only_so_many_sentences_are_embedded(scope: str | None, texts: int) -> None:
    document = plain("\n\n".join(f"The ferry number {i} carries carts and people over the lake." for i in range(900)))
    embedded: list[str] = []

    def embed(texts):
        embedded.extend(texts)
        return EMBED(texts)

    spans = overview_of_document(document, split_sentences(document), embed, scope=scope)
    assert len(spans) == 6
    assert len(embedded) == texts  # the scope is one of them


def test_a_document_of_fragments_has_no_overview() -> None:
    assert overview(plain("Status: Final\n\nPage 3\n\nWhy?")) == []


@given(st.text(alphabet="aB .?!:\n-#[]()1é。", max_size=300).filter(str.strip))
def test_spans_are_in_order_apart_and_within_the_text(text: str) -> None:
    document = plain(text)
    spans = overview_of_document(document, split_sentences(document), EMBED, most_characters=100)
    flat = [place for span in spans for place in span]
    assert flat == sorted(flat)
    assert sum(end - start for start, end in spans) <= 100
    assert all(0 <= start < end <= len(text) for start, end in spans)


def collection() -> list[OverviewSource]:
    texts = {
        "boats": "The ferry carries people over the lake. The ferry is painted blue and white each spring.",
        "trains": "The train carries people over the pass. The train is heated with coal in the winter months.",
        "birds": "Herons nest among the reeds of the northern shore.",
    }
    documents = [plain(text, name) for name, text in texts.items()]
    return [OverviewSource(document, split_sentences(document)) for document in documents]


def test_an_overview_of_a_collection_goes_by_document() -> None:
    found = overview_of_collection(collection(), EMBED, most=5, per_document=2)
    assert [name for name, _ in found] == ["boats", "boats", "trains", "trains", "birds"]


def test_documents_that_come_first_are_told_of_first_where_room_is_short() -> None:
    found = overview_of_collection(collection(), EMBED, most=2, per_document=1)
    assert [name for name, _ in found] == ["boats", "trains"]


def test_passages_of_a_document_bound_what_is_told_of_it() -> None:
    boats = collection()[0]
    second = boats.sentences[1]
    found = overview_of_collection([OverviewSource(boats.document, boats.sentences, (second,))], EMBED)
    assert found == [("boats", second)]
