from __future__ import annotations

from pathlib import Path

import pytest

from index import Document, Segment, SegmentKind
from index.errors import PinciteError
from qa import Answerer, ask
from qa.asking import KEPT


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list:
    """What was indexed, in order; other sources have taken the place of those of other tests."""
    for i in range(KEPT):
        ask("Who?", Document(f"other {i}", "Nobody asks this."))
    sources: list = []
    original = Answerer.from_sources.__func__  # type: ignore[attr-defined]

    def counted(cls: type[Answerer], listed: list, **options: object) -> Answerer:
        sources.append(listed)
        return original(cls, listed, **options)

    monkeypatch.setattr(Answerer, "from_sources", classmethod(counted))
    return sources


def test_with_neither_source_nor_index_the_bundled_article_is_asked() -> None:
    answer = ask("When were the border guards killed?")
    assert (answer.text, answer.citations[0].document_id) == ("October 26", "islamabad-talks.md")


def test_a_source_may_be_a_path_several_or_a_document(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The ferry to Skye leaves at noon.")
    document = Document("d", "The ferry to Skye leaves at noon.")
    sources = (tmp_path / "a.txt", str(tmp_path / "a.txt"), [tmp_path / "a.txt", document], document)
    for source in sources:
        assert ask("When does the ferry to Skye leave?", source, min_confidence=0.0).text.endswith("noon")


def test_an_unchanged_source_is_indexed_once_and_a_changed_one_is_noticed(tmp_path: Path, built: list) -> None:
    path = tmp_path / "a.txt"
    path.write_text("The ferry leaves at noon.")
    assert ask("When does the ferry leave?", path, min_confidence=0.0).text.endswith("noon")
    assert ask("What leaves at noon?", path, min_confidence=0.0).text
    assert len(built) == 1
    path.write_text("The ferry leaves at nine.")  # the same size, perhaps the same moment
    assert ask("When does the ferry leave?", path, min_confidence=0.0).text.endswith("nine")
    assert len(built) == 2


def test_only_a_few_sources_are_kept_in_memory(built: list) -> None:
    documents = [Document(f"d{i}", "Mary Cole.") for i in range(KEPT + 1)]
    for document in [*documents, documents[-1], documents[0]]:
        ask("Who?", document, min_confidence=0.0)
    assert [source.id for (source,) in built] == [d.id for d in [*documents, documents[0]]]


def test_a_saved_index_can_be_asked_and_is_opened_again_when_it_changed(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    for hour in ("noon", "nine"):
        Answerer.from_sources(Document("d", f"The ferry leaves at {hour}.")).index.save(folder)
        assert ask("When does the ferry leave?", index=folder, min_confidence=0.0).text.endswith(hour)


def test_a_source_and_an_index_together_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(PinciteError, match="both a source and the index"):
        ask("Who?", "a.txt", index=tmp_path)


def test_history_is_earlier_questions_and_answers() -> None:
    history = [{"question": "Who is the foreign minister of Iran?", "answer": "Abbas Araghchi"}]
    assert (
        ask("When did he land in Islamabad?", history=history).read_as == "When did Abbas Araghchi land in Islamabad?"
    )


def test_a_document_that_differs_in_its_pages_alone_is_another_source() -> None:
    for number in (1, 7):
        pages = (Segment(SegmentKind.PAGE, 0, 33, number=number),)
        document = Document("d", "The ferry to Skye leaves at noon.", segments=pages)
        assert ask("When does the ferry leave?", document, min_confidence=0.0).citations[0].page == number
