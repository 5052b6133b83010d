"""A folder with one file of each format, each asked one question: the right answer, at the right place."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import xlsxwriter
from documents import opendocument_row, opendocument_sheet
from made import MADE, book, mailbox, message, notebook

from index.load import formats
from qa import Answerer
from qa.rendering import place_text


@dataclass(frozen=True)
class Asked:
    """A file, a question of it, words of its answer, and where the citation says that they stand, without offsets."""

    file: str
    data: bytes
    question: str
    answer: str
    place: str


def said(suffix: str, *paragraphs: str) -> bytes:
    return MADE[suffix](list(paragraphs))


def table(*rows: tuple[str, ...], comma: str = ",") -> bytes:
    return "\n".join(comma.join(row) for row in rows).encode()


def boilers() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Cellar")
    for row, values in enumerate((("Boiler", "Year", "Output"), ("Vulcan", 1987, "12 kW"), ("Hestia", 2019, "30 kW"))):
        sheet.write_row(row, 0, values)
    book.close()
    return out.getvalue()


def letter() -> bytes:
    made = message("The audit of the brewery takes place on 14 June.", "Audit")
    made.add_attachment("Vat,Litres\nNorth,1800\nSouth,2600\n", subtype="csv", filename="vats.csv")
    return made.as_bytes()


def vats() -> bytes:
    rows = [("Mill", "Stones"), ("Upper mill", "14"), ("Lower mill", "22")]
    return opendocument_sheet("Mills", "".join(opendocument_row(*row) for row in rows))


CASES = (
    Asked(
        "lighthouse.txt",
        said(".txt", "The lighthouse on Skerry Point was first lit in 1851.", "Its lamp burns rape oil."),
        "When was the lighthouse first lit?",
        "1851",
        "",
    ),
    Asked(
        "ferry.md",
        b"# The ferry\n\nIt crosses twice a day.\n\n## Crew\n\nThe captain of the ferry is Ruth Vale.\n",
        "Who is the captain of the ferry?",
        "Ruth Vale",
        ", under “Crew”",
    ),
    Asked(
        "canal.html",
        b"<h1>The canal</h1><p>The canal is 41 kilometres long.</p><p>It was dug by hand.</p>",
        "How long is the canal?",
        "41 kilometres",
        ", under “The canal”",
    ),
    Asked(
        "museum.pdf",
        said(".pdf", "The museum shows clocks.", "The museum was designed by the architect Ida Blom."),
        "Which architect designed the museum?",
        "Ida Blom",
        ", page 2",
    ),
    Asked(
        "orchard.docx",
        said(".docx", "The orchard has 320 apple trees.", "They bear in August."),
        "How many apple trees does the orchard have?",
        "320",
        "",
    ),
    Asked(
        "services.csv",
        table(("Service", "Port", "Owner"), ("metrics", "9090", "Ann Gray"), ("billing", "8443", "Bo Lund")),
        "What port does the metrics service use?",
        "9090",
        ", row 2, column “Port”",
    ),
    Asked(
        "stations.tsv",
        table(("Station", "Platforms"), ("Eastgate", "7"), ("Westgate", "12"), comma="\t"),
        "How many platforms does the station Westgate have?",
        "12",
        ", row 3, column “Platforms”",
    ),
    Asked(
        "boilers.xlsx",
        boilers(),
        "What is the output of the boiler Hestia?",
        "30 kW",
        ", sheet “Cellar”, row 3, column “Output”",
    ),
    Asked(
        "mills.ods",
        vats(),
        "How many stones does the lower mill have?",
        "22",
        ", sheet “Mills”, row 3, column “Stones”",
    ),
    Asked(
        "telescope.pptx",
        said(".pptx", "The telescope has a mirror of 3.6 metres."),
        "How large is the mirror of the telescope?",
        "3.6 metres",
        ", slide 1",
    ),
    Asked(
        "voyage.epub",
        book({"one": "<p>The schooner Amity sank in 1907 off the coast of Maine.</p>"}, {"one": "The wreck"}),
        "When did the schooner Amity sink?",
        "1907",
        ", chapter “The wreck”",
    ),
    Asked("audit.eml", letter(), "When does the audit of the brewery take place?", "14 June", ", under “Audit”"),
    Asked(
        "choir.mbox",
        mailbox(message("Nothing new.", "Hello"), message("The choir rehearses in the chapel of St Olaf.", "Choir")),
        "Where does the choir rehearse?",
        "chapel of St Olaf",
        ", under “Choir”, message 2",
    ),
    Asked(
        "glacier.odt",
        said(".odt", "The glacier retreats by 12 metres a year."),
        "By how much does the glacier retreat a year?",
        "12 metres",
        "",
    ),
    Asked(
        "bakery.rtf",
        said(".rtf", "The bakery was founded by Hugo Brandt.", "It opens at five."),
        "Who founded the bakery?",
        "Hugo Brandt",
        "",
    ),
    Asked(
        "survey.ipynb",
        notebook(
            {"cell_type": "markdown", "source": ["We counted birds."]},
            {"cell_type": "markdown", "source": ["The survey counted 212 puffins on the cliff."]},
        ),
        "How many puffins did the survey count?",
        "212",
        ", cell 2",
    ),
    Asked(
        "railway.rst",
        b"Railway\n=======\n\nThe railway line reaches a height of 2,253 metres at the Bernina pass.\n",
        "What height does the railway line reach?",
        "2,253 metres",
        ", under “Railway”",
    ),
    Asked(
        "interview.srt",
        said(".srt", "Welcome to the show.", "The composer Lena Fahr wrote her opera in Trieste."),
        "Where did Lena Fahr write her opera?",
        "Trieste",
        ", at 0:01:01",
    ),
    Asked(
        "lecture.vtt",
        said(".vtt", "Good evening.", "The comet was discovered by Caroline Herschel."),
        "Who discovered the comet?",
        "Caroline Herschel",
        ", at 0:01:01",
    ),
    Asked(
        "harbour.json",
        json.dumps({"harbour": {"description": "The harbour of Port Ellen is 9 metres deep."}}).encode(),
        "How deep is the harbour of Port Ellen?",
        "9 metres",
        ", under “harbour”, $.harbour.description",
    ),
    Asked(
        "reviews.jsonl",
        b'{"text": "The soup was cold."}\n{"text": "The hotel Aurora was built for the exhibition of 1929."}\n',
        "For which exhibition was the hotel Aurora built?",
        "1929",
        ", line 2: $.text",
    ),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("every")
    for case in CASES:
        (made / case.file).write_bytes(case.data)
    return made


@pytest.fixture(scope="module")
def answerer(folder: Path) -> Answerer:
    return Answerer.from_sources(folder)


def test_the_folder_has_a_file_of_every_format() -> None:
    have = {case.file.rpartition(".")[2] for case in CASES}
    without_words = [known for known in formats.FORMATS if known.media_types[0].startswith("image/")]
    missing = [known for known in formats.FORMATS if not any(suffix[1:] in have for suffix in known.suffixes)]
    assert missing == without_words, "pictures are read with the extra ocr alone, which has tests of its own"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_a_question_of_each_file_gets_its_answer_and_its_place(answerer: Answerer, case: Asked) -> None:
    answer = answerer.ask(case.question)
    assert answer.answered, answer.reason
    cited = answer.citations[0]
    document = answerer.documents[cited.document_id]
    assert (cited.document_id, document.text[cited.start : cited.end]) == (case.file, cited.quote)
    assert case.answer in cited.quote
    assert place_text(cited).startswith(case.file + case.place)


def test_an_attachment_is_a_document_of_its_own_and_answered_from_with_row_and_column(answerer: Answerer) -> None:
    answer = answerer.ask("How many litres does the vat South hold?")
    assert answer.answered
    assert answer.text == "2600"
    assert place_text(answer.citations[0]).startswith("audit.eml/vats.csv, row 3, column “Litres”")
