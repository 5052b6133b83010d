"""Answers that are taken along: what stands in them, and that nothing in them does anything."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from fakes import HashingEmbedder
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from index import Document, Index, Segment, SegmentKind
from index.split.sentences import split_sentences
from pincite.cli import main
from pincite.records.export import answer_data, answer_markdown, answer_plain, citation_link, exported, portable
from pincite.records.export.links import text_directive
from pincite.records.export.markdown import escape_markdown
from pincite.records.verify import CitationVerdict, verify
from qa.citing import cite
from qa.errors import ExportError
from qa.types import Answer, Citation, Reason, Status, Timings

WHEN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LEASE = "The lease was signed by Ada Wren and Tom Reed on 4 May 1901. It ran for twelve years."


def citations(text: str, *quotes: str, name: str = "lease.txt", source: str | None = None) -> list[Citation]:
    document = Document(name, text, source=source or f"/srv/papers/{name}")
    index = Index.build([document], embedder=HashingEmbedder())
    return [cite(index, name, text.index(quote), text.index(quote) + len(quote)) for quote in quotes]


def answered(found: list[Citation], question: str = "Who signed?") -> Answer:
    timings = Timings(1, 1, 1, 3)
    return Answer(question, question, Status.ANSWERED, found[0].quote, 0.7, tuple(found), None, None, timings)


def abstained(nearest: Citation | None) -> Answer:
    return Answer("Why?", "Why?", Status.ABSTAINED, None, 0.1, (), nearest, Reason.NOT_DISCUSSED, Timings(1, 1, 1, 3))


class Page(HTMLParser):
    """The elements of a page, and its text outside of style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text, self._tag = "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._tag = tag

    def handle_endtag(self, tag: str) -> None:
        self._tag = ""

    def handle_data(self, data: str) -> None:
        if self._tag not in ("style", "script"):
            self.text += data


# -- for the clipboard


def test_a_copied_answer_is_its_words_its_sentence_and_its_place() -> None:
    found = citations(LEASE, "Ada Wren")
    start = LEASE.index("Ada Wren")
    place = f"lease.txt, characters {start} to {start + 8}"
    documents = {"lease.txt": Document("lease.txt", LEASE)}
    sentence = "The lease was signed by Ada Wren and Tom Reed on 4 May 1901."
    assert answer_plain(answered(found), documents) == f"Ada Wren\n“{sentence}” ({place})"
    # Without the document, what the citation carries: 32 characters on each side.
    assert answer_plain(answered(found)).startswith("Ada Wren\n“The lease was signed by Ada Wren and Tom Reed on")
    marked = "> The lease was signed by **Ada Wren** and Tom Reed on 4 May 1901."
    assert answer_markdown(answered(found), documents) == f"**Ada Wren**\n\n{marked}\n>\n> {place}"


def test_several_answers_in_one_sentence_stand_in_it_together() -> None:
    found = citations(LEASE, "Ada Wren", "Tom Reed")
    documents = {"lease.txt": Document("lease.txt", LEASE)}
    plain = answer_plain(answered(found), documents)
    assert plain.splitlines()[0] == "Ada Wren; Tom Reed"
    assert len(plain.splitlines()) == 2
    assert "by **Ada Wren** and **Tom Reed** on" in answer_markdown(answered(found), documents)


def test_a_copied_abstention_says_so_and_gives_the_nearest_statement() -> None:
    (nearest,) = citations(LEASE, "It ran for twelve years.")
    lines = answer_plain(abstained(nearest)).splitlines()
    assert lines[0] == "The text does not speak of this."
    assert lines[-1].startswith("“It ran for twelve years.” (lease.txt")
    assert answer_plain(abstained(None)) == "The text does not speak of this."


@given(st.text().filter(lambda text: bool(text.strip())))
def test_markdown_shows_every_text_as_it_is(text: str) -> None:
    shown = " ".join(text.replace("\0", "\ufffd").split())
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(f"> {escape_markdown(text)}")
    inside = re.fullmatch(r"<blockquote>\n<p>(.*)</p>\n</blockquote>\n", rendered, re.DOTALL)
    assert inside is not None, rendered
    assert html.unescape(inside[1]) == shown


@pytest.mark.parametrize(
    "text",
    ["# A", "1. A", "- A", "+ A", "> A", "| A |", "[A](http://a)", "<b>", "&lt;", "~~A~~", "* * *", "2) A", "==="],
)
def test_nothing_in_a_text_is_markup_in_markdown(text: str) -> None:
    rendered = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(escape_markdown(text))
    assert html.unescape(rendered) == f"<p>{text}</p>\n"


# -- links


def test_a_web_page_is_linked_at_the_quote_and_a_file_is_not() -> None:
    (page,) = citations(LEASE, "Ada Wren", source="https://example.org/lease?a=1&b=2#top")
    directive = "lease%20was%20signed%20by-,Ada%20Wren,-and%20Tom%20Reed%20on%204%20May%201901."
    assert citation_link(page) == f"https://example.org/lease?a=1&b=2#top:~:text={directive}"
    assert citation_link(citations(LEASE, "Ada Wren")[0]) is None


@pytest.mark.parametrize(
    "source", ["javascript:alert(1)", "file:///etc/passwd", "ftp://example.org/a", "data:text/html,x"]
)
def test_only_http_addresses_become_links(source: str) -> None:
    assert citation_link(citations(LEASE, "Ada Wren", source=source)[0]) is None


def test_a_pdf_on_the_web_is_linked_at_its_page() -> None:
    segments = (Segment(SegmentKind.PAGE, 0, len(LEASE), number=3),)
    document = Document("a.pdf", LEASE, source="https://example.org/a.pdf", segments=segments)
    index = Index.build([document], embedder=HashingEmbedder())
    assert citation_link(cite(index, "a.pdf", 0, 9)) == "https://example.org/a.pdf#page=3"


@pytest.mark.parametrize(
    ("prefix", "quote", "suffix", "directive"),
    [
        ("", "alone", "", "alone"),
        # What the syntax of the directive uses is escaped.
        ("", "a-b, c & d", "", "a%2Db%2C%20c%20%26%20d"),
        # Words that the context cuts are left out; a word that the quote cuts is completed.
        ("igned by Ada ", "Wren", " in Ma", "by%20Ada-,Wren,-in"),
        ("by Ada W", "re", "n in Ma", "Ada-,Wren,-in"),
        # A part of it stands within one block.
        ("of the mill\n\nThe ", "lease", ".\nIt ran", "The-,lease,-."),
        ("", "first line\nlast line", "", "first%20line,last%20line"),
        # A long quote is named by its ends.
        (
            "",
            " ".join(f"word{i}" for i in range(40)),
            "",
            "word0%20word1%20word2%20word3%20word4,word35%20word36%20word37%20word38%20word39",
        ),
        ("", "é ü", "", "%C3%A9%20%C3%BC"),
    ],
)
def test_a_text_directive_is_as_its_specification_has_it(prefix: str, quote: str, suffix: str, directive: str) -> None:
    assert text_directive(prefix, quote, suffix) == directive


@given(prefix=st.text(max_size=32), quote=st.text(min_size=1, max_size=200), suffix=st.text(max_size=32))
def test_a_text_directive_is_of_at_most_four_parts_that_decode(prefix: str, quote: str, suffix: str) -> None:
    if not quote.strip():
        return
    directive = text_directive(prefix, quote, suffix)
    assert re.fullmatch(r"[A-Za-z0-9%._~,-]*", directive)
    parts = directive.split(",")
    named = [part for part in parts if not part.endswith("-") and not part.startswith("-")]
    assert len(parts) <= 4
    assert 1 <= len(named) <= 2
    assert "".join(unquote(named[0]).split())[:1] in "".join((prefix + quote).split())


# -- files


MEAN = "</script><script>alert(1)</script><!-- --> ]]> \u2028 & \" ' ` **b** | # \\ \0 end. Ada Wren was here."


def test_a_dossier_needs_nothing_else_and_runs_nothing() -> None:
    page = Page(exported([answered(citations(LEASE, "Ada Wren"))], {}, "html", created=WHEN))
    names = [tag for tag, _ in page.tags]
    assert not {"img", "link", "iframe", "object", "form"} & set(names)
    assert [attributes.get("type") for tag, attributes in page.tags if tag == "script"] == ["application/json"]
    policy = next(a["content"] for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_a_dossier_shows_quotes_places_hashes_and_the_characters_around() -> None:
    found = citations(LEASE, "Ada Wren")
    page = Page(exported([answered(found)], {}, "html", created=WHEN))
    assert "Who signed?" in page.text
    assert found[0].prefix + found[0].quote + found[0].suffix in page.text
    assert found[0].document_sha256 in page.text
    assert f"characters {found[0].start} to {found[0].end}" in page.text
    assert "documents: pincite verify FILE, with --source PATH" in page.text


@pytest.mark.parametrize("suffix", ["html", "md", "json"])
def test_markup_in_documents_questions_and_names_stays_text(suffix: str, tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)>.txt"
    document = Document(name, MEAN, source=name)
    answer = answered(citations(MEAN, "Ada Wren", name=name, source=name), question=MEAN.replace("\0", ""))
    silent = abstained(citations(MEAN, MEAN[:60], name=name, source=name)[0])
    text = exported([answer, silent], {name: document}, suffix, created=WHEN)
    path = tmp_path / f"out.{suffix}"
    path.write_text(text, encoding="utf-8", newline="")
    verification = verify(path, [document])
    assert [finding.verdict for finding in verification.findings] == [CitationVerdict.OK, CitationVerdict.OK]
    if suffix == "html":
        tags = Page(text).tags
        assert [tag for tag, _ in tags if tag in ("script", "img")] == ["script"]
        assert not [a for _, attributes in tags for a in attributes if a.startswith("on")]
    if suffix == "md":
        rendered = MarkdownIt("commonmark", {"html": True}).render(text)
        assert "<img" not in rendered.partition("<!--")[0]
        assert "<script" not in rendered.partition("<!--")[0]
        assert rendered.count("-->") == 1


@given(before=st.text(max_size=40), quote=st.text(min_size=1, max_size=30), after=st.text(max_size=40))
def test_whatever_the_characters_an_export_is_ok(
    tmp_path_factory: pytest.TempPathFactory, before: str, quote: str, after: str
) -> None:
    if not quote.strip():
        return
    text = before + quote + after
    document = Document("d", text)
    start, end = len(before), len(before) + len(quote)
    held = [(a, b) for a, b in split_sentences(document) if a < end and start < b]
    first, last = min(start, held[0][0]), max(end, held[-1][1])
    citation = Citation("d", "d", start, end, quote, first, last, None, before[-32:], after[:32], document.sha256)
    folder = tmp_path_factory.mktemp("export")
    for suffix in ("html", "md", "json"):
        path = folder / f"out.{suffix}"
        path.write_text(exported([answered([citation])], {"d": document}, suffix), encoding="utf-8", newline="")
        (finding,) = verify(path, [document]).findings
        assert (finding.verdict, finding.note) == (CitationVerdict.OK, None)


def test_a_conversation_is_json_with_sentences_links_and_the_time_it_was_exported() -> None:
    url = "https://example.org/lease"
    answer = answered(citations(LEASE, "Ada Wren", name=url, source=url))
    data = json.loads(exported([answer], {url: Document(url, LEASE)}, "json", created=WHEN))
    assert (data["schema_version"], data["kind"]) == (2, "pincite-conversation")
    assert data["created"] == "2026-03-01T12:00:00+00:00"
    (citation,) = data["answers"][0]["citations"]
    assert citation["sentence"] == "The lease was signed by Ada Wren and Tom Reed on 4 May 1901."
    assert citation["link"].startswith("https://example.org/lease#:~:text=")
    assert data["answers"][0] == json.loads(json.dumps(answer_data(answer, {url: Document(url, LEASE)})))


def test_no_sentence_is_taken_from_a_document_that_has_changed() -> None:
    (citation,) = citations(LEASE, "Tom Reed")
    data = answer_data(answered([citation]), {"lease.txt": Document("lease.txt", "x" * 500)})
    assert data["citations"][0]["sentence"] is None
    assert "xxx" not in answer_plain(answered([citation]), {"lease.txt": Document("lease.txt", "x" * 500)})


def test_an_export_names_no_folder_of_this_machine() -> None:
    file, page = citations(LEASE, "Ada Wren")[0], citations(LEASE, "Ada Wren", source="https://example.org/")[0]
    one, two = portable([answered([file, page]), abstained(file)])
    assert [citation.source for citation in one.citations] == ["lease.txt", "https://example.org/"]
    assert two.nearest is not None
    assert two.nearest.source == "lease.txt"


def test_an_unknown_suffix_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(ExportError, match="'pdf'; choose one of html, md, json"):
        exported([], {}, "pdf")


# -- the command line


def test_ask_and_chat_write_what_verify_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "When were the border guards killed?"
    assert main(["ask", question, "--export", str(tmp_path / "one.html"), "--json"]) == 0
    (tmp_path / "asked.json").write_text(capsys.readouterr().out)
    lines = iter([question, "Where is Jaish al-Adl based?", ""])
    monkeypatch.setattr("builtins.input", lambda _: next(lines))
    assert main(["chat", "--export", str(tmp_path / "two.MD")]) == 0
    counts = [len(verify(tmp_path / name).findings) for name in ("one.html", "asked.json", "two.MD")]
    assert counts == [1, 1, 2]
    assert all(verify(tmp_path / name).ok for name in ("one.html", "asked.json", "two.MD"))


@pytest.mark.parametrize(("name", "reason"), [("a.pdf", "does not end in .html"), ("no/a.html", "cannot be written")])
def test_an_export_that_cannot_be_written_is_refused_before_anything_is_asked(
    name: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "Why?", "--source", "nowhere.txt", "--export", str(tmp_path / name)]) == 1
    assert reason in capsys.readouterr().err
