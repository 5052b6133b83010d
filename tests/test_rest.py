"""POST /v1/ask and what stands around it, as a program sees it: curl's view of the server."""

from __future__ import annotations

import concurrent.futures
import json
import re
import socket
from collections.abc import Iterator

import httpx
import pytest
from serving import Server, json_body, refused_as_too_large, server
from web_fakes import NOTE, NOTE_TEXT

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server() as found:
        yield found


@pytest.fixture
def client(running: Server) -> Iterator[httpx.Client]:
    with running.client() as found:
        yield found


def test_a_question_is_answered_as_on_the_command_line(client) -> None:
    response = client.post("/v1/ask", json={"question": "Who is *Ruth Vale*?"})
    found = response.json()
    assert (response.status_code, found["status"], found["text"]) == (200, "answered", "Ruth Vale")
    (citation,) = found["citations"]
    assert NOTE_TEXT[citation["start"] : citation["end"]] == citation["quote"] == "Ruth Vale"
    assert set(response.headers) >= {"x-request-id", "content-security-policy", "x-content-type-options"}


def test_quotations_are_checked_against_the_documents_sent_or_the_servers_own(client) -> None:
    said = {"draft": "He said “the mill was sold in 1902” once.", "text": "The mill was sold in 1901."}
    found = client.post("/v1/check", json=said).json()
    assert (found["ok"], found["counts"]["altered"]) == (False, 1)
    (difference,) = found["quotations"][0]["differences"]
    assert (difference["draft"], difference["source"]) == ("1902", "1901")
    own = client.post("/v1/check", json={"draft": "Nothing is quoted."}).json()
    assert [(one["id"], one["source"]) for one in own["documents"]] == [(NOTE, NOTE)]


def test_nothing_is_kept_between_requests(client) -> None:
    text = "Bob came from Oslo."
    assert client.post("/v1/ask", json={"question": "*Oslo*?", "text": text}).json()["text"] == "Oslo"
    assert client.post("/v1/ask", json={"question": "*Oslo*?"}).json()["status"] == "abstained"
    assert [one["id"] for one in client.get("/v1/documents").json()["documents"]] == [NOTE]


def test_earlier_turns_let_a_follow_up_be_understood(client) -> None:
    history = [{"question": "Who is Ruth Vale?", "answer": "Ruth Vale"}]
    found = client.post("/v1/ask", json={"question": "When did she come?", "history": history}).json()
    assert found["read_as"] == "When did Ruth Vale come?"


def test_talk_can_refer_to_a_whole_answer_in_the_history(client) -> None:
    first = client.post("/v1/ask", json={"question": "Who is *Ruth Vale*?"}).json()
    found = client.post("/v1/ask", json={"question": "Where does it say that?", "history": [first]}).json()
    assert (found["status"], found["form"]) == ("replied", "reply")
    assert [citation["quote"] for citation in found["citations"]] == ["Ruth Vale"]
    again = client.post("/v1/ask", json={"question": "thank you", "history": [first, found]}).json()
    assert (again["status"], again["citations"]) == ("replied", [])


def test_a_passage_can_be_looked_up(client) -> None:
    assert client.get("/v1/passage", params={"document_id": NOTE, "start": 22, "end": 31}).json()["text"] == "Ruth Vale"
    assert json_body(client.get("/v1/passage", params={"document_id": "x"}))[:2] == (404, "UnknownDocumentError")
    bad = json_body(client.get("/v1/passage", params={"document_id": NOTE, "start": "x"}))
    assert bad[0] == 422
    assert bad[2].startswith("'start' is 'x': it should be a valid integer")


DEEP = b'{"question": "a", "history": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"question":', (400, "RequestError", "the body is not JSON: Expecting value")),
        (b"", (422, "RequestError", "the body is missing; send a JSON object")),
        (b"[]", (422, "RequestError", "the body is not a JSON object with content type application/json")),
        (b"{}", (422, "RequestError", "the field 'question' is missing")),
        (b'{"question": "a", "x": 1}', (422, "RequestError", "there is no field 'x'; leave it out")),
        (b'{"question": " "}', (400, "EmptyQuestionError", "the question is empty; ask something in words")),
        (b'{"question": "a", "where": ["x"]}', (400, "FilterError", "'x' is not a filter; write KEY=VALUE, ")),
        (b'{"question": "\\ud800"}', (422, "RequestError", "'question' holds half a character")),
        (b'{"question": "\xff"}', (400, "RequestError", "the body cannot be read as JSON")),
        (b'{"question": "a", "top_k": 1e999}', (422, "RequestError", "'top_k' is inf: it should be a")),
        (b'{"question": "a", "top_k": ' + b"9" * 5000 + b"}", (400, "RequestError", "the body cannot be read as JSON")),
        (DEEP, (400, "RequestError", "the body cannot be read as JSON; it may be nested too deep")),
        (b'{"question": "a", "text": "b\\u0000"}', (400, "BinaryFileError", "'text' is not text: it has a NUL")),
    ],
)
def test_a_malformed_request_gets_an_error_in_json(client, body: bytes, expected: tuple[int, str, str]) -> None:
    found = json_body(client.post("/v1/ask", content=body, headers=JSON))
    assert found[:2] == expected[:2]
    assert found[2].startswith(expected[2])
    assert "\n" not in found[2]


def test_odd_characters_in_a_question_are_accepted(client) -> None:
    for question in ("a\0b", "\u202e?", "😀", "\ufeff?", "\\"):
        response = client.post("/v1/ask", json={"question": question})
        assert (response.status_code, response.json()["question"]) == (200, question)


def test_another_content_type_is_not_taken_for_json(client) -> None:
    response = client.post("/v1/ask", content=b'{"question": "a"}', headers={"content-type": "text/plain"})
    assert json_body(response)[2] == "the body is not a JSON object with content type application/json"


def test_an_unknown_address_gets_an_error_in_json(client) -> None:
    assert json_body(client.get("/v1/nothing"))[:2] == (404, "NotFound")
    assert json_body(client.get("/v1/ask"))[:2] == (405, "MethodNotAllowed")
    assert json_body(client.get("/nothing"))[:2] == (404, "NotFound")
    assert json_body(client.put("/v1/ask", content=b"{}"))[:2] == (405, "MethodNotAllowed")


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/mcp", 404, "there is nothing at GET '/mcp'"),  # which is there with --mcp alone
        ("POST", "/mcp", 404, "there is nothing at POST '/mcp'"),
        ("POST", "/healthz", 404, "there is nothing at POST '/healthz'"),
        ("GET", "/assets/none.js", 404, "there is nothing at GET '/assets/none.js'"),
        ("GET", "/pincite/guessed/document/d1", 404, "there is nothing at GET '/pincite/guessed/document/d1'"),
        ("GET", "/gradio_api/queue/data", 422, "'session_hash' is given 0 times; give it once"),
        ("POST", "/gradio_api/cancel", 403, "this session is another's; begin one of your own"),
    ],
)
def test_errors_of_all_parts_have_the_same_json(client, method, path, status, message) -> None:
    found = json_body(client.request(method, path, json={}))
    assert (found[0], found[2]) == (status, message)
    assert found[1] == {403: "ForeignSession", 404: "NotFound", 422: "RequestError"}[status]


@pytest.mark.parametrize("path", ["/v1/ask", "/gradio_api/queue/join", "/gradio_api/call/ask"])
def test_a_body_over_the_limit_is_refused_with_and_without_a_length(client, path: str) -> None:
    refused_as_too_large(client, path)


def test_a_false_content_length_does_not_get_around_the_limit(running) -> None:
    with socket.create_connection(("127.0.0.1", running.port), timeout=60) as raw:
        head = f"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\nContent-Type: application/json\r\n"
        raw.sendall(f"{head}Content-Length: 99999999999999999999999\r\n\r\n".encode())
        told = b"".join(iter(lambda: raw.recv(4096), b""))  # until the server hangs up
    assert told == b"" or told.split(b" ", 2)[1] in (b"400", b"413")


def test_a_body_that_does_not_arrive_in_time_is_refused() -> None:
    with server(body_seconds=0.5) as found, socket.create_connection(("127.0.0.1", found.port), timeout=60) as raw:
        head = f"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1:{found.port}\r\nContent-Type: application/json\r\n"
        raw.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        answer = raw.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"the body did not come within 0.5 seconds" in answer
        with found.client() as client:
            assert client.get("/healthz").json() == {"ready": True}


def test_a_request_that_takes_too_long_is_told_when_to_try_again() -> None:
    with server(timeout=0.05) as found, found.client() as client:
        response = client.post("/v1/ask", json={"question": "a", "text": "It was written down. " * 100_000})
        assert json_body(response)[:2] == (503, "TimeIsUpError")
        assert int(response.headers["retry-after"]) > 0


def test_requests_from_other_sites_and_under_other_host_names_are_refused(client, running) -> None:
    said = {"question": "a"}
    foreign = client.post("/v1/ask", json=said, headers={"origin": "http://evil.example"})
    assert json_body(foreign)[:2] == (403, "ForeignOrigin")
    rebound = client.post("/v1/ask", json=said, headers={"host": "evil.example"})
    assert json_body(rebound)[:2] == (421, "UnknownHost")
    own = client.post("/v1/ask", json=said, headers={"origin": running.address})
    assert own.status_code == 200
    assert client.get("/healthz", headers={"host": f"localhost:{running.port}"}).status_code == 200


def test_a_proxys_host_name_is_accepted_once_it_is_allowed() -> None:
    with server(hosts=["pincite.example"]) as found, found.client() as client:
        headers = {"host": "pincite.example", "origin": "https://pincite.example"}
        assert client.post("/v1/ask", json={"question": "a"}, headers=headers).status_code == 200


def test_the_openapi_document_is_version_3_1_and_says_what_is_sent(client) -> None:
    document = client.get("/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "/v1"}]
    assert set(document["paths"]) == {"/ask", "/check", "/documents", "/passage"}
    request = document["components"]["schemas"]["AskRequest"]
    assert set(request["properties"]) == {
        "question",
        "history",
        "text",
        "documents",
        "top_k",
        "min_confidence",
        "where",
        "form",
    }
    answer = client.post("/v1/ask", json={"question": "Who is *Ruth Vale*?"}).json()
    responses = document["paths"]["/ask"]["post"]["responses"]
    schema = responses["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert set(document["components"]["schemas"][schema]["properties"]) == set(answer)


def test_the_reference_page_describes_every_field_and_loads_nothing(client) -> None:
    response = client.get("/v1", follow_redirects=True)
    assert response.headers["content-type"].startswith("text/html")
    for said in ("POST /v1/ask", "GET /v1/documents", "GET /v1/passage", "min_confidence", "document_sha256"):
        assert said in response.text
    loaded = re.findall(r"""(?:src|href)=["']([^"']+)""", response.text)
    assert {one for one in loaded if not one.startswith("#")} == {"/favicon.ico", "openapi.json"}


def test_requests_are_logged_as_json_without_the_question(running, client) -> None:
    secret = "xylophone"
    client.post("/v1/ask", json={"question": f"Where is the *{secret}*?", "text": f"The {secret} is here."})
    client.post("/v1/ask", json={"question": secret, "where": [secret]})
    response = client.post("/v1/ask", json={"question": f"{secret} " * 100})
    running.logged(response.headers["x-request-id"])
    lines = running.log()
    assert secret not in json.dumps(lines)
    line = running.logged(response.headers["x-request-id"])
    assert (line["event"], line["level"], line["method"], line["path"], line["status"]) == (
        "request",
        "info",
        "POST",
        "/v1/ask",
        400,
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])
    assert [one["status"] for one in lines if one["event"] == "answer"] != []


def test_questions_and_answers_are_logged_on_request() -> None:
    with server(log_text=True) as found, found.client() as client:
        client.post("/v1/ask", json={"question": "Who is *Ruth Vale*?"})
        (line,) = [one for one in found.log() if one["event"] == "answer"]
        assert (line["question"], line["answer"]) == ("Who is *Ruth Vale*?", "Ruth Vale")


def test_many_simultaneous_requests_are_answered_or_refused(running) -> None:
    def one(number: int) -> int:
        with running.client() as client:
            return client.post("/v1/ask", json={"question": f"*{number}*?", "text": f"Number {number}."}).status_code

    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        found = list(pool.map(one, range(80)))
    assert set(found) <= {200, 503}
    assert found.count(200) >= 60
