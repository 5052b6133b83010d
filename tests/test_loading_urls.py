from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from documents import line, pdf

from index import load
from index.errors import AddressRefusedError, FetchError, LoadError, SourceTooLargeError, UnsupportedFormatError
from index.load import connecting, load_each
from index.load.connecting import is_public
from index.load.fetching import fetch

HTML = "<html><body><article><h1>Bridge</h1><p>The old bridge closes on Monday, café.</p></article></body></html>"


class Site(BaseHTTPRequestHandler):
    """PAGES maps a path to (status, headers, body)."""

    PAGES: ClassVar[dict[str, tuple[int, dict[str, str], bytes]]] = {
        "/page": (200, {"Content-Type": "text/html; charset=ISO-8859-1"}, HTML.encode("latin-1")),
        "/plain": (200, {"Content-Type": "text/plain; charset=utf-16"}, "Words.".encode("utf-16")),
        "/notes.md": (200, {"Content-Type": "text/plain"}, b"# Notes\n\nWords."),
        "/a%20b.pdf": (200, {"Content-Type": "application/octet-stream"}, pdf([[line("Hello there.", 50, 700)]])),
        "/moved": (302, {"Location": "/page"}, b""),
        "/round": (302, {"Location": "/round"}, b""),
        "/inside": (301, {"Location": "http://localhost:1/secret"}, b""),
        "/file": (302, {"Location": "file:///etc/passwd"}, b""),
        "/picture": (200, {"Content-Type": "image/gif"}, b"GIF89a"),
        "/packed": (200, {"Content-Type": "text/plain", "Content-Encoding": "gzip"}, b"\x1f\x8b"),
        "/large": (200, {"Content-Type": "text/plain"}, b"x" * 5000),
    }

    def do_GET(self) -> None:
        if self.path == "/slow":
            self.send_response(200)
            self.end_headers()
            for _ in range(50):
                self.wfile.write(b"x")
                time.sleep(0.1)
            return
        status, headers, body = self.PAGES.get(self.path, (404, {}, b"gone"))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.path != "/large":  # its size is to be found out
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:  # a client that has seen enough
            self.close_connection = True


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_content_type_says_what_a_url_is_and_the_id_is_the_url(site: str) -> None:
    page = load(f"{site}/page", allow_private=True)
    assert (page.id, page.source, page.media_type) == (f"{site}/page", f"{site}/page", "text/html")
    assert page.text == "Bridge\n\nThe old bridge closes on Monday, café."
    assert load(f"{site}/plain", allow_private=True).text == "Words."
    assert load(f"{site}/notes.md", allow_private=True).media_type == "text/markdown"
    assert load(f"{site}/a b.pdf", allow_private=True).text == "Hello there."


def test_a_redirect_is_followed_and_the_id_stays(site: str) -> None:
    document = load(f"{site}/moved", allow_private=True)
    assert document.id == f"{site}/moved"
    assert document.heading_at(len(document.text)) == "Bridge"


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("/gone", FetchError, "answers with status 404"),
        ("/round", FetchError, "redirects more than 5 times"),
        ("/file", FetchError, "leads to 'file:///etc/passwd', which is not an http or https URL"),
        ("/picture", UnsupportedFormatError, "which is 'image/gif'"),
        ("/packed", FetchError, "sends 'gzip' unasked"),
    ],
)
def test_a_url_that_cannot_be_fetched_is_an_error_of_one_line(site: str, path: str, error: type, message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        load(f"{site}{path}", allow_private=True)
    assert "\n" not in str(caught.value)


def test_a_response_is_bounded_in_size_stated_or_not(site: str) -> None:
    with pytest.raises(SourceTooLargeError, match="more than 4999 bytes"):
        load(f"{site}/large", allow_private=True, max_bytes=4999)
    with pytest.raises(SourceTooLargeError, match="more than 10 bytes"):
        load(f"{site}/page", allow_private=True, max_bytes=10)
    assert len(load(f"{site}/large", allow_private=True, max_bytes=5000).text) == 5000


def test_a_response_that_drips_is_given_up_in_time(site: str) -> None:
    with pytest.raises(FetchError, match="took more than 1 s"):
        fetch(f"{site}/slow", max_bytes=1000, allow_private=True, seconds=1)


def test_a_private_address_is_refused_before_anything_is_sent(site: str) -> None:
    for url in (site, site.replace("127.0.0.1", "localhost"), "http://[::ffff:127.0.0.1]:1/", "http://2130706433:1/"):
        with pytest.raises(AddressRefusedError, match="add --allow-private"):
            load(url)


def test_the_address_of_a_redirect_is_judged_too(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(site.rpartition(":")[2])
    public = {"public.example": ["127.0.0.1"]}  # as if it were one

    def resolve(host: str, port: int, allow_private: bool) -> list[str]:
        return public.get(host) or real(host, port, allow_private)

    real = connecting.addresses
    monkeypatch.setattr(connecting, "addresses", resolve)
    assert fetch(f"http://public.example:{port}/page", max_bytes=10**6).media_type == "text/html"
    with pytest.raises(AddressRefusedError, match="'localhost' leads to"):
        fetch(f"http://public.example:{port}/inside", max_bytes=10**6)


def test_the_connection_is_made_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["93.184.215.14", "127.0.0.1"])  # public when it is judged, private a moment later
    connected = []

    def getaddrinfo(host: str, port: int, *_: object, **__: object) -> list[tuple]:
        address = host if host[0].isdigit() else next(answers)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def create_connection(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "create_connection", create_connection)
    with pytest.raises(FetchError, match="cannot be fetched: refused"):
        fetch("http://rebinding.example/", max_bytes=10)
    assert connected == [("93.184.215.14", 80)]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # where clouds keep their credentials
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
        ("2001::1", False),
        ("no address", False),
    ],
)
def test_only_addresses_of_the_open_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize("url", ["http://", "http://a:b@c.example/", "http://x:99999/", "https://[::1", "http://\x00/"])
def test_an_invalid_url_is_an_error_of_one_line(url: str) -> None:
    with pytest.raises(LoadError) as caught:
        load(url)
    assert "\n" not in str(caught.value)


def test_a_url_among_files_fails_alone(tmp_path) -> None:
    (tmp_path / "a.txt").write_text("Words.")
    found = list(load_each([tmp_path, "http://127.0.0.1:1/", "http://127.0.0.1:1/"]))
    assert [item.id for item in found] == ["a.txt", "http://127.0.0.1:1/"]
