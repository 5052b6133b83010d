"""Questions about tables: `python -m benchmarks.cells --json OUT`.

Ten tables of different kinds, in CSV, HTML, DOCX, XLSX, Markdown and PDF, and sixty questions, twelve of them without
an answer (cells.json). Each is asked of its own document, and of all ten together. An answer is right where what is
cited, or marked in it, is the cell; a question without an answer, where it is declined.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from qa import Answerer
from qa.types import Answer

HERE = Path(__file__).parent
Table = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask, print what was right, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--questions", type=Path, default=HERE / "cells.json", help="tables and questions of your own")
    parser.add_argument("--show", action="store_true", help="print what was answered wrongly")
    chosen = parser.parse_args(arguments)
    tables: list[Table] = json.loads(chosen.questions.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        paths = [write(table, Path(folder)) for table in tables]
        alone = [judged(Answerer.from_sources(p), t) for p, t in zip(paths, tables, strict=True)]
        together = Answerer.from_sources(paths)
        figures = {"alone": summed(alone), "together": summed([judged(together, t) for t in tables])}
        if chosen.show:
            for row in (row for rows in alone for row in rows if not row["right"]):
                print(row)
    print(json.dumps(figures, indent=1))
    if chosen.json:
        rows = [row for rows in alone for row in rows]
        chosen.json.write_text(json.dumps({**figures, "rows": rows}, indent=1, ensure_ascii=False) + "\n")


def judged(answerer: Answerer, table: Table) -> list[dict[str, Any]]:
    """Return each question of the table with what was answered and whether that is right."""
    found = []
    for question, wanted in table["questions"]:
        answer = answerer.ask(question)
        got = _cited(answer)
        right = not answer.answered if wanted is None else answer.answered and got == _plain(wanted)
        row = {"file": table["file"], "question": question, "wanted": wanted, "got": got if answer.answered else None}
        row |= {"form": answer.form.value, "confidence": answer.confidence, "right": right}
        found.append(row)
    return found


def _cited(answer: Answer) -> str:
    """Return the words that are cited; of a wider answer those that are marked."""
    if not answer.citations:
        return ""
    first = answer.citations[0]
    if first.focus_start is not None and first.focus_end is not None:
        return _plain(first.quote[first.focus_start - first.start : first.focus_end - first.start])
    return _plain(first.quote)


def _plain(words: str) -> str:
    return " ".join(words.split()).strip(" |.")


def summed(rows: Sequence[Sequence[dict[str, Any]]]) -> dict[str, float]:
    """Return how many were right, of all, of those with an answer and of those without."""
    every = [row for some in rows for row in some]
    with_answer = [row["right"] for row in every if row["wanted"] is not None]
    without = [row["right"] for row in every if row["wanted"] is None]
    given = [row["right"] for row in every if row["got"] is not None]
    return {
        "questions": len(every),
        "right": round(100 * sum(with_answer + without) / len(every), 1),
        "answerable": round(100 * sum(with_answer) / max(1, len(with_answer)), 1),
        "declined": round(100 * sum(without) / max(1, len(without)), 1),
        "of those given": round(100 * sum(given) / max(1, len(given)), 1),
    }


def write(table: Table, folder: Path) -> Path:
    """Return the table as a file of its kind, with what stands before and after it."""
    path = folder / str(table["file"])
    path.write_bytes(_WRITERS[path.suffix](table))
    return path


def _csv(table: Table) -> bytes:
    import csv

    out = io.StringIO()
    csv.writer(out).writerows([*([one] for one in table["before"]), *table["rows"]])
    return out.getvalue().encode()


def _html(table: Table) -> bytes:
    rows = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in table["rows"]]
    rows[0] = rows[0].replace("td>", "th>")
    before, after = ("".join(f"<p>{escape(one)}</p>" for one in table[where]) for where in ("before", "after"))
    made = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<html><body><h1>{escape(table['title'])}</h1>{before}<table>{made}</table>{after}</body></html>".encode()


def _markdown(table: Table) -> bytes:
    rows = ["| " + " | ".join(row) + " |" for row in table["rows"]]
    rows.insert(1, "|" + "---|" * len(table["rows"][0]))
    return "\n\n".join([f"# {table['title']}", *table["before"], "\n".join(rows), *table["after"]]).encode()


def _docx(table: Table) -> bytes:
    import docx

    made, out = docx.Document(), io.BytesIO()
    made.add_heading(table["title"], 1)
    for one in table["before"]:
        made.add_paragraph(one)
    drawn = made.add_table(len(table["rows"]), len(table["rows"][0]))
    for y, row in enumerate(table["rows"]):
        for x, text in enumerate(row):
            drawn.cell(y, x).text = text
    for one in table["after"]:
        made.add_paragraph(one)
    made.save(out)
    return out.getvalue()


def _xlsx(table: Table) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet(table["title"])
    rows = [*([one] for one in table["before"]), *table["rows"], *([one] for one in table["after"])]
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            sheet.write(y, x, float(text) if text.isdigit() else text)
    book.close()
    return out.getvalue()


def _pdf(table: Table) -> bytes:
    """Return a page of Helvetica, with the cells of a column below each other and lines around them."""
    y, drawn = 780, [(50, 800, 18, table["title"])]
    drawn += [(50, y - 20 * i, 11, one) for i, one in enumerate(table["before"])]
    y -= 20 * len(table["before"]) + 20
    top = y + 15
    for row in table["rows"]:
        drawn += [(52 + 105 * x, y, 11, cell) for x, cell in enumerate(row)]
        y -= 20
    width, bottom = 50 + 105 * len(table["rows"][0]), y + 15
    rules = [f"50 {top - 20 * i} m {width} {top - 20 * i} l S" for i in range(len(table["rows"]) + 1)]
    rules += [f"{50 + 105 * i} {top} m {50 + 105 * i} {bottom} l S" for i in range(len(table["rows"][0]) + 1)]
    drawn += [(50, y - 20 * (i + 1), 11, one) for i, one in enumerate(table["after"])]
    words = [f"BT /F1 {size} Tf {x} {at} Td ({_escaped(text)}) Tj ET" for x, at, size, text in drawn]
    return _pdf_of("\n".join([*rules, *words]).encode("cp1252"))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _pdf_of(content: bytes) -> bytes:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    out, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        count, table, count, len(out),
    )  # fmt: skip


_WRITERS = {".csv": _csv, ".html": _html, ".md": _markdown, ".docx": _docx, ".xlsx": _xlsx, ".pdf": _pdf}

if __name__ == "__main__":
    main()
