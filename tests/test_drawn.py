"""Charts and diagrams of Office files: their titles, values and words are text, at the sheet or slide they lie on."""

from __future__ import annotations

import io
import zipfile
from itertools import pairwise

import docx as python_docx
import pytest
import xlsxwriter
from lxml import etree
from made import zipped
from pptx import Presentation
from test_loading_more import blocks, loaded

from index.load.drawn import add_chart, add_diagram
from index.load.parsed import Composer
from index.types import Unread, UnreadKind
from qa import Answerer
from qa.types import Form

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
DRAWN = "http://schemas.openxmlformats.org/drawingml/2006/main"


def workbook(source: str = "Visitors!", *, chart_sheet: bool = False) -> bytes:
    """A sheet of figures, and a chart of them whose values stand in `source`."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Visitors")
    sheet.write_column("A1", ["North", "South"])
    sheet.write_column("B1", [1200, 35])
    chart = book.add_chart({"type": "column"})
    chart.set_title({"name": "Visitors of the museum"})
    chart.set_y_axis({"name": "Persons a day"})
    chart.add_series({"name": "2024", "categories": "=Visitors!$A$1:$A$2", "values": "=Visitors!$B$1:$B$2"})
    if chart_sheet:
        book.add_chartsheet("Picture").set_chart(chart)
    else:
        sheet.insert_chart("D1", chart)
    book.close()
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/charts/chart1.xml"] = parts["xl/charts/chart1.xml"].replace(b"Visitors!", source.encode())
    return zipped(parts)


def diagram(*nodes: str, lines: tuple[tuple[str, str, int], ...]) -> str:
    """The data of a diagram: nodes named by what they say, below "top" and each other as `lines` have it."""
    said = "<d:t><a:p><a:r><a:t>{0}</a:t></a:r></a:p></d:t>"
    points = "".join(f'<d:pt modelId="{node}">{said.format(node)}</d:pt>' for node in nodes)
    below = "".join(f'<d:cxn srcId="{a}" destId="{b}" srcOrd="{order}"/>' for a, b, order in lines)
    top, look = '<d:pt modelId="top" type="doc"/>', '<d:pt modelId="look" type="pres"/>'
    return (
        f'<d:dataModel xmlns:d="{DIAGRAM}" xmlns:a="{DRAWN}"><d:ptLst>{top}{look}{points}</d:ptLst>'
        f"<d:cxnLst>{below}</d:cxnLst></d:dataModel>"
    )


STAFF = diagram("Cook", "Head", "Clerk", lines=(("top", "Head", 0), ("Head", "Cook", 1), ("Head", "Clerk", 0)))


def with_diagram(given: bytes, holder: str, old: str, new: str, data: str) -> bytes:
    """An Office file with a diagram in its part `holder`, whose XML gets `new` in place of `old`."""
    folder, _, name = holder.rpartition("/")
    top, relations = folder.partition("/")[0], f"{folder}/_rels/{name}.rels"
    kind = "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml"
    typed = f'<Override PartName="/{top}/diagrams/data1.xml" ContentType="{kind}"/></Types>'
    related = f'<Relationship Id="rId99" Type="{OFFICE}/diagramData" Target="/{top}/diagrams/data1.xml"/>'
    changes = {
        holder: (old, new),
        relations: ("</Relationships>", related + "</Relationships>"),
        "[Content_Types].xml": ("</Types>", typed),
    }
    with zipfile.ZipFile(io.BytesIO(given)) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    for part, (before, after) in changes.items():
        parts[part] = parts[part].replace(before.encode(), after.encode())
    return zipped({**parts, f"{top}/diagrams/data1.xml": data})


SHOWN = f'<d:relIds xmlns:d="{DIAGRAM}" xmlns:r="{OFFICE}" r:dm="rId99"/>'


def slides(data: str = STAFF) -> bytes:
    made, out = Presentation(), io.BytesIO()
    made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = "Staff"
    made.save(out)
    frame = (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="9" name="d"/><p:cNvGraphicFramePr/><p:nvPr/>'
        '</p:nvGraphicFramePr><p:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></p:xfrm><a:graphic>'
        f'<a:graphicData uri="{DIAGRAM}">{SHOWN}</a:graphicData></a:graphic></p:graphicFrame></p:spTree>'
    )
    return with_diagram(out.getvalue(), "ppt/slides/slide1.xml", "</p:spTree>", frame, data)


def text(data: str = STAFF) -> bytes:
    made, out = python_docx.Document(), io.BytesIO()
    made.add_paragraph("Who works here:")
    made.save(out)
    return with_diagram(out.getvalue(), "word/document.xml", "here:</w:t>", f"here:</w:t>{SHOWN}", data)


def test_of_a_chart_of_cells_the_titles_are_read_and_its_values_stand_in_the_cells_alone() -> None:
    document = loaded("a.xlsx", workbook())
    assert blocks(document) == [
        ("heading", "Visitors"),
        ("table", "North\t1200\nSouth\t35"),
        ("paragraph", "Chart: Visitors of the museum"),
        ("paragraph", "Persons a day"),
    ]
    assert document.unread == ()
    assert [document.text[s.start : s.end] for s in document.segments if s.kind == "added"] == ["Chart:"]


def test_a_chart_of_another_workbooks_cells_is_a_table_of_the_values_that_it_keeps() -> None:
    document = loaded("a.xlsx", workbook("[1]Elsewhere!"))
    assert blocks(document)[-1] == ("table", "2024\nNorth\t1200\nSouth\t35")
    last = document.segments[-1]
    assert [document.text[a:b] for a, b in last.headers] == ["2024", "South"]


def test_a_sheet_that_is_a_chart_is_a_place_too() -> None:
    document = loaded("a.xlsx", workbook("[1]Elsewhere!", chart_sheet=True))
    answer = Answerer.from_sources([document]).ask("How many persons a day were in the South?", form=Form.SPAN)
    assert [citation.quote for citation in answer.citations][:1] == ["35"]
    assert ("heading", "Picture") in blocks(document)
    (sheet,) = [s for s in document.segments if s.name == "Picture"]
    assert document.text[sheet.start : sheet.end].endswith("South\t35")


@pytest.mark.parametrize(("name", "data"), [("a.pptx", slides()), ("a.docx", text())])
def test_a_diagrams_words_are_a_list_each_below_what_it_belongs_to(name: str, data: bytes) -> None:
    document = loaded(name, data)
    items = [(document.text[s.start : s.end], s.level) for s in document.segments if s.kind == "list_item"]
    assert items == [("Head", 1), ("Clerk", 2), ("Cook", 2)]
    assert document.unread == ()


@pytest.mark.parametrize(("name", "data"), [("a.pptx", slides(diagram(lines=()))), ("a.docx", text(diagram(lines=())))])
def test_a_diagram_without_words_is_said_to_be_unread(name: str, data: bytes) -> None:
    assert loaded(name, data).unread == (Unread(UnreadKind.OBJECT, count=1),)


def test_names_of_groups_stand_before_those_of_their_categories() -> None:
    level = "<lvl>{}</lvl>"
    point = '<pt idx="{}"><v>{}</v></pt>'
    quarters = level.format("".join(point.format(i, f"Q{i % 2 + 1}") for i in range(4)))
    years = level.format(point.format(0, "2023") + point.format(2, "2024"))
    values = "".join(point.format(i, i * 10) for i in range(4))
    xml = f"<c><ser><tx><v>Sales</v></tx><cat>{quarters}{years}</cat><val>{values}</val></ser></c>"
    composer = Composer()
    assert add_chart(composer, etree.fromstring(xml))
    assert composer.parsed().text == "Sales\n2023 Q1\t0\n2023 Q2\t10\n2024 Q1\t20\n2024 Q2\t30"


def test_diagrams_that_go_in_circles_or_deep_are_read_once_and_shallow() -> None:
    chain = [f"n{i}" for i in range(3_000)]
    lines = (("top", "n0", 0), *((a, b, 0) for a, b in pairwise(chain)), ("n9", "n0", 1))
    composer = Composer()
    assert add_diagram(composer, etree.fromstring(diagram(*chain, lines=lines)))
    assert composer.parsed().text.split("\n") == chain
    assert max(segment.level or 0 for segment in composer.segments) == 9


def test_charts_of_too_many_values_or_series_are_not_read() -> None:
    for inside in ("<ser/>" * 30_000, "<ser><val>" + '<pt idx="1"><v>1</v></pt>' * 30_000 + "</val></ser>"):
        assert not add_chart(Composer(), etree.fromstring(f"<c>{inside}</c>"))
    apart = "".join(f'<ser><val><pt idx="{i}"><v>1</v></pt></val></ser>' for i in range(5_000))
    assert not add_chart(Composer(), etree.fromstring(f"<c>{apart}</c>"))


def test_names_of_groups_that_are_repeated_and_formats_without_end_are_cut_short() -> None:
    leaves, values = ("".join(f'<pt idx="{i}"><v>{i}</v></pt>' for i in range(5_000)) for _ in range(2))
    outer = f'<lvl><pt idx="0"><v>{"a" * 2_000}</v></pt></lvl>' * 500
    code = "[" * 10_000 + "y"
    val = f"<val><formatCode>{code}</formatCode>{values}</val>"
    composer = Composer()
    assert add_chart(composer, etree.fromstring(f"<c><ser><cat><lvl>{leaves}</lvl>{outer}</cat>{val}</ser></c>"))
    assert composer.length < 5_000_000


def test_a_diagram_that_defines_entities_is_refused_in_one_line() -> None:
    from index.errors import DamagedFileError

    laughs = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + STAFF.replace("Cook", "&b;")
    with pytest.raises(DamagedFileError, match="defines entities"):
        loaded("a.pptx", slides(laughs))
