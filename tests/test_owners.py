"""Whose a session is, and that nobody loses theirs to make room for another's; people take turns at work."""

from __future__ import annotations

import asyncio
import threading

import pytest
from coroutines import run
from web_fakes import growing

from pincite.service.library import Library
from pincite.service.person import Person
from pincite.service.work import FairQueue, Work
from pincite.web.guard import checked_body
from pincite.web.owners import ForeignSessionError, Limits, Owners
from pincite.web.visitor import MOST_DOCUMENTS, MOST_OF_PERSON, Source, Visitors
from qa.errors import BusyError, RequestError

ANN, EVE = Person("ann", "10.0.0.1"), Person("eve", "10.0.0.1")
FAR = Person("far", "10.0.0.2")


def test_the_first_user_of_a_session_owns_it_and_its_events() -> None:
    owners = Owners()
    owners.claim("s", ANN)
    owners.began("e", "s")
    owners.check_event("e", ANN)
    for stranger in (EVE, FAR):
        with pytest.raises(ForeignSessionError):
            owners.claim("s", stranger)
        with pytest.raises(ForeignSessionError):
            owners.check_event("e", stranger)
    with pytest.raises(ForeignSessionError):
        owners.check_event("s", ANN)  # the name of a session is no event's, not even of one's own
    owners.leave("s")
    with pytest.raises(ForeignSessionError):
        owners.claim("s", EVE)
    owners.claim("s", ANN)


def test_a_person_with_too_many_sessions_loses_only_their_own_idlest_one() -> None:
    ended: list[str] = []
    owners = Owners(ended.append, Limits(per_person=3))
    owners.claim("ann's", ANN)
    for n in range(10):
        owners.claim(f"eve {n}", EVE)
    assert ended == [f"eve {n}" for n in range(7)]
    assert owners.owner("ann's") == ANN


def test_a_full_address_gets_no_new_session_and_loses_none() -> None:
    ended: list[str] = []
    owners = Owners(ended.append, Limits(per_address=3))
    owners.claim("ann's", ANN)
    for n in range(2):
        owners.claim(f"eve {n}", Person(f"eve {n}", ANN.address))
    with pytest.raises(BusyError, match="3 sessions are open from this address"):
        owners.claim("eve 3", Person("eve 3", ANN.address))
    owners.claim("far", FAR)
    owners.claim("signed in", Person("user bob", ANN.address, signed_in=True))
    owners.claim("ann's", ANN)
    assert ended == []


def test_documents_count_per_person_over_all_their_sessions() -> None:
    visitors = Visitors(lambda: Library(growing()))
    for n in range(MOST_OF_PERSON // MOST_DOCUMENTS + 1):
        visitors.owners.claim(f"eve {n}", EVE)
        for m in range(MOST_DOCUMENTS):
            visitor = visitors.of(f"eve {n}")
            if visitors.limit_reached(visitor) is None:
                visitor.expect(Source(f"{n} {m}", "https://example.org"))
    assert visitors.limit_reached(visitors.of("eve 3")) == MOST_OF_PERSON
    visitors.owners.claim("ann's", ANN)
    assert visitors.limit_reached(visitors.of("ann's")) is None


def test_many_tasks_of_one_person_do_not_delay_other_people() -> None:
    line: FairQueue[str] = FairQueue()
    for n in range(50):
        line.put(EVE, f"eve {n}")
    line.put(FAR, "far")
    line.put(ANN, "ann")
    taken = [line.take() for _ in range(4)]
    assert [task for _, task in (one for one in taken if one)] == ["eve 0", "far", "ann", "eve 1"]
    assert len(line) == 48


def test_an_address_with_many_people_gets_no_more_turns_than_another() -> None:
    line: FairQueue[str] = FairQueue()
    for n in range(20):
        line.put(Person(f"eve {n}", EVE.address), f"eve {n}")
    for n in range(2):
        line.put(FAR, f"far {n}")
    found = []
    for _ in range(4):
        person, task = line.take() or (FAR, "")
        found.append(task)
        line.done(person)
    assert found == ["eve 0", "far 0", "eve 1", "far 1"]


def test_no_person_and_no_address_occupies_all_threads() -> None:
    line: FairQueue[str] = FairQueue(most=2)
    for person in (EVE, EVE, ANN, Person("bob", EVE.address), FAR):
        line.put(person, person.key)
    taken = [line.take() for _ in range(4)]
    assert [one and one[1] for one in taken] == ["eve", "far", "ann", None]
    assert not line.has_next()
    line.done(ANN)
    assert line.take() == (Person("bob", EVE.address), "bob")  # who has waited longest of those with none under way


def test_a_signed_in_person_or_a_program_may_have_as_many_tasks_as_an_address() -> None:
    line: FairQueue[str] = FairQueue(most=2)
    for person in (Person("user ann", "10.0.0.1", signed_in=True), Person("address 10.0.0.2", "10.0.0.2")):
        for _ in range(3):
            line.put(person, person.key)
        assert [one and one[1] for one in (line.take(), line.take(), line.take())] == [person.key, person.key, None]


def test_the_work_of_one_address_leaves_a_thread_to_others() -> None:
    async def both() -> str:
        over = threading.Event()
        work = Work(at_once=3)
        people = [Person(f"eve {n}", EVE.address) for n in range(10)]
        waiting = [asyncio.create_task(work.run(lambda check: over.wait(30), person)) for person in people]
        try:
            return await asyncio.wait_for(work.run(lambda check: "done", FAR), 20)
        finally:
            over.set()
            await asyncio.gather(*waiting)
            work.close()

    assert run(both()) == "done"


FILE = {"path": "/dev/zero", "meta": {"_type": "gradio.FileData"}}


@pytest.mark.parametrize(
    "data", [[FILE], [[FILE]], ["Who?", [{"question": FILE}]], [{"a": {"b": [FILE]}}], [{"url": "http://x"}], FILE]
)
def test_nothing_in_an_event_is_taken_for_a_file(data: object) -> None:
    import json

    with pytest.raises(RequestError, match="names a file"):
        checked_body(json.dumps({"data": data, "session_hash": "s"}).encode())
    with pytest.raises(RequestError, match="names a file"):
        checked_body(json.dumps({"data": [], "event_data": {"value": FILE}}).encode())


def test_only_the_fields_that_the_page_needs_are_passed_on_from_an_event() -> None:
    said = checked_body(b'{"data": ["Who?"], "event_id": "e", "batched": true, "oauth_token": "t", "request": {}}')
    assert said == {"data": ["Who?"], "event_id": "e"}
    assert checked_body(b'{"event_data": {"url": "https://example.org"}}')["event_data"]["url"]  # to be fetched
