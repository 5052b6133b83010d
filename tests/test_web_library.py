"""The documents of one visitor."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes import HashingEmbedder
from web_fakes import NOTE, ScriptedAnswerer, growing

from index.errors import PinciteError
from index.load import files
from index.load.fetching import Fetched
from index.sandbox import ReadResult, ReadTask, Sandbox
from index.split.sentences import split_sentences
from index.types import Document
from pincite.service.explaining import explain
from pincite.service.library import Library
from pincite.service.person import Person
from pincite.web.conversation import ChatExchange
from pincite.web.document_handlers import DocumentHandlers
from pincite.web.document_list import document_list_html
from pincite.web.page_state import page_state
from pincite.web.visitor import MOST_DOCUMENTS, MOST_LINGERING, Source, Visitor, Visitors

FERRY = Document("ferry.txt", "The ferry was built in Glasgow in 1998. Captain Moira Lang has commanded it since 2011.")


def test_a_document_that_is_added_is_asked_with_the_others() -> None:
    library = Library(growing())
    shares: list[float] = []
    library.add(FERRY, shares.append)
    assert library.answer("Who is *Moira Lang*?").citations[0].document_id == "ferry.txt"
    assert library.answer("Who is *Ruth Vale*?").citations[0].document_id == NOTE
    assert shares == sorted(shares) != [], "how far it has come is told as it goes"


def test_iterating_over_the_documents_is_not_disturbed_by_adding_one() -> None:
    library = Library(growing())
    listed, searched = iter(library.documents.items()), iter(library.searched)
    library.add(FERRY)
    assert [id_ for id_, _ in listed] == list(searched) == [NOTE]
    assert set(library.documents) == set(library.searched) == {NOTE, "ferry.txt"}


def test_only_the_chosen_documents_are_searched() -> None:
    library = Library(growing())
    library.add(FERRY)
    library.search_in([NOTE])
    assert not library.answer("Who is *Moira Lang*?").answered
    library.search_in([NOTE, "ferry.txt"])
    assert library.answer("Who is *Moira Lang*?").answered
    with pytest.raises(PinciteError, match="no document is left to search"):
        library.search_in([])


def test_a_removed_document_is_no_longer_searched_and_the_last_one_stays() -> None:
    library = Library(growing())
    library.add(FERRY)
    library.remove("ferry.txt")
    assert set(library.documents) == {NOTE}
    assert not library.answer("Who is *Moira Lang*?").answered
    with pytest.raises(PinciteError, match=r"'note\.txt' is the only document here"):
        library.remove(NOTE)


def test_two_documents_of_one_name_are_told_apart_and_the_same_one_is_not_added_twice() -> None:
    library = Library(growing())
    library.add(FERRY)
    assert library.add(Document("ferry.txt", "Another ferry.")).id == "ferry (2).txt"
    with pytest.raises(PinciteError, match=r"'ferry\.txt' is already among the documents, word for word"):
        library.add(FERRY)


def test_a_document_whose_indexing_is_interrupted_leaves_nothing_behind() -> None:
    library = Library(growing())

    def stop(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        library.add(FERRY, stop)
    assert set(library.documents) == set(library.searched) == {NOTE}
    assert library.answer("Who is *Ruth Vale*?").answered
    assert library.add(FERRY).id == "ferry.txt"


def test_an_answerer_that_takes_no_documents_says_so() -> None:
    with pytest.raises(PinciteError, match="this server takes no further documents"):
        Library(ScriptedAnswerer()).add(FERRY)


def test_considered_passages_are_explained_with_their_matching_words() -> None:
    answerer = growing()
    answer = answerer.ask("Which master is *Ruth Vale*?")
    [passage] = explain(answerer, answer)
    document = answerer.documents[NOTE]
    assert [document.text[a:b] for a, b in passage.words] == ["master", "Ruth", "Vale"]
    assert document.text[slice(*passage.best)] == "Ruth Vale"
    assert passage.hit.parts.dense is not None


def test_passages_that_are_indexed_are_not_embedded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    embedded: list[str] = []
    plain = HashingEmbedder.embed

    def counting(self: HashingEmbedder, texts: Sequence[str]) -> object:
        embedded.extend(texts)
        return plain(self, texts)

    library = Library(growing())
    library.add(FERRY)
    monkeypatch.setattr(HashingEmbedder, "embed", counting)
    library.add(Document("note 2.txt", "A short note on fog."))
    library.search_in(["ferry.txt", NOTE])
    library.remove("ferry.txt")
    library.search_in([NOTE, "note 2.txt"])
    assert library.answer("Who is *Ruth Vale*?").answered
    assert set(embedded) == {"A short note on fog.", "Who is *Ruth Vale*?"}


def test_an_answer_that_comes_after_clearing_is_dropped() -> None:
    visitor = Visitor(Library(growing()))
    asked = (ChatExchange("Who?", error="none"),)
    assert visitor.keep(asked, visitor.cleared)
    before = visitor.cleared
    visitor.clear()
    assert not visitor.keep(asked, before)
    assert visitor.conversation == ()


def test_a_visitor_adds_only_so_many_documents_and_the_last_failures_are_listed() -> None:
    visitors = Visitors(lambda: Library(growing()))
    visitor = visitors.of("session")
    for n in range(MOST_DOCUMENTS):
        assert visitors.limit_reached(visitor) is None
        visitor.expect(Source(f"{n}.txt", f"https://example.org/{n}"))
    assert visitors.limit_reached(visitor) == MOST_DOCUMENTS
    for n in range(100):
        visitor.expect(Source(f"bad {n}", None, error="no"))
    failed = [source.name for source in visitor.sources if source.error is not None]
    assert failed[-1] == "bad 99"
    assert len(failed) == 30
    assert len(visitor.sources) == MOST_DOCUMENTS + 30


def everything(told: AsyncIterator[object]) -> list[object]:
    """All that an event of the page's tells."""

    async def gathered() -> list[object]:
        return [one async for one in told]

    return asyncio.run(gathered())


def at_once(told: AsyncIterator[object]) -> None:
    """An event that has nothing to wait for, within another one."""
    with contextlib.suppress(StopAsyncIteration):
        while True:
            with contextlib.suppress(StopIteration):
                told.__anext__().send(None)


def read_here(apart: Sandbox, given: Sequence[ReadTask], **options: object) -> list[ReadResult]:
    read = [files.load_as(str(one.source), one.name, files.LoadConfig()) for one in given]
    return [ReadResult(document, split_sentences(document)) for documents in read for document in documents]


def test_a_web_address_becomes_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    page = "<html><head><title>Ferries</title></head><body><article><p>The ferry was built in Glasgow in 1998, "
    page += "and it has carried cars to the island ever since, in every weather.</p></article></body></html>"
    url = "https://example.org/ferries"
    answer = Fetched(url, page.encode(), "text/html", "utf-8")
    monkeypatch.setattr(files, "fetch", lambda *asked, **options: answer)
    monkeypatch.setattr(Sandbox, "read", read_here)  # the answer is known in this process alone
    visitors = Visitors(lambda: Library(growing()))
    handlers, visitor = DocumentHandlers(visitors), visitors.of("session")
    request = SimpleNamespace(session_hash="session")
    everything(handlers.address(request, SimpleNamespace(_data={"url": f" {url} "})))
    assert visitor.sources == []
    assert visitor.shown == url
    assert visitor.library.answer("Where *in Glasgow*?").citations[0].document_id == url


def test_a_file_that_arrives_just_as_another_is_finished_is_indexed_too(tmp_path: Path) -> None:
    visitors, request = Visitors(lambda: Library(growing())), SimpleNamespace(session_hash="session")
    handlers, visitor = DocumentHandlers(visitors), visitors.of("session")
    for name in ("first.txt", "second.txt"):
        (tmp_path / name).write_text(f"The {name} was written in Glasgow.")

    class Lock:
        """The second file comes, and its event finds the lock taken, just before the first one's gives it back."""

        def __init__(self) -> None:
            self.taken = self.came = False

        def acquire(self, blocking: bool) -> bool:
            taken, self.taken = self.taken, True
            return not taken

        def release(self) -> None:
            if not self.came:
                self.came = True
                visitor.expect(Source("second.txt", tmp_path / "second.txt"))
                at_once(handlers.added(request))
            self.taken = False

    visitor.working = Lock()
    visitor.expect(Source("first.txt", tmp_path / "first.txt"))
    everything(handlers.added(request))
    assert visitor.sources == []
    assert len(visitor.added) == 2
    assert visitor.shown == "second.txt"


def test_a_changed_list_of_documents_has_a_higher_number() -> None:
    visitor = Visitors(lambda: Library(growing())).of("session")
    coming = Source("ferry.txt", Path("ferry.txt"))

    def number() -> int:
        return int(re.findall(r'data-number="(\d+)"', document_list_html(visitor))[0])

    told = [number(), number()]
    visitor.expect(coming)
    told.append(number())
    visitor.sources.remove(coming)
    told.append(number())
    assert told == [1, 1, 2, 3]


def test_a_visitors_files_are_deleted_when_they_leave() -> None:
    visitors = Visitors(lambda: Library(growing()))
    visitor = visitors.of("session")
    path = visitor.place_for(".txt")
    path.write_text("words")
    assert visitors.with_token(visitor.token) is visitor
    visitors.forget("session")
    assert not path.exists()
    assert visitor.gone.is_set()
    assert visitors.with_token(visitor.token) is None
    assert visitors.of("session") is not visitor


def test_a_changed_page_state_has_a_new_number() -> None:
    visitor = Visitor(Library(growing()))
    first, again = json.loads(page_state(visitor)), json.loads(page_state(visitor))
    assert first == again
    visitor.editing = 1
    changed = json.loads(page_state(visitor))
    assert changed == {**first, "editing": 1, "told": first["told"] + 1}


def test_the_dial_is_at_the_threshold_of_the_searched_documents_until_it_is_moved() -> None:
    visitor = Visitor(Library(growing()))
    told = json.loads(page_state(visitor))
    assert (told["short"], told["least"]) == (True, 20), "one short note"
    visitor.library.add(Document("long.txt", "\n\n".join([FERRY.text * 20] * 8)))
    told = json.loads(page_state(visitor))
    assert (told["short"], told["least"]) == (False, 30)
    visitor.library.search_in([NOTE])  # indexed with the next question
    assert json.loads(page_state(visitor))["least"] == 20
    visitor.library.answer("Who is *Ruth Vale*?")
    assert json.loads(page_state(visitor))["least"] == 20
    visitor.minimum = 0.5
    told = json.loads(page_state(visitor))
    assert (told["short"], told["least"]) == (True, None)


def test_no_visitor_has_anothers_token_or_documents() -> None:
    base = growing()
    one, other = Visitor(Library(base)), Visitor(Library(base))
    one.library.add(FERRY)
    assert set(other.library.documents) == {NOTE}
    assert one.token != other.token


def test_a_reloaded_page_resumes_the_same_visitor() -> None:
    visitors = Visitors(lambda: Library(growing()), linger=60.0)
    ann = Person("ann", "here")
    visitors.owners.claim("before", ann)
    visitor = visitors.of("before")
    visitor.on_page = True
    path = visitor.place_for(".txt")
    path.write_text("words")
    visitors.forget("before")
    assert path.exists()
    assert visitors.with_token(visitor.token) is None  # nobody's until they are back
    visitors.owners.claim("after", ann)
    assert visitors.resume("after", visitor.token) is visitor
    assert visitors.of("after") is visitor
    assert visitors.with_token(visitor.token) is visitor
    assert not visitor.gone.is_set()


def test_a_page_may_resume_before_its_closing_is_noticed() -> None:
    visitors = Visitors(lambda: Library(growing()))
    ann = Person("ann", "here")
    visitors.owners.claim("before", ann)
    visitors.owners.claim("after", ann)
    visitor = visitors.of("before")
    assert visitors.resume("after", visitor.token) is visitor
    visitors.forget("before")
    assert not visitor.gone.is_set()
    assert visitors.of("after") is visitor


def test_nobody_can_resume_another_persons_visitor() -> None:
    visitors = Visitors(lambda: Library(growing()))
    visitors.owners.claim("hers", Person("ann", "here"))
    visitors.owners.claim("his", Person("bob", "here"))
    hers = visitors.of("hers")
    assert visitors.resume("his", hers.token) is not hers
    assert visitors.resume("his", "no token") is visitors.of("his")
    assert visitors.of("hers") is hers


def test_a_visitor_who_does_not_resume_is_deleted_after_a_while() -> None:
    visitors = Visitors(lambda: Library(growing()), linger=0.05)
    visitor = visitors.of("session")
    visitor.on_page = True
    visitors.forget("session")
    assert visitor.gone.wait(timeout=30)


def test_only_so_many_visitors_of_one_person_are_kept_for_a_reload() -> None:
    visitors = Visitors(lambda: Library(growing()))
    left = []
    for number in range(MOST_LINGERING + 1):
        visitors.owners.claim(f"session {number}", Person("ann", "here"))
        visitor = visitors.of(f"session {number}")
        visitor.on_page = True
        visitors.forget(f"session {number}")
        left.append(visitor)
    assert [visitor.gone.is_set() for visitor in left] == [True] + [False] * MOST_LINGERING
