"""Documents read in a process of their own: within limits, ended at any moment, and no different from reading here."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import DamagedFileError, LoadError, SourceTooLargeError, UnsupportedFormatError
from index.load import load
from index.sandbox import ReadTask, Sandbox
from index.split.sentences import split_sentences
from index.store.segment_data import document_of, plain_document
from index.types import Document, Segment, SegmentKind, Unread, UnreadKind

LEASE = "Ann Gray signed the lease. It was in 1851.\n\nThe mill burned down.\n"
TABLE = "<table><tr><th>Year</th><th>Rent</th></tr><tr><td>1851</td><td>£40</td></tr></table>"
PAGE = f"<html><head><title>Lease</title></head><body><h1>Lease</h1><p>{LEASE * 5}</p>{TABLE}</body></html>"


@pytest.fixture(scope="module")
def apart() -> Iterator[Sandbox]:
    found = Sandbox(seconds=30)
    yield found
    found.close()


@pytest.mark.parametrize(("name", "text"), [("a.txt", LEASE), ("a.md", f"# Lease\n\n{LEASE}"), ("a.html", PAGE)])
def test_what_is_read_is_what_is_read_here(apart: Sandbox, name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    (read,) = apart.read([ReadTask(name, source=str(path))])
    here = load(path)
    assert (read.document, list(read.sentences)) == (here, split_sentences(here))


def test_what_could_not_be_read_and_the_headers_of_cells_come_along() -> None:
    cell = Segment(SegmentKind.CELL, 5, 8, number=2, headers=((0, 4), (5, 8)))
    unread = (Unread(UnreadKind.PAGE, pages=(2, 3), count=2), Unread(UnreadKind.OBJECT, detail="plan.xls"))
    document = Document("a", "Year 1851", segments=(cell,), metadata={"tags": ("x", "y")}, unread=unread)
    assert document_of(json.loads(json.dumps(plain_document(document)))) == document


def test_errors_are_the_same_as_without_the_sandbox(apart: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "upload.pdf"
    path.write_text("no PDF")
    with pytest.raises(DamagedFileError, match=r"^'report.pdf' is not a PDF"):
        apart.read([ReadTask("report.pdf", source=str(path))])
    with pytest.raises(UnsupportedFormatError, match=r"^cannot read 'a.exe'"):
        apart.read([ReadTask("a.exe", source=str(path))])


@pytest.mark.parametrize("kind", ["device", "link", "pipe", "folder"])
def test_only_regular_files_are_opened(apart: Sandbox, kind: str, tmp_path: Path) -> None:
    path = {"device": Path("/dev/zero")}.get(kind, tmp_path / "upload.txt")
    if kind == "link":
        path.symlink_to("/etc/passwd")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    with pytest.raises(LoadError, match="is not a regular file"):
        apart.read([ReadTask("a.txt", source=str(path))])


def test_reading_that_nobody_waits_for_ends_at_once(apart: Sandbox) -> None:
    apart.read([ReadTask("a", text="Ready.")])
    began = time.monotonic()
    with pytest.raises(InterruptedError):
        apart.read([ReadTask("a.md", text="* " * 500_000)], stop=lambda: True)
    assert time.monotonic() < began + 10


def test_reading_that_takes_too_much_time_or_memory_is_ended_and_the_next_one_works() -> None:
    hasty = Sandbox(seconds=1)
    try:
        with pytest.raises(SourceTooLargeError, match="took more than 1 s"):
            hasty.read([ReadTask("a.md", text="* a\n" * 900_000)])
        assert hasty.read([ReadTask("a", text=LEASE)])[0].document.text == LEASE
    finally:
        hasty.close()
    small = Sandbox(memory=1 << 20)
    try:
        with pytest.raises(SourceTooLargeError):
            small.read([ReadTask("a", text=LEASE * 100_000)])
    finally:
        small.close()


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_read_within_the_memory_that_reading_has(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    rows = [f"A-{n:06d},Customer {n % 5000},{n % 977}.50" for n in range(100_000)]
    path.write_text("\n".join(["Order,Customer,Amount", *rows]))
    roomy = Sandbox()
    try:
        (read,) = roomy.read([ReadTask("orders.csv", source=str(path))])
    finally:
        roomy.close()
    document = read.document
    last = document.segments[-1]
    assert document.text[last.start : last.end] == f"{99_999 % 977}.50"
    assert [document.text[a:b] for a, b in last.headers] == ["Amount", "A-099999"]
    assert (last.number, len(read.sentences)) == (100_001, 100_001)


def children() -> set[int]:
    """Return the ids of the processes that this one has started."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = stat.read_text(errors="replace").rpartition(")")[2].split()[1]
        except OSError:
            continue  # it has ended meanwhile
        if int(parent) == os.getpid():
            found.add(int(stat.parent.name))
    return found


def test_another_one_is_started_where_the_process_that_reads_was_ended() -> None:
    found = Sandbox()
    try:
        others = children()
        found.read([ReadTask("a", text=LEASE)])
        (ready,) = children() - others
        os.kill(ready, signal.SIGKILL)
        assert found.read([ReadTask("a", text=LEASE)])[0].document.text == LEASE
    finally:
        found.close()
