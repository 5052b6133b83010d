"""Pages and pictures without text: what is recognised there, where it stands, and that it is said."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path

import docx
import pytest
from documents import column, line, pdf
from fakes import HashingEmbedder, WordReader
from made import message
from pictures import ACROSS, LEFT, LINE, SIZE, TOP, one_pdf, picture, pictured, png, scanned, tell, with_picture
from PIL import Image

from index import Document, Index, SegmentKind, load, load_all
from index.errors import DamagedFileError, EmptyDocumentError, ScannedDocumentError, SourceChangedError
from index.geometry import Box, PageBox
from index.load.ocr.recogniser import Line, Pictured, frame_png
from index.load.pdf.boxes import boxes, is_shown, page_image, page_size
from index.load.pdf.ocr_layout import laid_out
from index.store.segment_data import document_of, plain_document
from index.types import Unread, UnreadKind
from pincite.cli import main
from qa import Answerer
from qa.citing import cite
from qa.rendering import place_text
from qa.types import Reason
from qa.unread import recognised_text, unread_text, way_text

LEASE = ["The tenant pays a rent of 1,250 pounds each month,", "due on the first day of the month. The landlord"]
REST = ["keeps a deposit of 2,500 pounds.", "", "", "Either side may end the lease in writing."]
SCALE = 612 / 850  # points a pixel of a scanned page


def written(folder: Path, data: bytes, name: str = "lease.pdf") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.fixture
def lease(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Document:
    """Two scanned pages."""
    tell(monkeypatch, LEASE, REST)
    return load(written(tmp_path, scanned(LEASE, REST)))


def test_scanned_pages_are_laid_out_as_others_are_and_a_paragraph_goes_on_over_the_end_of_its_page(
    lease: Document,
) -> None:
    assert lease.text == (
        "The tenant pays a rent of 1,250 pounds each month, due on the first day of the month. The landlord keeps a "
        "deposit of 2,500 pounds.\n\nEither side may end the lease in writing."
    )
    pages = [lease.page_at(lease.text.index(word)) for word in ("tenant", "landlord", "deposit", "Either")]
    assert pages == [1, 1, 2, 2]
    assert lease.unread == ()


def test_each_recognised_word_has_its_place_on_the_page(lease: Document) -> None:
    words = [word for segment in lease.segments for word in segment.words]
    assert [lease.text[word.start : word.end] for word in words] == " ".join([*LEASE, *REST]).split()
    landlord = next(word for word in words if lease.text[word.start : word.end] == "landlord")
    before = len("due on the first day of the month. The ")
    assert landlord.place == pytest.approx(
        (
            1,
            (LEFT + before * ACROSS) * SCALE,
            (TOP + LINE) * SCALE,
            (LEFT + (before + 8) * ACROSS) * SCALE,
            (TOP + LINE + SIZE) * SCALE,
        ),
        abs=0.1,
    )


def test_the_page_shows_recognised_words_where_they_stand(lease: Document) -> None:
    start, end = lease.text.index("landlord"), lease.text.index(" of 2,500")
    first, second = boxes(lease, start, end)
    assert (first.page, second.page) == (1, 2)
    # "keeps a deposit" is 15 characters long.
    assert second.place == pytest.approx((2, 57.6, 72.0, 57.6 + 15 * 7.2, 89.3), abs=0.1)
    assert lease.boxes_in(start, end) == (first, second)


def test_the_metadata_names_what_recognised_how_much(lease: Document) -> None:
    assert lease.metadata["recognised_by"] == "Told 1.0"
    assert lease.metadata["recognised_with"] == ("eyes",)
    assert lease.metadata["recognised_pages"] == ("1", "2")
    assert recognised_text(lease) == (
        "2 pages of lease.pdf (1 and 2) were recognised by Told 1.0 (eyes), which may misread",
    )


def test_show_says_how_many_pages_were_recognised_and_by_what_and_has_the_words_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, scanned(["The rent is due."]), "a.pdf")
    tell(monkeypatch, ["The rent is due."])
    assert main(["show", str(path)]) == 0
    assert "page 1 of a.pdf was recognised by Told 1.0 (eyes), which may misread" in capsys.readouterr().out
    tell(monkeypatch, ["The rent is due."])
    assert main(["show", str(path), "--json"]) == 0
    segments = json.loads(capsys.readouterr().out)["segments"]
    (recognised,) = [one for one in segments if one["kind"] == "recognised"]
    assert recognised["words"][1] == {
        "start": 4, "end": 8, "page": 1, "x0": 86.4, "y0": 72.0, "x1": 115.2, "y1": 89.3,
    }  # fmt: skip


def test_a_citation_says_that_it_was_recognised_and_where_in_the_picture(lease: Document) -> None:
    index = Index.build([lease], embedder=HashingEmbedder())
    start = lease.text.index("1,250 pounds")
    citation = cite(index, lease.id, start, start + len("1,250 pounds"))
    assert citation.quote == "1,250 pounds" == lease.text[citation.start : citation.end]
    assert citation.recognised_by == "Told 1.0"
    assert citation.where == (("recognised", "Told 1.0"),)
    assert citation.boxes == tuple(box.place for box in boxes(lease, start, citation.end))
    assert place_text(citation) == "lease.pdf, page 1, recognised by Told 1.0, characters 26 to 38"


def test_an_index_keeps_the_places_of_recognised_words(lease: Document, tmp_path: Path) -> None:
    Index.build([lease], embedder=HashingEmbedder()).save(tmp_path / "ix")
    opened = Index.open(tmp_path / "ix", embedder=HashingEmbedder())
    assert opened.documents["lease.pdf"].segments == lease.segments


def test_a_document_comes_whole_from_the_process_that_reads(lease: Document) -> None:
    assert document_of(plain_document(lease)) == lease


def test_a_quote_that_goes_on_from_text_into_recognised_words_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(monkeypatch, REST)
    typed = pdf([column(["The rent is due in May and the landlord"], 50, 740)])
    document = load(written(tmp_path, one_pdf(typed, scanned(REST))))
    # What is recognised stays apart, though the sentence before it has no end.
    assert document.text.startswith("The rent is due in May and the landlord\n\nkeeps a deposit")
    assert document.places_at(0, 20) == ()
    assert document.places_at(0, 50) == (("recognised", "Told 1.0"),)
    (typed_box, recognised) = boxes(document, 0, document.text.index(" of 2,500"))
    assert (typed_box.page, recognised.page) == (1, 2)
    assert document.metadata["recognised_pages"] == ("2",)


def test_headings_are_told_from_text_of_the_same_kind_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(monkeypatch, REST)  # its letters are 17 points high, those of the typed page 11
    typed = pdf([column(["The rent is due in May.", "It is paid by the tenant."], 50, 740)])
    document = load(written(tmp_path, one_pdf(typed, scanned(REST))))
    assert [s.kind for s in document.segments if s.kind is SegmentKind.HEADING] == []


def test_a_picture_on_a_page_of_text_is_read_after_it_and_cuts_no_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tell(monkeypatch, ["Pump station 7"])
    first = with_picture(
        pdf([column(["The mill was built in 1820 by the brothers and"], 50, 740)]),
        ["Pump station 7"],
        (50, 300, 350, 600),
    )
    document = load(written(tmp_path, one_pdf(first, pdf([column(["it stood for a hundred years."], 50, 740)]))))
    assert document.text == (
        "The mill was built in 1820 by the brothers and it stood for a hundred years.\n\nPump station 7"
    )
    (part,) = told.parts
    assert part == pytest.approx((50 / 595, 242 / 842, 350 / 595, 542 / 842), abs=0.01)
    assert document.places_at(document.text.index("Pump")) == (("recognised", "Told 1.0"),)
    assert document.unread == ()
    assert recognised_text(document) == ("a picture of lease.pdf was recognised by Told 1.0 (eyes), which may misread",)


def test_a_picture_without_words_stays_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(monkeypatch, ["7"])
    photo = with_picture(pdf([column(["The mill in May."], 50, 740)]), [], (50, 300, 350, 600))
    document = load(written(tmp_path, photo))
    assert document.text == "The mill in May."
    assert document.unread == (Unread(UnreadKind.IMAGE, (1,), 1),)


def test_what_is_text_on_a_scan_is_not_recognised_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(monkeypatch, [*LEASE])
    # The stamp stands where the first line was recognised: 842 - 72 points is 100 pixels below the upper edge.
    stamped = with_picture(pdf([column(["Copy for the archive of the town."], 50, 842 - 85)]), LEASE, (0, 0, 595, 842))
    document = load(written(tmp_path, stamped))
    assert "Copy for the archive of the town." in document.text
    assert "due on the first day of the month." in document.text
    assert document.unread == ()


def test_a_page_in_a_font_that_names_no_characters_is_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(monkeypatch, ["The clock of the town strikes twelve."])
    cipher = (
        "Wkh forfn ri wkh wrzq vwulnhv wzhoyh zkhq wkh vxq vwdqgv kljk deryh wkh plgjhw vkrsv dqg vwdoov; wkhq wkh "
    )
    pages = [[line("The town.", 50, 740)], [line(cipher, 50, y, font="F3") for y in (700, 680)]]
    document = load(written(tmp_path, pdf(pages)))
    assert document.text == "The town.\n\nThe clock of the town strikes twelve."
    assert (document.metadata["recognised_pages"], document.unread) == (("2",), ())


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ([None], "page 2 of lease.pdf has no text, and recognising its words failed or took too long"),
        ([[]], "page 2 of lease.pdf has no text, and no words are recognised there"),
    ],
)
def test_a_page_that_is_not_recognised_stays_unread_and_why_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: list[list[str] | None], said: str
) -> None:
    tell(monkeypatch, *told)
    typed = pdf([column(["The rent is due in May."], 50, 740)])
    document = load(written(tmp_path, one_pdf(typed, scanned(REST))))
    assert unread_text(document) == (said,)
    answerer = Answerer(Index.build([document], embedder=HashingEmbedder()), reader=WordReader())
    answer = answerer.ask("Who designed the bridge?")
    assert (answer.reason, answer.unread) == (Reason.UNREAD, (said,))


def test_a_scan_in_which_nothing_is_recognised_is_no_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(monkeypatch, [])
    with pytest.raises(ScannedDocumentError, match=r"1 pages and no text on them.*no words are recognised there$"):
        load(written(tmp_path, scanned([])))


def test_without_the_extra_one_line_says_how_to_get_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scan = written(tmp_path, scanned(LEASE), "scan.pdf")
    with pytest.raises(ScannedDocumentError, match=r"as a scan has; `pip install 'pincite\[ocr\]'` recognises"):
        load(scan)
    mixed = written(tmp_path, one_pdf(pdf([column(["The rent is due in May."], 50, 740)]), scanned(REST)), "a.pdf")
    assert main(["show", str(mixed)]) == 0
    shown = capsys.readouterr().out
    assert "page 2 of a.pdf has no text and was not read" in shown
    assert shown.count("pip install 'pincite[ocr]' recognises") == 1
    written(tmp_path, mixed.read_bytes(), "b.pdf")
    scan.unlink()
    assert main(["index", str(tmp_path), "--out", str(tmp_path / "ix")]) == 0
    assert capsys.readouterr().err.count("pip install 'pincite[ocr]' recognises") == 1


def test_with_the_extra_nobody_is_told_how_to_get_it(lease: Document) -> None:
    assert way_text([lease, Document("a.pdf", "Words.", unread=(Unread(UnreadKind.PAGE, (2,), 1),))]) == ""


def test_pictures_in_a_word_document_stand_where_they_are_and_are_no_headings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(monkeypatch, ["Pump station 7"], ["7"])
    word = docx.Document()
    word.add_heading("Handbook", 1)
    word.add_picture(io.BytesIO(png(["Pump station 7"])))
    word.add_paragraph("The plan is above.")
    word.add_picture(io.BytesIO(png(["7"])))
    out = io.BytesIO()
    word.save(out)
    document = load(written(tmp_path, out.getvalue(), "handbook.docx"))
    assert document.text == "Handbook\n\nPump station 7\n\nThe plan is above."
    start = document.text.index("station")
    assert document.places_at(start) == (("picture", "1"), ("recognised", "Told 1.0"))
    assert document.boxes_in(start, start + 7) == (PageBox(1, 130.0, 100.0, 200.0, 124.0),)
    assert document.heading_at(len(document.text) - 1) == "Handbook"
    assert document.unread == (Unread(UnreadKind.IMAGE, count=1),)


def test_a_picture_is_a_document_and_each_of_a_file_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(monkeypatch, LEASE, [], REST, frames=3)
    document = load(written(tmp_path, png(LEASE), "lease.tif"))
    assert document.media_type == "image/tiff"
    assert document.page_at(document.text.index("deposit")) == 3
    assert document.unread == (Unread(UnreadKind.PAGE, (2,), 1, "no words"),)
    start = document.text.index("tenant")
    assert document.boxes_in(start, start + 6) == (PageBox(1, 120.0, 100.0, 180.0, 124.0),)


def test_a_picture_is_shown_as_its_file_and_its_boxes_are_pixels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(monkeypatch, LEASE)
    document = load(written(tmp_path, png(LEASE), "lease.png"))
    assert is_shown(document)
    assert page_size(document, 1) == (850, 1100)
    assert page_image(document, 1) == png(LEASE)
    assert boxes(document, 4, 10) == (PageBox(1, 120.0, 100.0, 180.0, 124.0),)
    (tmp_path / "lease.png").write_bytes(png(REST))
    with pytest.raises(SourceChangedError, match="has changed since it was indexed"):
        page_image(document, 1)


def test_the_pictures_of_a_tiff_file_are_shown_each_as_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(monkeypatch, LEASE, REST, frames=2)
    out = io.BytesIO()
    first, second = picture(LEASE), picture(REST)
    first.save(out, "TIFF", save_all=True, append_images=[second])
    document = load(written(tmp_path, out.getvalue(), "lease.tif"))
    assert is_shown(document)
    assert page_size(document, 2) == (850, 1100)
    with Image.open(io.BytesIO(page_image(document, 2))) as shown:
        assert (shown.format, shown.size) == ("PNG", (850, 1100))
        assert shown.convert("RGB").tobytes() == second.convert("RGB").tobytes()
    with pytest.raises(ValueError, match="has no page 3, only 1 to 2"):
        page_image(document, 3)


def test_a_tiff_file_that_cannot_be_opened_is_not_shown_and_takes_nothing_along() -> None:
    assert frame_png(b"II*\0 and no more", 0) is None
    out = io.BytesIO()
    picture(LEASE).save(out, "TIFF")
    assert frame_png(out.getvalue(), 1) is None


@pytest.mark.parametrize(
    ("told", "error", "said"),
    [
        ([None], DamagedFileError, "cannot be read as a picture"),
        ([[]], ScannedDocumentError, "no words are recognised"),
    ],
)
def test_a_picture_that_says_nothing_is_refused_in_a_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    told: list[list[str] | None],
    error: type[EmptyDocumentError],
    said: str,
) -> None:
    tell(monkeypatch, *told)
    with pytest.raises(error, match=f"^'a.png' .*{said}"):
        load(written(tmp_path, png([]), "a.png"))


def test_a_picture_needs_the_extra_and_a_folder_passes_over_it_without(tmp_path: Path) -> None:
    path = written(tmp_path, png(LEASE), "a.png")
    with pytest.raises(ScannedDocumentError, match=r"'a.png' is a picture; `pip install 'pincite\[ocr\]'`"):
        load(path)
    written(tmp_path, b"The rent is due.", "b.txt")
    assert [document.id for document in load_all([tmp_path])] == ["b.txt"]


def test_a_picture_that_came_with_a_message_is_recognised_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(monkeypatch, ["Pump station 7"])
    mail = message("The plan comes with this.")
    mail.add_attachment(png(["Pump station 7"]), maintype="image", subtype="png", filename="plan.png")
    document = load(written(tmp_path, mail.as_bytes(), "plan.eml") / "plan.png")
    start = document.text.index("station")
    assert (document.id, document.places_at(start)) == ("plan.eml/plan.png", (("recognised", "Told 1.0"),))
    assert recognised_text(document) == (
        "page 1 of plan.eml/plan.png was recognised by Told 1.0 (eyes), which may misread",
    )
    assert is_shown(document)
    assert page_image(document, 1).startswith(b"\x89PNG")


def test_lines_of_a_page_that_lies_askew_are_read_in_their_order() -> None:
    """A line falls by 37 pixels from its first word to its last, more than the 30 between two lines."""
    slope = math.radians(3)
    lines = []
    for number in range(3):
        words = []
        for i in range(8):
            left = 80.0 + 100 * i
            top = 100.0 + 30 * number + slope * (left - 80)
            box = (left, top, left + 90, top + 24 + slope * 90)
            words.append((f"{'abc'[number]}{i}xxxxxxx", box, box, i > 0))
        lines.append(Line(tuple(words), slope))
    layout = laid_out(Pictured(1000, 1100, tuple(lines)), 1, 1000, 1100)
    assert layout.text.split() == [f"{letter}{i}xxxxxxx" for letter in "abc" for i in range(8)]
    assert layout.blocks[0].words[0].place == (1, 80.0, 100.0, 170.0, 128.7)


def test_two_columns_with_a_narrow_gutter_are_read_one_after_the_other_though_a_line_was_found_across_it() -> None:
    """Lines are 24 pixels high and leave 17 of the gutter, as they are taken for a little longer than they are."""

    def words(column: str, number: int) -> list[tuple[str, Box, Box, bool]]:
        left, top = {"a": 80.0, "b": 497.0}[column], 100.0 + 30 * number
        boxes = [(left + 100 * i, top, left + 100 * i + (94 if i < 3 else 100), top + 24) for i in range(4)]
        return [(f"{column}{number}{i}xxxxxx", box, box, i > 0) for i, box in enumerate(boxes)]

    across = Line(tuple(words("a", 0) + words("b", 0)))
    rest = [Line(tuple(words(column, number))) for number in range(1, 9) for column in "ab"]
    layout = laid_out(Pictured(1000, 1100, (across, *rest)), 1, 1000, 1100)
    assert [word[:2] for word in layout.text.split()[::4]] == [f"{column}{n}" for column in "ab" for n in range(9)]


def test_columns_below_and_above_lines_of_the_whole_page_are_read_one_after_the_other() -> None:
    """As a recogniser gives them: from the top to the bottom, the left line before the right one."""

    def line_of(name: str, left: float, number: int, count: int) -> Line:
        boxes = [(left + 100 * i, 100.0 + 30 * number, left + 100 * i + 94, 124.0 + 30 * number) for i in range(count)]
        return Line(tuple((f"{name}{number:02}xxxxxxx", box, box, i > 0) for i, box in enumerate(boxes)))

    above = [line_of("t", 80, n, 9) for n in range(8)]
    beside = [line_of(*place, n, 4) for n in range(8, 16) for place in (("a", 80), ("b", 500))]
    below = [line_of("z", 80, n, 9) for n in range(16, 24)]
    layout = laid_out(Pictured(1000, 1100, (*above, *beside, *below)), 1, 1000, 1100)
    read = list(dict.fromkeys(word[:3] for word in layout.text.split()))
    columns = [f"{name}{n:02}" for name in "ab" for n in range(8, 16)]
    assert read == [f"t{n:02}" for n in range(8)] + columns + [f"z{n:02}" for n in range(16, 24)]


def test_a_word_broken_at_the_end_of_a_line_is_whole_and_has_two_places() -> None:
    layout = laid_out(pictured(["He works for the govern-", "ment of the town."]), 1, 850, 1100)
    assert layout.text == "He works for the government of the town."
    halves = [w for w in layout.blocks[0].words if layout.text[w.start : w.end] in ("govern", "ment")]
    assert [(layout.text[w.start : w.end], w.y0) for w in halves] == [("govern", 100.0), ("ment", 140.0)]
