"""What is not in English is noticed, and what is in English never is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import Document
from qa import Answerer, bundled_article
from qa.languages import other_language, other_language_of_document

ROWS = (Path(__file__).parent / "data" / "islamabad-talks.jsonl").read_text(encoding="utf-8").splitlines()
GERMAN = "Die Fähre nach Helgoland legt um neun Uhr in Cuxhaven ab. Sie kehrt am Abend mit den Gästen zurück."


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Was ist die Hauptstadt von Deutschland?", "de"),
        ("Qui a signé le contrat ?", "fr"),
        ("¿Cuándo nació el rey?", "es"),
        ("Где он живёт?", "ru"),
        ("他是谁", "zh"),
    ],
)
def test_a_question_in_another_language_is_noticed(question: str, language: str) -> None:
    assert other_language(question) == language


@pytest.mark.parametrize(
    "question", ["", "Kim?", "How much?", "When did Beyoncé die?", "guards killed", "What is Weltschmerz?", "1945?"]
)
def test_an_english_or_a_short_question_is_not(question: str) -> None:
    assert other_language(question) is None


def test_english_questions_and_articles_pass() -> None:
    assert [q for q in (json.loads(row)["question"] for row in ROWS) if other_language(q)] == []
    assert other_language_of_document(bundled_article().read_text(encoding="utf-8")) is None


def test_a_document_in_another_language_is_noticed() -> None:
    assert other_language_of_document(GERMAN) == "de"


def test_an_answer_has_one_warning_of_question_document_or_both() -> None:
    answerer = Answerer.from_sources(Document("ferry", GERMAN))
    (of_document,) = answerer.ask("When does the ferry leave?").warnings
    assert of_document.startswith("ferry seems to be in another language (de) than English")
    (of_both,) = answerer.ask("Wann legt die Fähre nach Helgoland ab?").warnings
    assert of_both.startswith("the question (de) and ferry (de) seem to be in another language than English")
    english = Answerer.from_sources(Document("ferry", "The ferry to Heligoland leaves at nine. It returns at dusk."))
    (of_question,) = english.ask("Wann legt die Fähre nach Helgoland ab?").warnings
    assert of_question.startswith("the question seems to be in another language (de) than English")


def test_an_english_answer_warns_of_nothing(answerer: Answerer) -> None:
    assert answerer.ask("Who is the president of Iran?").warnings == ()
