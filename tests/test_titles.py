"""What a document is called in a question: its title in short, or what it names most."""

from __future__ import annotations

import pytest

from index.types import Document
from qa.compose.titles import main_subject, names_by_title, short_title

LEAFLET = (
    "Leaflet: for those who sail. Skerry lamp oil in tins of two litres and of five, for lamps of all kinds at sea and "
    "on land"
)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("RULE: 12\nTitle: Boats at night\nAuthor: Ann Gray\n\nBoats carry a lamp.", "Boats at night"),
        ("Subject: The lamp of Oban\nFrom: Ann Gray\n\nIt is lit.", "The lamp of Oban"),
        ("The lamp of Oban\n\nIt was lit in 1851.", "The lamp of Oban"),
        ("It was lit in 1851.\n\nTitle: no header", ""),
        ("XXIV\n\nIt was lit in 1851.", ""),
        ("Ann: Good day to you\n\nBea: And to you", ""),
    ],
)
def test_the_title_is_stated_in_a_header_or_stands_alone_in_the_first_line(text: str, title: str) -> None:
    assert short_title(Document("d", text)) == title


@pytest.mark.parametrize("title", ["untitled", "(anonymous)", "list.html", "Document1"])
def test_a_title_that_a_program_left_is_none(title: str) -> None:
    assert short_title(Document("d", "It was lit.", metadata={"title": title})) == ""


def test_a_long_title_is_shortened_to_the_part_that_the_document_is_about() -> None:
    document = Document("d", "Skerry oil is for lamps. A lamp burns Skerry oil.", metadata={"title": LEAFLET})
    assert short_title(document) == "Skerry lamp oil in tins of two litres and of five"


def test_a_document_is_named_by_its_title_in_short() -> None:
    document = Document("d", "RULE: 12\nTitle: Boats at night\n\nBoats carry a lamp.")
    assert names_by_title("“boats at night”", document)
    assert not names_by_title("boats", document)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("He came to Oban. She left Oban. They saw the lamp of Oban, and went.", "Oban"),
        ("He met the Danes and left the Danes, who fled. He saw the Danes.", "the Danes"),
        ("He saw Oban, Mull, Oban, Mull, and then Oban and Mull.", "Oban and Mull"),
        ("The Oban ferry and an Oban boat met a new Oban lamp.", ""),  # of Oban, and not Oban
        ("He came on Monday. She left on Monday. They went on Monday.", ""),
    ],
)
def test_the_subject_is_what_stands_most_often_as_a_name(text: str, subject: str) -> None:
    assert main_subject(Document("d", text)) == subject
