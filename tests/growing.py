"""Sources that grow: the same thing again and again, as text, as mark-up, and in the files of other programs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import partial

from documents import Line, line, pdf
from docx import Document

__all__ = ["DOCX", "HTML", "PDF"]

Make = Callable[[int], bytes]
"""So many of something, as a file."""

_TEXT = "<p>One two three four five six.</p>"
_STORY = f"<html><body><nav><a>menu</a></nav><article><h1>Title</h1>{_TEXT}"


def _page(before: str, unit: str, count: int) -> bytes:
    return (before + unit * count).encode()


HTML: dict[str, Make] = {
    f"{unit} {where}": partial(_page, before, unit)
    for where, before in (("in a story", _STORY), ("deep", "<html><body>" + "<div>" * 150))
    for unit in (
        "a<br>", "<i hidden>x</i>a ", "<s>x</s>a ", "a<sup>2</sup>", "<span>a</span> ", "<a href=x>a</a> ", "<b>",
        "&amp;",
        "&#x41;", "<!-- a -->", "<li>a", "<ul><li>a</ul>", "<dt>a<dd>b", "<p>a b c.</p>", "<div class=nav>a</div>",
        "<img alt='\\(x\\)'>", "<math><mi>a</mi></math>", "<figcaption>a</figcaption>", "<h2>a</h2>", "<pre>a</pre>",
        "<button aria-expanded=true>a</button><div hidden>b</div>", "<blockquote>a</blockquote>",
        "<form><input></form>", "<script type='application/ld+json'>[</script>", "<template>a</template>", "</p>",
        "<x-y>a</x-y>", "<div><h3><a href=x>a</a></h3>b c</div>", "<a href=x><p>a b</p></a>",
        "<h2>Related</h2><p><a href=x>a</a></p>", "<div><div><div><p>b</p></div></div></div>",
    )
}  # fmt: skip
HTML |= {
    f"{unit} in a table": partial(_page, "<html><body><table>", unit)
    for unit in (
        "<tr><td>a", "<td>a", "<tr><th>a", "<tr><td rowspan=9999>word", "<tr><td>a<table><tr><td>b</table>",
        "<td colspan=9>a", "<tr><td colspan=2>word<td>1",
    )
}  # fmt: skip
HTML["rows of headers above rows of cells"] = lambda count: (
    "<table>" + "<tr><th>a<th>b" * count + "<tr><td>c<td>d" * count + "</table>"
).encode()


def _word(body: str, **parts: str) -> bytes:
    """A Word document whose body holds `body`, with further parts by their names."""
    document, out, made = Document(), io.BytesIO(), io.BytesIO()
    document.save(out)
    with zipfile.ZipFile(out) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        for name in archive.namelist():
            text = archive.read(name)
            if name == "word/document.xml":
                start = text.index(b"<w:body>") + len(b"<w:body>")
                text = text[:start] + body.encode() + text[start:]
            for part, added in parts.items():
                if name == f"word/{part}.xml":
                    text = text.replace(f"</w:{part}>".encode(), f"{added}</w:{part}>".encode())
            written.writestr(name, text)
    return made.getvalue()


def _run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def _paragraph(inner: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


_RAISED = _run("2", '<w:vertAlign w:val="superscript"/>')
_WORDS = _paragraph(_run("words"))
_TABLE = "<w:tbl>{}</w:tbl>"
_ROW = f"<w:tr><w:tc>{_WORDS}</w:tc></w:tr>"
_MERGED = f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{_WORDS}</w:tc><w:tc>{_WORDS}</w:tc></w:tr>"


def _styles(count: int) -> bytes:
    chain = "".join(
        f'<w:style w:styleId="s{n}" w:type="paragraph"><w:name w:val="s{n}"/><w:basedOn w:val="s{n + 1}"/></w:style>'
        for n in range(count)
    )
    return _word(_paragraph(_run("a"), '<w:pStyle w:val="s0"/>') * count, styles=chain)


def _levels(count: int) -> bytes:
    levels = "".join(f'<w:lvl w:ilvl="{n}"><w:lvlText w:val="%1"/></w:lvl>' for n in range(count))
    look = f'<w:abstractNum w:abstractNumId="77">{levels}</w:abstractNum>'
    listed = "".join(
        _paragraph(_run("a"), f'<w:numPr><w:ilvl w:val="{n}"/><w:numId w:val="77"/></w:numPr>') for n in range(count)
    )
    return _word(listed, numbering=f'{look}<w:num w:numId="77"><w:abstractNumId w:val="77"/></w:num>')


def _label(count: int) -> bytes:
    level = f'<w:lvl w:ilvl="0"><w:lvlText w:val="{"%1" * count}"/></w:lvl>'
    look = f'<w:abstractNum w:abstractNumId="77">{level}</w:abstractNum>'
    listed = _paragraph(_run("a"), '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="77"/></w:numPr>')
    return _word(listed * count, numbering=f'{look}<w:num w:numId="77"><w:abstractNumId w:val="77"/></w:num>')


DOCX: dict[str, Make] = {
    "paragraphs": lambda count: _word(_WORDS * count),
    "words without a space": lambda count: _word(_paragraph(_run("a" * 20 * count))),
    "runs in one paragraph": lambda count: _word(_paragraph(_run("a ") * count)),
    "raised figures after one long word": lambda count: _word(
        _paragraph(_run("a" * 20 * count + "1") + _RAISED * count)
    ),
    "raised figures after words": lambda count: _word(_paragraph((_run("word") + _RAISED) * count)),
    "rows of a table": lambda count: _word(_TABLE.format(_ROW * count)),
    "cells of one row": lambda count: _word(_TABLE.format(f"<w:tr>{f'<w:tc>{_WORDS}</w:tc>' * count}</w:tr>")),
    "cells that are merged downwards": lambda count: _word(_TABLE.format(_MERGED * count)),
    "rows of headers": lambda count: _word(
        _TABLE.format(f"<w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc>{_WORDS}</w:tc></w:tr>" * count + _ROW * count)
    ),
    "tables in tables": lambda count: _word(
        _TABLE.format(f"<w:tr><w:tc>{_TABLE.format(_ROW)}{_WORDS}</w:tc></w:tr>" * count)
    ),
    "styles, each based on the next": _styles,
    "levels of a list": _levels,
    "a label of many numbers": _label,
    "controls in a paragraph": lambda count: _word(
        _paragraph(f"<w:sdt><w:sdtContent>{_run('a')}</w:sdtContent></w:sdt>" * count)
    ),
}  # fmt: skip


def _drawn(content: str, words: str = "BT /F1 9 Tf 12 12 Td (words) Tj ET\n") -> bytes:
    return pdf([[]], content=(content + words).encode())


def _rule(x0: int, y0: int, x1: int, y1: int) -> str:
    return f"{x0} {y0} m {x1} {y1} l S\n"


def _letter(x: int, y: int) -> str:
    return f"BT /F1 5 Tf {x} {y} Td (a) Tj ET\n"


def _words(pieces: list[Line]) -> bytes:
    return pdf([pieces])


_PROSE = "words that go on until the line ends"
PDF: dict[str, Make] = {
    "characters of a line": lambda count: _words([line("a" * count, 50, 700)]),
    "words at one place": lambda count: _words([line("word", 50, 700)] * count),
    "lines": lambda count: _words([line("a word", 50, 800 - 0.5 * n) for n in range(count)]),
    "words far apart in a line": lambda count: _words([line("a", 40 * n, 700) for n in range(count)]),
    "numbers far apart in a line": lambda count: _words([line("1.", 40 * n, 700) for n in range(count)]),
    "numbers beside prose": lambda count: _words(
        [line(str(n % 9000), 20, 800 - 12 * n) for n in range(count)]
        + [line(_PROSE, 60, 800 - 12 * n) for n in range(count)]
    ),
    "raised figures in a line": lambda count: _words(
        [part for n in range(count) for part in (line("a", 50 + 9 * n, 700), line("2", 55.6 + 9 * n, 704, 6))]
    ),
    "lines across columns": lambda count: _words(
        [part for n in range(count) for part in (
            line(_PROSE, 40, 800 - 12 * n), line(_PROSE, 320, 800 - 12 * n),
            *([line(_PROSE * 3, 40, 794 - 12 * n)] if not n % 5 else []))]
    ),
    "cells of a table": lambda count: _words(
        [line("cell", 40 + 90 * (n % 6), 800 - 20 * (n // 6)) for n in range(count)]
    ),
    "steps of a stair": lambda count: _words([line("step", 40 + 40 * n, 800 - 4 * n) for n in range(count)]),
    "rules across and down": lambda count: _drawn(
        "".join(_rule(10 * n, 0, 10 * n, count) + _rule(0, 10 * n, count, 10 * n) for n in range(count // 10)),
        "".join(_letter(10 * n + 2, 10 * (n % 9) + 2) for n in range(count // 10)),
    ),
    "frames side by side": lambda count: _drawn(
        "".join(
            f"{x} 0 40 40 re S " + _rule(x, 20, x + 40, 20) + _rule(x + 20, 0, x + 20, 40)
            for x in range(0, 25 * count, 100)
        ),
        "".join(_letter(25 * n + 4, 20 * (n % 2) + 4) for n in range(count)),
    ),
    "pages": lambda count: pdf([[line(f"Report {n}", 50, 820), line(_PROSE, 50, 400)] for n in range(count // 8)]),
    "pages that go on": lambda count: pdf(
        [[line(f"and {_PROSE}", 50, 400), line("2", 222, 404, 6)] for n in range(count // 8)]
    ),
    "boxes drawn": lambda count: _drawn("".join(f"{n % 500} {n % 700} 4 4 re f\n" for n in range(count))),
    "pictures of nothing": lambda count: _drawn("q Q " * count),
}  # fmt: skip
