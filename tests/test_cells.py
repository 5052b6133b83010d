"""Questions about tables: the cell in the row that is named, in the column that is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa import Answerer
from qa.rendering import answer_text
from qa.types import Form

TABLE = [
    ["Service", "Port", "Owner", "Region"],
    ["metrics", "9090", "Ann Gray", "Oslo"],
    ["billing", "8443", "Bo Lund", "Bergen"],
    ["search index", "9200", "Ann Gray", "Oslo"],
]


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    path = tmp_path_factory.mktemp("cells") / "services.csv"
    path.write_text("\n".join(",".join(row) for row in TABLE))
    return Answerer.from_sources(path)


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What port does the metrics service use?", "9090"),
        ("Who owns billing?", "Bo Lund"),
        ("In which region does the search index run?", "Oslo"),
        ("Which service has port 8443?", "billing"),
    ],
)
def test_a_cell_answers_by_its_row_and_its_column(answerer: Answerer, question: str, cell: str) -> None:
    answer = answerer.ask(question)
    assert (answer.text, answer.form) == (cell, Form.SPAN)
    (citation,) = answer.citations
    assert answerer.documents["services.csv"].text[citation.start : citation.end] == cell


@pytest.mark.parametrize(
    ("question", "cell"), [("How much was paid to the bakery?", "-96.30"), ("When were the dues paid?", "2026-04-04")]
)
def test_when_asks_for_the_date_and_how_much_for_the_amount(tmp_path: Path, question: str, cell: str) -> None:
    rows = [
        "Date,Payee,Purpose,Amount,Balance",
        "2026-04-04,Union,dues,-75.00,2865.50",
        "2026-04-18,Bakery,cakes,-96.30,2769.20",
    ]
    (tmp_path / "ledger.csv").write_text("\n".join(rows))
    assert Answerer.from_sources(tmp_path).ask(question).text == cell


def test_the_row_and_the_header_of_the_cell_are_shown(answerer: Answerer) -> None:
    answer = answerer.ask("What port does the metrics service use?")
    assert "[1] …metrics **9090** Ann Gray Oslo… (services.csv, row 2, column “Port”" in answer_text(answer)
    assert answer.citations[0].where == (("row", "2"), ("column", "Port"))


def test_several_rows_that_are_named_alike_are_a_list(answerer: Answerer) -> None:
    answer = answerer.ask("Which services run in Oslo?")
    assert answer.form is Form.LIST
    assert [citation.quote for citation in answer.citations] == ["metrics", "search index"]


@pytest.mark.parametrize(
    "question",
    ["What port does the payroll service use?", "Who planted billing?", "What is the salary of billing?"],
)
def test_a_question_that_no_row_or_column_matches_is_not_answered(answerer: Answerer, question: str) -> None:
    assert not answerer.ask(question).answered


@pytest.mark.parametrize("suffix", [".html", ".md"])
def test_tables_within_texts_are_asked_in_the_same_way(tmp_path: Path, suffix: str) -> None:
    if suffix == ".md":
        rows = ["| " + " | ".join(row) + " |" for row in TABLE]
        text = "# Services\n\nAll of them run at night too.\n\n" + "\n".join([rows[0], "|---|---|---|---|", *rows[1:]])
    else:
        rows = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE]
        text = f"<h1>Services</h1><p>All of them run at night too.</p><table>{''.join(rows)}</table>"
    (tmp_path / f"a{suffix}").write_text(text)
    answer = Answerer.from_sources(tmp_path / f"a{suffix}").ask("What port does the billing service use?")
    assert answer.text == "8443"
    assert answer.citations[0].where == (("row", "3"), ("column", "Port"))


def test_prose_is_not_taken_for_a_table(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("The metrics service uses port 9090. The billing service is owned by Bo Lund.\n")
    answer = Answerer.from_sources(tmp_path / "a.md").ask("What port does the metrics service use?")
    assert "9090" in (answer.text or "")
    assert answer.citations[0].where == ()
