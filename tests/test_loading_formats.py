"""What every format promises, the documented example among them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from fakes import HashingEmbedder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made import HEADINGS, MADE, word

from index import Document, Index, SegmentKind, load, load_all
from index.errors import EncodingError, LoadError, UnsupportedFormatError
from index.load import formats
from index.load.markdown import reading as markdown
from index.load.parsed import Composer, Format, Raw
from pincite.cli.main import main
from pincite.web.document_list import adding_html

GUIDE = Path(__file__).parent.parent / "docs" / "adding-a-loader.md"
SAID = ["The old bridge closes on Monday.", "Café “naïve” costs £3.50 – or more."]
CALENDAR = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=Europe/Oslo:20240501T100000\r\n"
    "SUMMARY:The old bridge\\, closed\r\nDESCRIPTION:It opens again\r\n  on Monday.\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.mark.parametrize("suffix", formats.suffixes())
def test_every_format_gives_the_words_a_person_sees_in_segments_that_hold(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a{suffix}").write_bytes(MADE[suffix](SAID))
    document = load(tmp_path / f"a{suffix}")
    expected = [*HEADINGS.get(suffix, []), *SAID]
    assert document.text.split() == " ".join(expected).split()
    assert [document.text[s.start : s.end] for s in document.blocks()] == expected
    assert document.media_type == formats.by_suffix(suffix).media_types[0]
    assert len(document.metadata["file_sha256"]) == 64


@pytest.mark.parametrize("suffix", formats.suffixes())
def test_every_format_names_an_empty_file_in_one_line(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a{suffix}").write_bytes(b"")
    with pytest.raises(LoadError, match=rf"^'a\{suffix}' is empty") as caught:
        load(tmp_path / f"a{suffix}")
    assert "\n" not in str(caught.value)


def test_no_two_formats_claim_a_suffix_or_a_media_type() -> None:
    for claims in (
        [s for f in formats.FORMATS for s in f.suffixes],
        [m for f in formats.FORMATS for m in f.media_types],
    ):
        assert len(claims) == len(set(claims))


@pytest.fixture
def example() -> Format:
    """The format that the guide shows."""
    source = re.search(r"```python\n(\"\"\"iCalendar.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert source is not None
    module: dict[str, Format] = {}
    exec(compile(source[1], "ics.py", "exec"), module)
    return module["FORMAT"]


def test_the_documented_example_is_a_format_that_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: Format
) -> None:
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, example))
    (tmp_path / "a.ics").write_bytes(CALENDAR.encode())
    (tmp_path / "b.ics").write_bytes(b"\xff")
    (tmp_path / "c.ics").write_bytes(b"no events")
    document = load(tmp_path / "a.ics")
    assert [document.text[s.start : s.end] for s in document.segments] == [
        "The old bridge, closed", "20240501T100000", "It opens again on Monday.",
    ]  # fmt: skip
    with pytest.raises(EncodingError, match=r"'b.ics' is not utf-8"):
        load(tmp_path / "b.ics")
    with pytest.raises(LoadError, match=r"'c.ics' holds no event"):
        load(tmp_path / "c.ics")


class Entry:
    """An entry point of another package."""

    name, value = "theirs", "their_package:FORMAT"

    def __init__(self, made: object) -> None:
        self.made = made

    def load(self) -> object:
        if isinstance(self.made, Exception):
            raise self.made
        return self.made


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[object], None]]:
    """Installs another package whose entry point names what is given."""

    def install(made: object) -> None:
        monkeypatch.setattr(formats, "entry_points", lambda group: [Entry(made)] if group == "pincite.formats" else [])
        formats.added.cache_clear()

    yield install
    formats.added.cache_clear()


def test_a_format_of_another_package_is_found_by_its_entry_point(
    tmp_path: Path, installed: Callable[[object], None], example: Format, capsys: pytest.CaptureFixture[str]
) -> None:
    installed(example)
    (tmp_path / "a.ics").write_bytes(CALENDAR.encode())
    assert [document.id for document in load_all([tmp_path])] == ["a.ics"]
    assert ".ics" in formats.suffixes()
    assert main(["show", "--formats"]) == 0
    assert ".ics: calendars" in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (ImportError("no module"), "cannot be imported (no module)"),
        (print, "is a builtin_function_or_method and no Format"),
        (Format(("text/x",), (".csv",), formats.FORMATS[0].read), "claims '.csv', which comma-separated values have"),
    ],
)
def test_an_entry_point_that_names_no_format_of_its_own_is_said_in_one_line(
    installed: Callable[[object], None], made: object, why: str
) -> None:
    installed(made)
    message = (
        f"the entry point 'theirs' of 'pincite.formats' (their_package:FORMAT) {why}; repair or uninstall its package"
    )
    with pytest.raises(UnsupportedFormatError, match=f"^{re.escape(message)}$"):
        formats.suffixes()


def test_readme_the_page_show_and_errors_name_every_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    readme = (GUIDE.parent.parent / "README.md").read_text(encoding="utf-8")
    for known in formats.FORMATS:
        extra = f", with the extra `{known.extra}`" if known.extra else ""
        suffixes = ", ".join(f"`{suffix}`" for suffix in known.suffixes)
        assert f"\n| {known.title}{extra} | {suffixes} | {known.places or '–'} |\n" in readme
    assert main(["show", "--formats"]) == 0
    shown = capsys.readouterr().out
    (tmp_path / "a.unknown").write_bytes(b"x")
    with pytest.raises(UnsupportedFormatError) as caught:
        load(tmp_path / "a.unknown")
    for suffix in formats.suffixes():
        assert all(suffix in place for place in (shown, adding_html(), str(caught.value)))


characters = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(
    st.lists(st.tuples(st.sampled_from([k for k in SegmentKind if k is not SegmentKind.PAGE]), characters), max_size=8)
)
def test_composed_segments_are_the_words_that_were_added(added: list[tuple[SegmentKind, str]]) -> None:
    composer = Composer()
    for kind, text in added:
        composer.add(kind, text)
    parsed = composer.parsed()
    expected = [(kind, text.strip()) for kind, text in added if text.strip()]
    assert [(s.kind, parsed.text[s.start : s.end]) for s in parsed.segments] == expected
    between = [parsed.text[a.end : b.start] for a, b in pairwise(parsed.segments)]
    assert between == ["\n" if a is b is SegmentKind.LIST_ITEM else "\n\n" for (a, _), (b, _) in pairwise(expected)]


# Letters that XML can hold; of the rest, a document has none.
spoken = st.text(
    st.one_of(st.characters(categories=["L", "M", "N", "P", "S"]), st.sampled_from(" \u200d\u202e")),
    min_size=1,
    max_size=40,
)


@given(st.lists(spoken, min_size=1, max_size=4))
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_word_document_of_any_characters_keeps_each_of_them(paragraphs: list[str]) -> None:
    expected = [one.strip() for one in paragraphs if one.strip()]
    if not expected:
        return
    parsed = formats.by_suffix(".docx").read(Raw("a.docx", word(paragraphs)))
    assert [parsed.text[s.start : s.end] for s in parsed.segments] == expected


def test_documents_of_every_format_can_be_indexed_together(tmp_path: Path) -> None:
    for suffix in formats.suffixes():
        (tmp_path / f"a{suffix}").write_bytes(MADE[suffix](SAID))
    documents = load_all([tmp_path])
    index = Index.build(documents, embedder=HashingEmbedder())
    assert set(index.documents) == {f"a{suffix}" for suffix in formats.suffixes()}
    for chunk in index.chunks:
        text = index.documents[chunk.document_id].text
        assert text[chunk.start : chunk.end] == index.text(chunk)
    assert all(isinstance(document, Document) for document in documents)


def test_a_paragraph_of_one_long_line_is_loaded_in_time_that_its_length_is_worth() -> None:
    # A search that goes back into the line would take hours for this.
    text = "The keeper wrote it down every evening. " * 20_000
    (paragraph,) = formats.by_suffix(".txt").read(Raw("long.txt", text.encode())).segments
    assert (paragraph.kind, paragraph.end) == (SegmentKind.PARAGRAPH, len(text) - 1)


@pytest.mark.parametrize("stated", ["0x" + "f" * 5_000, "1:" * 5_000 + "1", "[0x" + "f" * 5_000 + "]"])
def test_a_number_too_long_to_write_out_is_no_title_and_the_text_is_read(stated: str) -> None:
    text = f"---\ntitle: {stated}\nauthor: Ann\n---\n\nThe mill burned down.\n"
    read = markdown.read(Raw("a.md", text.encode()))
    assert read.metadata == {"author": "Ann"}
    paragraphs = [text[s.start : s.end] for s in read.segments if s.kind is SegmentKind.PARAGRAPH]
    assert paragraphs == ["The mill burned down."]
