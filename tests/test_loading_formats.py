"""What every format promises, the documented example among them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from documents import column, pdf
from fakes import HashingEmbedder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Document, Index, SegmentKind, load, load_all
from index.errors import EncodingError, LoadError
from index.load import formats, markdown
from index.load.parsed import Composer, Format, Raw
from index.load.tables import table_text

GUIDE = Path(__file__).parent.parent / "docs" / "adding-a-loader.md"
SAID = ["The old bridge closes on Monday.", "Café “naïve” costs £3.50 – or more."]
CUES = (
    "1\r\n00:00:01,000 --> 00:00:02,500\r\nThe old bridge\r\ncloses on Monday.\r\n\r\n"
    "2\n00:00:03,000 --> 00:00:04,000\nSoon.\n"
)


def word(paragraphs: list[str]) -> bytes:
    made, out = docx.Document(), io.BytesIO()
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    made.save(out)
    return out.getvalue()


MADE: dict[str, Callable[[list[str]], bytes]] = {
    ".txt": lambda said: "\n\n".join(said).encode(),
    ".md": lambda said: "\r\n\r\n".join(said).encode(),
    ".markdown": lambda said: "\n\n".join(said).encode(),
    ".html": lambda said: "".join(f"<p>{one}</p>" for one in said).encode(),
    ".htm": lambda said: "".join(f"<p>{one}</p>" for one in said).encode(),
    ".pdf": lambda said: pdf([column([one], 50, 700) for one in said]),
    ".docx": word,
}


@pytest.mark.parametrize("suffix", formats.suffixes())
def test_every_format_gives_the_words_a_person_sees_in_segments_that_hold(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a{suffix}").write_bytes(MADE[suffix](SAID))
    document = load(tmp_path / f"a{suffix}")
    assert document.text.split() == " ".join(SAID).split()
    blocks = [s for s in document.segments if s.kind is not SegmentKind.PAGE]
    assert [document.text[s.start : s.end] for s in blocks] == SAID
    assert document.media_type == formats.by_suffix(suffix).media_types[0]
    assert len(document.metadata["file_sha256"]) == 64


@pytest.mark.parametrize("suffix", formats.suffixes())
def test_every_format_names_an_empty_file_in_one_line(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a{suffix}").write_bytes(b"")
    with pytest.raises(LoadError, match=rf"^'a\{suffix}' (is empty|holds no text)") as caught:
        load(tmp_path / f"a{suffix}")
    assert "\n" not in str(caught.value)


def test_no_two_formats_claim_a_suffix_or_a_media_type() -> None:
    for claims in (
        [s for f in formats.FORMATS for s in f.suffixes],
        [m for f in formats.FORMATS for m in f.media_types],
    ):
        assert len(claims) == len(set(claims))


def test_the_documented_example_is_a_format_that_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = re.search(r"```python\n(\"\"\"SubRip.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    module: dict[str, Format] = {}
    exec(compile(example[1], "srt.py", "exec"), module)
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, module["FORMAT"]))
    (tmp_path / "a.srt").write_bytes(CUES.encode())
    (tmp_path / "b.srt").write_bytes(b"\xff")
    (tmp_path / "c.srt").write_bytes(b"no cues")
    document = load(tmp_path / "a.srt")
    assert document.text == "The old bridge closes on Monday.\n\nSoon."
    assert [document.text[s.start : s.end] for s in document.segments] == ["The old bridge closes on Monday.", "Soon."]
    with pytest.raises(EncodingError, match=r"'b.srt' is not utf-8"):
        load(tmp_path / "b.srt")
    with pytest.raises(LoadError, match=r"'c.srt' holds no cue"):
        load(tmp_path / "c.srt")


def test_the_guide_lists_the_formats_as_they_are() -> None:
    source = Path(formats.__file__).read_text(encoding="utf-8")
    entry = re.search(r"^FORMATS: .*\((.*)\)$", source, re.MULTILINE)
    assert entry is not None
    assert f"FORMATS: tuple[Format, ...] = ({entry[1]}, srt.FORMAT)" in GUIDE.read_text(encoding="utf-8")


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


def test_a_table_is_rows_of_cells_and_nothing_more() -> None:
    assert table_text([["a  b", "c\nd"], ["", ""], ["e", ""]]) == "a b\tc d\ne"


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
