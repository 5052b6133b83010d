"""Files made to exhaust their reader: each is read, or refused in one line, within seconds and little memory."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from documents import line, pdf
from made import notebook

ROOT = Path(__file__).parent.parent
SECONDS, MEMORY = 20.0, 3 << 30  # of processor time for a file; bytes of address space

READER = """
import json, resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
from index.load import files
from index.errors import PinciteError
for path in sys.argv[1:]:
    began = time.process_time()
    try:
        said = f"read {{len(files.load(path).text)}}"
    except PinciteError as error:
        said = str(error)
    print(json.dumps([path, time.process_time() - began, said]), flush=True)
"""


def html(inside: str) -> bytes:
    return f"<html><body><h1>The clock</h1><p>It strikes twelve.</p>{inside}</body></html>".encode()


def word(body: str = "", **parts: str | bytes) -> bytes:
    """A document with this body, and other parts in place of its own or beside them."""
    import docx as python_docx

    out, made = io.BytesIO(), io.BytesIO()
    python_docx.Document().save(out)
    with zipfile.ZipFile(out) as given, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as written:
        for name in given.namelist():
            data = given.read(name)
            if name == "word/document.xml":
                data = data.replace(b"<w:body>", b"<w:body><w:p><w:r><w:t>Words.</w:t></w:r></w:p>" + body.encode())
            elif name in parts:
                own = parts.pop(name)
                data = own if isinstance(own, bytes) else own.encode()
            written.writestr(name, data)
    return made.getvalue()


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def merged_cells() -> bytes:
    row = "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr>"
    return word(f"<w:tbl>{row * 5_000}</w:tbl>")


def wide_cells() -> bytes:
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="1000"/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>'
    return word(f"<w:tbl>{f'<w:tr>{cell}</w:tr>' * 3_000}</w:tbl>")


def chained_styles() -> bytes:
    one = '<w:style w:type="paragraph" w:styleId="s{}"><w:name w:val="n{}"/><w:basedOn w:val="s{}"/></w:style>'
    styles = "".join(one.format(i, i, i + 1) for i in range(3_000))
    body = '<w:p><w:pPr><w:pStyle w:val="s0"/></w:pPr><w:r><w:t>a</w:t></w:r></w:p>' * 1_000
    return word(body, **{"word/styles.xml": f'<w:styles xmlns:w="{W}">{styles}</w:styles>'})


def nested_formula() -> bytes:
    deep = "<m:sSup><m:e>" * 100 + "<m:r><m:t>x</m:t></m:r>" + "</m:e></m:sSup>" * 100
    return word(f'<w:p><m:oMath xmlns:m="{M}">{deep}</m:oMath></w:p>' * 50)


def crossed_rules() -> bytes:
    across = [f"50 {100 + i} m 500 {100 + i} l S" for i in range(600)]
    down = [f"{50 + i} 100 m {50 + i} 700 l S" for i in range(440)]
    words = ["BT /F1 8 Tf 1 0 0 1 60 710 Tm (The clock.) Tj ET"]
    return pdf([[]], content="\n".join([*words, *across, *down]).encode())


def short_lines() -> bytes:
    return pdf([[line(f"{i}", 40 + 5 * (i % 100), 800 - i // 100 * 2, 4) for i in range(6_000)]])


FILES: dict[str, Callable[[], bytes]] = {
    "cells over all.html": lambda: html("<table><tr><td rowspan=65534 colspan=1000>a" + "<tr>" * 20_000 + "</table>"),
    "wide cells.html": lambda: html("<table>" + "<tr><td colspan=1000 rowspan=9>a" * 5_000 + "</table>"),
    "tables in tables.html": lambda: html("<table><tr><th>a<td>" * 60 + "<p>x" * 3000),
    "raised.html": lambda: html("<p>10" + "<sup>2</sup>" * 10_000),
    "raised in raised.html": lambda: html("<p>10" + "<sup><a href='#x'>" * 80 + "2"),
    "unfolding.html": lambda: html("<button>a</button><div hidden>b</div>" * 4_000),
    "hidden in hidden.html": lambda: html("<button>a</button><div hidden>" * 150 + "b" * 1000),
    "style sheet.html": lambda: html("<style>" + ".a{line-through" * 20_000 + "</style>"),
    "formula.html": lambda: html("<math>" + "<mfrac><mi>a</mi>" * 150 + "</math>"),
    "matrix.html": lambda: html("<math><mtable>" + "<mtr><mtd>1</mtd></mtr>" * 10_000 + "</mtable></math>"),
    "links.html": lambda: html("<ul>" + "<li><a href=/>a b c</a></li>" * 6_000 + "</ul>"),
    "list.html": lambda: html("<ol reversed>" * 150 + "<li>a" * 4_000),
    "statement.html": lambda: html(f'<script type="application/ld+json">{"[" * 50_000}</script>'),
    "statement in space.html": lambda: html(f'<script type="application/ld+json">{" " * 1_000_000}{{</script>'),
    "menus.html": lambda: html('<div class="social"><h2>Social</h2>' * 150 + "<p>One two three four five."),
    "columns.md": lambda: ("|a" * 2_000 + "|\n" + "|-" * 2_000 + "|\n" + ("|b" * 2_000 + "|\n") * 20).encode(),
    "notes.md": lambda: b"[^1] " * 10_000 + b"\n\n[^1]: a\n" * 2_000,
    "struck.md": lambda: b"<del>a " * 10_000,
    "tags.md": lambda: b"<div>\n" * 10_000 + b"a",
    "numbers.txt": lambda: b"".join(b"- %d -\n\nHEAD\n\n" % i for i in range(5_000)),
    "zeros.txt": lambda: b"a\0" * 1_000_000 + b"a",
    "merged cells.docx": merged_cells,
    "wide cells.docx": wide_cells,
    "styles.docx": chained_styles,
    "formula.docx": nested_formula,
    "relations.docx": lambda: word(**{"_rels/.rels": "<Relationship " * 20_000}),
    "types.docx": lambda: word(**{"[Content_Types].xml": "<Override " * 20_000 + "<Default " * 20_000}),
    "cells.ipynb": lambda: notebook(*({"cell_type": "markdown", "source": "a"},) * 60_000),
    "rules.pdf": crossed_rules,
    "short lines.pdf": short_lines,
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[float, str]]:
    """Of each file how long it took in a process of little memory, and what was said."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, made in FILES.items():
        (folder / name).write_bytes(made())
    command = [sys.executable, "-c", READER.format(memory=MEMORY), *(str(folder / name) for name in FILES)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=1200, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    found = [json.loads(row) for row in run.stdout.splitlines()]
    return {Path(path).name: (seconds, words) for path, seconds, words in found}


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_read_or_refused_in_one_line_within_seconds(
    said: dict[str, tuple[float, str]], name: str
) -> None:
    seconds, words = said[name]
    assert seconds < SECONDS
    assert words.startswith("read ") or (words.startswith(repr(name)) and "\n" not in words)
