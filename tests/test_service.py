"""What programs ask for: requests that say what they should, documents that come along, work that ends."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace

import pytest
from coroutines import run
from fakes import HashingEmbedder, WordReader
from hypothesis import given
from hypothesis import strategies as st
from web_fakes import NOTE, NOTE_TEXT, ScriptedAnswerer, growing

from index.errors import PinciteError, UnknownDocumentError
from index.types import Document
from pincite.service.replies import public
from pincite.service.requests import AskRequest, PassageRequest, parsed
from pincite.service.service import LONGEST_PASSAGE, Service
from pincite.service.work import Work
from qa import Answerer
from qa.errors import BusyError, RequestError, TimeIsUpError

BASE = growing()


def ask(**said) -> dict:
    return run(Service(BASE, Work()).ask(parsed(AskRequest, said))).to_dict()


def show(**said) -> str:
    return Service(BASE, Work()).passage(parsed(PassageRequest, said)).text


def test_the_service_returns_the_answerers_answer_as_plain_data() -> None:
    found = ask(question="Who is *Ruth Vale*?")
    expected = BASE.ask("Who is *Ruth Vale*?").to_dict()
    del found["timings"], expected["timings"]
    expected["citations"][0]["source"] = NOTE
    assert found == expected
    assert (found["citations"][0]["start"], found["citations"][0]["end"]) == (22, 31)


def test_a_text_sent_with_the_request_is_asked_instead_and_not_kept() -> None:
    text = "# Bob\n\nBob came from Oslo."
    found = ask(question="From *Oslo*?", documents=[{"id": "bob.md", "text": text}])
    (citation,) = found["citations"]
    assert (citation["document_id"], citation["heading"]) == ("bob.md", "Bob")
    assert text[citation["start"] : citation["end"]] == "Oslo"
    assert ask(question="From *Oslo*?")["status"] == "abstained"
    assert ask(question="From *Oslo*?", text="He came from Oslo.")["citations"][0]["document_id"] == "text"


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=60))
def test_the_offsets_count_the_characters_of_the_text_that_was_sent(odd: str) -> None:
    text = f"{odd} Needle stands here. {odd}"
    (citation, *_) = ask(question="Where is the *Needle*?", text=text, min_confidence=0)["citations"]
    assert text[citation["start"] : citation["end"]] == citation["quote"] == "Needle"


def test_documents_sent_with_the_request_can_be_filtered_by_metadata() -> None:
    documents = [
        {"id": "a", "text": "It cost ten.", "metadata": {"year": "2001"}},
        {"id": "b", "text": "It cost ten.", "metadata": {"year": "2002", "tags": ["x", "y"]}},
    ]
    for condition in ("year=2002", "tags=y"):
        found = ask(question="What did it *cost*?", documents=documents, where=[condition])
        assert {citation["document_id"] for citation in found["citations"]} == {"b"}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({}, "the field 'question' is missing"),
        ({"question": 5}, "'question' is 5: it should be a valid string"),
        ({"question": "a", "colour": 1}, "there is no field 'colour'; leave it out"),
        ({"question": "\ud800"}, "'question' holds half a character (a lone surrogate); send it as UTF-8"),
        ({"question": "a", "top_k": "5"}, "'top_k' is '5': it should be a valid integer"),
        ({"question": "a", "top_k": True}, "'top_k' is True: it should be a valid integer"),
        ({"question": "a", "top_k": 51}, "'top_k' is 51: it should be less than or equal to 50"),
        ({"question": "a", "top_k": 0}, "top_k is 0; read at least one passage"),
        ({"question": "a", "min_confidence": float("nan")}, "'min_confidence' is nan: it should be a finite number"),
        ({"question": "a", "min_confidence": 2}, "min_confidence is 2.0; give a probability from 0 to 1"),
        ({"question": " "}, "the question is empty; ask something in words"),
        ({"question": "a", "history": [{"question": "b", "reply": "c"}]}, "there is no field 'history.0.reply'; leave"),
        ({"question": "a", "text": "b", "documents": [{"id": "c", "text": "d"}]}, "both 'text' and 'documents' were"),
        ({"question": "a", "text": " "}, "'text' holds no text to quote"),
        ({"question": "a", "text": "b\0"}, "'text' is not text: it has a NUL at byte 1"),
        ({"question": "a", "documents": [{"id": "c", "text": "d"}] * 2}, "two documents have the id 'c'"),
        ({"question": "a", "where": ["colour=red"]}, "no document has 'colour'"),
    ],
)
def test_an_invalid_request_is_explained_in_one_line(said: dict, message: str) -> None:
    with pytest.raises(PinciteError) as caught:
        ask(**said)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_long_wrong_value_is_shown_shortened() -> None:
    with pytest.raises(RequestError, match=r"^'question' is 'a{59}…: string should have at most 4000 characters$"):
        ask(question="a" * 4001)


def test_a_passage_is_no_longer_than_one_request_may_ask_for() -> None:
    service = Service(
        Answerer.from_sources(Document("long", "word " * 5_000), embedder=HashingEmbedder(), reader=WordReader()),
        Work(),
    )
    assert len(service.passage(PassageRequest(document_id="long")).text) == LONGEST_PASSAGE
    with pytest.raises(RequestError, match=r"^the passage is 20001 characters long; ask for 20000 at most at a time$"):
        service.passage(PassageRequest(document_id="long", start=1, end=20_002))


def test_an_answerer_that_takes_no_documents_says_so() -> None:
    service = Service(ScriptedAnswerer(), Work())
    with pytest.raises(PinciteError, match="takes no further documents"):
        run(service.ask(AskRequest(question="a", text="b")))


def test_a_passage_is_the_text_between_two_offsets() -> None:
    assert show(document_id=NOTE, start=22, end=31) == NOTE_TEXT[22:31] == "Ruth Vale"
    assert show(document_id=NOTE) == NOTE_TEXT


@pytest.mark.parametrize(("start", "end"), [(5, 5), (5, 4), (0, len(NOTE_TEXT) + 1), (len(NOTE_TEXT), None)])
def test_a_passage_lies_within_its_document(start: int, end: int | None) -> None:
    with pytest.raises(
        RequestError, match=rf"^characters {start} to \d+ are not a passage of 'note\.txt', which has 50;"
    ):
        show(document_id=NOTE, start=start, end=end)


def test_a_passage_has_a_document_and_a_length() -> None:
    with pytest.raises(UnknownDocumentError, match=r"there is no document '\.\./note\.txt'"):
        show(document_id="../note.txt")
    with pytest.raises(RequestError, match="it should be greater than or equal to 0"):
        show(document_id=NOTE, start=-1)


def test_paths_of_the_server_are_not_shown() -> None:
    answer = BASE.ask("Who is *Ruth Vale*?")
    for source, shown in (("/home/ann/note.txt", NOTE), ("https://example.org/a", "https://example.org/a")):
        moved = replace(answer, citations=tuple(replace(c, source=source) for c in answer.citations))
        assert public(moved).citations[0].source == shown


def test_work_whose_time_is_up_is_abandoned_and_stopped() -> None:
    stopped = threading.Event()

    def endless(check) -> None:
        try:
            while True:
                check()
                time.sleep(0.01)
        except TimeIsUpError:
            stopped.set()
            raise

    with pytest.raises(TimeIsUpError, match=r"^the request took longer than 0\.2 seconds;"):
        run(Work(seconds=0.2).run(endless))
    assert stopped.wait(30)


def test_documents_that_take_too_long_to_index_are_abandoned() -> None:
    service = Service(BASE, Work(seconds=0.01))
    long = AskRequest(question="a", text="The keeper wrote it down every evening. " * 20_000)
    with pytest.raises(TimeIsUpError):
        run(service.ask(long))


def test_work_that_nobody_waits_for_any_more_is_stopped() -> None:
    stopped = threading.Event()

    def endless(check) -> None:
        try:
            while True:
                check()
                time.sleep(0.01)
        except TimeIsUpError:
            stopped.set()

    async def leave() -> None:
        task = asyncio.create_task(Work().run(endless))
        await asyncio.sleep(0.1)
        task.cancel()

    run(leave())
    assert stopped.wait(30)


def test_more_work_than_fits_is_refused_at_once_and_fits_again_later() -> None:
    go = threading.Event()
    work = Work(at_once=1, waiting=1)

    async def crowd() -> list[object]:
        tasks = [asyncio.create_task(work.run(lambda check: go.wait(30))) for _ in range(4)]
        await asyncio.sleep(0.1)
        go.set()
        first = await asyncio.gather(*tasks, return_exceptions=True)
        return [*first, await work.run(lambda check: "again")]

    found = run(crowd())
    assert [type(one) for one in found[:4]] == [bool, bool, BusyError, BusyError]
    assert found[4] == "again"
    assert str(found[2]) == "2 requests are being worked on, which is the limit; try again later"


def test_an_error_of_the_work_itself_comes_through() -> None:
    def late(check) -> None:
        raise TimeoutError("of its own")

    with pytest.raises(TimeoutError, match="of its own"):
        run(Work().run(late))
