"""Signing in: the file of users, the form, Basic, and what failed attempts cost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import bcrypt
import httpx
import pytest
from coroutines import run
from gradio_client import Client
from gradio_client.exceptions import AuthenticationError
from page_driver import WIDE, browser, chromium, expect
from serving import PASSWORD, Server, json_body, server, users_file
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

import app
from index.errors import PinciteError
from pincite.service.signin.auth import FREE, LONGEST, REMEMBERED, AuthMiddleware, LoginThrottle
from pincite.service.signin.users import Users
from qa.errors import OpenServerError, UsersError

SALT = b"$2b$04$abcdefghijklmnopqrstuu"  # the same in each process: tests are named by what they are given
HASH = bcrypt.hashpw(PASSWORD.encode(), SALT).decode()


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


# -- the file


def read(tmp_path: Path, text: str | bytes) -> Users:
    path = tmp_path / "users.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Users.read(path)


def test_users_have_their_passwords_and_no_others(tmp_path: Path) -> None:
    users = read(tmp_path, f"# people\n\nann:{HASH}\r\nÉmile:{HASH.replace('$2b$', '$2y$')}\n")
    assert users.right("ann", PASSWORD)
    assert users.right("Émile", PASSWORD)
    wrong = [
        ("ann", "no"),
        ("bob", PASSWORD),
        ("", ""),
        ("ann", PASSWORD + "\0"),
        ("ann", "é" * 100),
        ("ann", "\ud800"),
    ]
    assert [users.right(*pair) for pair in wrong] == [False] * len(wrong)


def test_a_password_longer_than_bcrypt_reads_is_not_cut_to_fit(tmp_path: Path) -> None:
    whole = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()
    users = read(tmp_path, f"ann:{whole}\n")
    assert users.right("ann", "x" * 72)
    assert not users.right("ann", "x" * 73)


def test_an_accepted_password_is_known_without_bcrypt(tmp_path: Path) -> None:
    users = read(tmp_path, f"ann:{HASH}\n")
    assert not users.knows("ann", PASSWORD)
    users.right("ann", PASSWORD)
    users.right("ann", "wrong")
    assert users.knows("ann", PASSWORD)
    assert not users.knows("ann", "wrong")
    assert not users.knows("an", f"n{PASSWORD}")


def test_checking_an_unknown_name_takes_as_long_as_a_known_one(tmp_path: Path, monkeypatch) -> None:
    users = read(tmp_path, f"ann:{HASH}\n")
    checked: list[bytes] = []
    real = bcrypt.checkpw
    monkeypatch.setattr(bcrypt, "checkpw", lambda given, hashed: checked.append(hashed) or real(given, hashed))
    users.right("ann", "wrong")
    users.right("nobody", "wrong")
    assert [one[:7] for one in checked] == [b"$2b$04$"] * 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ann\n", "line 1: no user name before a colon;"),
        (f"ann:{HASH}\n:{HASH}\n", "line 2: no user name before a colon;"),
        ("ann:secret\n", "line 1: 'ann' has no valid bcrypt hash;"),
        (f"ann:{HASH[:-1]}\n", "line 1: 'ann' has no valid bcrypt hash;"),
        (f"ann:{HASH.replace('$04$', '$31$')}\n", "line 1: 'ann' has no valid bcrypt hash;"),
        (f"ann:{HASH}\n# \nann:{HASH}\n", "line 3: 'ann' is in line 1 already; keep one"),
        ("# nobody\n\n", "names nobody;"),
        (b"ann:\xff\n", "line 1: not UTF-8;"),
        ("x" * 1_000_001, "has more than 1000000 bytes;"),
    ],
)
def test_an_invalid_file_of_users_is_refused_with_its_line(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(UsersError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)
    assert repr(str(tmp_path / "users.txt")) in str(caught.value)
    assert "secret" not in str(caught.value)
    assert HASH not in str(caught.value)


def test_a_missing_file_of_users_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        UsersError, match=r"^cannot read the users in .*none.* \(No such file or directory\); check --auth"
    ):
        Users.read(tmp_path / "none")


# -- who may listen where


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "myhost"])
def test_other_machines_need_sign_in_unless_insecure_is_given(tmp_path: Path, host: str) -> None:
    with pytest.raises(OpenServerError, match=rf"^on {re.escape(host)} everybody .* give --auth FILE .* or --insecure"):
        app.require_sign_in(host, None)
    app.require_sign_in(host, None, insecure=True)
    app.require_sign_in(host, users_file(tmp_path, "ann"))
    with pytest.raises(UsersError):
        app.require_sign_in(host, tmp_path / "none", insecure=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "::1"])
def test_on_this_machine_nobody_has_to_sign_in(host: str) -> None:
    app.require_sign_in(host, None)


def test_the_page_itself_refuses_to_let_everybody_in() -> None:
    with pytest.raises(PinciteError, match="everybody who reaches this machine"):
        app.launch(None, host="0.0.0.0", port=7999)


# -- slowing


def test_failed_attempts_wait_ever_longer_up_to_a_limit() -> None:
    clock = Clock()
    slowing = LoginThrottle(clock)
    assert [slowing.begin("192.0.2.1", "ann") for _ in range(FREE)] == [0] * FREE
    waits = []
    for _ in range(8):
        waits.append(slowing.begin("192.0.2.1", "ann"))
        clock.now += waits[-1]
        assert slowing.begin("192.0.2.1", "ann") == 0
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert LONGEST == 60


def test_failures_are_counted_for_the_address_and_for_the_name() -> None:
    slowing = LoginThrottle(Clock())
    for _ in range(FREE):
        slowing.begin("192.0.2.1", "ann")
    assert slowing.begin("192.0.2.1", "bob") == 1
    assert slowing.begin("192.0.2.2", "ann") == 1
    assert slowing.begin("192.0.2.2", "bob") == 0


def test_the_addresses_of_one_household_are_one() -> None:
    slowing = LoginThrottle(Clock())
    for number in range(FREE):
        slowing.begin(f"2001:db8::{number}", f"user{number}")
    assert slowing.begin("2001:db8::ffff", "another") == 1
    assert slowing.begin("2001:db8:0:1::1", "yet another") == 0


def test_success_clears_the_name_and_time_clears_everything() -> None:
    clock = Clock()
    slowing = LoginThrottle(clock)
    for _ in range(FREE - 1):
        slowing.begin("192.0.2.1", "ann")
    assert slowing.begin("192.0.2.1", "ann") == 0
    slowing.succeeded("192.0.2.1", "ann")
    assert slowing.begin("192.0.2.3", "ann") == 0
    assert slowing.begin("192.0.2.1", "bob") == 0
    assert slowing.begin("192.0.2.1", "bob") == 1  # those before are still counted against the address
    clock.now += 901
    assert slowing.begin("192.0.2.1", "bob") == 0


def test_only_so_many_addresses_and_names_are_remembered() -> None:
    slowing = LoginThrottle(Clock())
    for _ in range(FREE):
        slowing.begin("192.0.2.1", "ann")
    assert slowing.begin("192.0.2.1", "ann") == 1
    for number in range(REMEMBERED):
        slowing.begin(f"10.0.{number // 250}.{number % 250}", f"user{number}")
    assert slowing.begin("192.0.2.1", "ann") == 0


# -- the gate, over an app that says who asks


def through(gate_of: Callable[[Starlette], AuthMiddleware], *requests: httpx.Request) -> list[httpx.Response]:
    async def who(request: Request) -> JSONResponse:
        return JSONResponse({"user": request.state.user})

    inner = Starlette(routes=[Route("/{path:path}", who, methods=["GET", "POST"])])
    gate = gate_of(inner)

    async def send() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url="http://testserver") as client:
            return [await client.send(request) for request in requests]

    return run(send())


def get(path: str = "/", **headers: str) -> httpx.Request:
    return httpx.Request("GET", f"http://testserver{path}", headers=headers)


def basic(user: str, password: str) -> httpx.Request:
    return next(httpx.BasicAuth(user, password).auth_flow(get()))


def gate(inner: Starlette) -> AuthMiddleware:
    return AuthMiddleware(inner, users=Users({"ann": HASH}), cookie="pincite", slowing=LoginThrottle(Clock()))


def test_failed_attempts_are_slowed_and_signed_in_people_are_not() -> None:
    good, bad = basic("ann", PASSWORD), basic("ann", "guess")
    found = through(gate, good, *[bad] * (FREE + 1), good, get())
    assert [one.status_code for one in found] == [200, *[401] * FREE, 429, 200, 401]
    assert found[FREE + 1].headers["retry-after"] == "1"
    assert found[0].json() == {"user": "ann"}


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic YW5u", "Bearer x", "Basic " + "A" * 5000])
def test_an_invalid_authorization_header_lets_nobody_in(header: str) -> None:
    (found,) = through(gate, get(authorization=header))
    assert found.status_code == 401


def test_a_forged_cookie_lets_nobody_in() -> None:
    for value in ("", "ann", "x" * 43):
        (found,) = through(gate, get(cookie=f"pincite={value}"))
        assert found.status_code == 401


def form(**fields: str) -> httpx.Request:
    return httpx.Request("POST", "http://testserver/login", data=fields, headers={"accept": "text/html"})


@pytest.mark.parametrize(
    ("onward", "where"),
    [
        ("/v1/", "/v1/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\r\nset-cookie: x=1", "/"),
        ("/logout", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_the_browser_stays_on_this_server(onward: str, where: str) -> None:
    (found,) = through(gate, form(username="ann", password=PASSWORD, next=onward))
    assert (found.status_code, found.headers["location"]) == (303, where)
    cookie = found.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/"))


def test_the_form_shows_what_was_asked_for_escaped() -> None:
    (found,) = through(gate, get("/login?next=/%22%3E%3Cscript%3E"))
    assert "<script>" not in found.text


# -- the whole server


@pytest.fixture(scope="module")
def guarded(tmp_path_factory) -> Iterator[Server]:
    users = users_file(tmp_path_factory.mktemp("users"), "ann", "bob")
    with server(auth=str(users), mcp=True) as found:
        yield found


PATHS = ["/", "/config", "/gradio_api/info", "/v1/", "/v1/documents", "/v1/openapi.json", "/mcp", "/assets/x.js"]


@pytest.mark.parametrize("path", [*PATHS, "/theme.css", "/pincite/x/document/d1", "/gradio_api/heartbeat/x"])
def test_without_signing_in_nothing_can_be_read(guarded: Server, path: str) -> None:
    with guarded.client() as client:
        response = client.get(path)
        assert json_body(response) == (401, "NotSignedIn", "sign in first, with user name and password")
        assert response.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    "path", ["/v1/ask", "/mcp", "/gradio_api/queue/join", "/gradio_api/call/ask", "/pincite/x/file"]
)
def test_without_signing_in_nothing_can_be_sent(guarded: Server, path: str) -> None:
    with guarded.client() as client:
        assert client.post(path, json={}).status_code == 401


def test_healthz_is_open_and_browsers_get_the_sign_in_form(guarded: Server) -> None:
    with guarded.client() as client:
        assert client.get("/healthz").json() == {"ready": True}
        sent = client.get("/v1/", headers={"accept": "text/html"})
        assert (sent.status_code, sent.headers["location"]) == (303, "/login?next=/v1/")
        page = client.get("/login")
        assert page.status_code == 200
        assert re.findall(r"""(?:src|href)=["']([^"']+)""", page.text) == ["/favicon.ico"]
        # A page's own requests are not answered with the browser's dialog for passwords.
        own = client.get("/config", headers={"sec-fetch-mode": "cors"})
        assert "www-authenticate" not in own.headers


def test_name_and_password_open_what_programs_use(guarded: Server) -> None:
    with guarded.client(auth=("ann", PASSWORD)) as client:
        assert client.post("/v1/ask", json={"question": "Who is *Ruth Vale*?"}).json()["text"] == "Ruth Vale"
    with guarded.client(auth=("ann", "wrong")) as client:
        message = "no account has this user name and password; check both"
        assert json_body(client.get("/v1/documents")) == (401, "NotSignedIn", message)


def test_gradio_client_signs_in(guarded: Server) -> None:
    client = Client(guarded.address, auth=("bob", PASSWORD), verbose=False)
    assert client.predict(question="Who is *Ruth Vale*?", api_name="/ask")["text"] == "Ruth Vale"
    with pytest.raises(AuthenticationError):
        Client(guarded.address, auth=("bob", "wrong"), verbose=False)


def test_who_signed_out_is_out(guarded: Server) -> None:
    with guarded.client() as client:
        client.post("/login", data={"username": "ann", "password": PASSWORD})
        assert client.get("/v1/documents").status_code == 200
        kept = dict(client.cookies)
        client.get("/logout")
        assert client.get("/v1/documents").status_code == 401
    with guarded.client(cookies=kept) as client:
        assert client.get("/v1/documents").status_code == 401


def test_the_log_names_the_user_and_never_a_password(guarded: Server) -> None:
    with guarded.client(auth=("ann", PASSWORD)) as client:
        response = client.get("/v1/documents")
    line = guarded.logged(response.headers["x-request-id"])
    assert line["user"] == "ann"
    assert PASSWORD not in guarded.errors.read_text()


@browser
def test_a_person_signs_in_and_asks(guarded: Server, chromium) -> None:
    context = chromium.new_context(viewport=WIDE)
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(guarded.address, wait_until="domcontentloaded")
    page.get_by_label("User name").fill("ann")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("No account has this user name and password")
    page.get_by_label("User name").fill("ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    box = page.get_by_role("textbox", name="Your question")
    box.fill("Who is *Ruth Vale*?")
    box.press("Enter")
    expect(page.locator("[data-testid=bot]")).to_contain_text("Ruth Vale")
    assert [url for url in requests if not url.startswith((guarded.address, "data:", "blob:"))] == []
    context.close()
