"""The process that recognises words: what it is given, how it is ended, and what it reads for real."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextvars import copy_context
from pathlib import Path

import pytest
from pictures import HEIGHT, LEFT, LINE, SIZE, TOP, WIDTH, picture, png, scanned

from index import load
from index.errors import DamagedFileError
from index.load.ocr import extra, recogniser
from index.load.ocr.recogniser import budget, opened
from index.load.pdf.boxes import boxes
from index.sandbox import ReadTask, Sandbox
from qa.unread import recognised_text

LINES = ["The tenant pays a rent of 1,250 pounds each month.", "", "Either side may end the lease in writing."]

GREETING = 'import json, sys\nprint(json.dumps({"engine": "Eyes 2.0", "models": ["eyes"]}), flush=True)\n'
ANSWER = '{"width": 850, "height": 1100, "frames": 1, "lines": []}'
ASKED = "wanted = json.loads(sys.stdin.buffer.readline())\nsys.stdin.buffer.read(wanted['size'])\n"

Script = Callable[[str], None]


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    """Puts a script in place of the engine."""

    def put(text: str) -> None:
        path = tmp_path / "engine.py"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setattr(extra, "find_spec", lambda name: object())
        monkeypatch.setattr(recogniser.rapid, "__file__", str(path))

    return put


def test_what_reads_is_named_once_it_has_read(script: Script) -> None:
    script(f"{GREETING}{ASKED}print({ANSWER!r}, flush=True)\nsys.stdin.read()")
    with opened() as found:
        assert found is not None
        assert found.name == ""  # nothing is started before there is a picture
        seen = found.read(png(LINES))
        assert seen is not None
        assert (seen.width, seen.height, seen.lines) == (850, 1100, ())
        assert (found.name, found.models) == ("Eyes 2.0", ("eyes",))


def test_a_process_that_hangs_is_ended_when_the_time_is_up_and_nothing_is_started_after_it(script: Script) -> None:
    script(f"{GREETING}import time\ntime.sleep(60)")

    def read_twice() -> None:
        budget(1.0)
        with opened() as found:
            assert found is not None
            assert found.read(png(LINES)) is None
            assert found.is_spent()
            assert found.read(png(LINES)) is None

    began = time.monotonic()
    copy_context().run(read_twice)
    assert time.monotonic() - began < 20


def test_a_picture_that_breaks_the_process_costs_itself_and_the_process_is_started_again_thrice(
    script: Script, tmp_path: Path
) -> None:
    script(f"{GREETING}open({str(tmp_path / 'starts')!r}, 'a').write('.')\n{ASKED}sys.exit(1)")
    with opened() as found:
        assert found is not None
        assert [found.read(png(LINES)) for _ in range(5)] == [None] * 5
        assert found.is_spent()
    assert (tmp_path / "starts").read_text() == "..."


def test_a_picture_that_cannot_be_read_is_none_and_the_next_one_is_read_by_the_same_process(
    script: Script, tmp_path: Path
) -> None:
    once = f'{ASKED}print(\'{{"error": "damaged"}}\', flush=True)\n{ASKED}print({ANSWER!r}, flush=True)\n'
    script(f"{GREETING}open({str(tmp_path / 'starts')!r}, 'a').write('.')\n{once}sys.stdin.read()")
    with opened() as found:
        assert found is not None
        assert found.read(b"no picture") is None
        assert found.read(png(LINES)) is not None
    assert (tmp_path / "starts").read_text() == "."


def test_nothing_is_recognised_without_the_extra() -> None:
    with opened() as found:
        assert found is None


# -- for real


@pytest.mark.ocr
def test_a_scan_is_read_word_for_word_and_each_word_where_it_was_drawn(tmp_path: Path) -> None:
    path = tmp_path / "lease.pdf"
    path.write_bytes(scanned(LINES))
    document = load(path)
    assert document.text.split() == " ".join(LINES).split()
    start = document.text.index("lease")
    (box,) = boxes(document, start, start + len("lease"))
    scale = 612 / WIDTH
    # The word stands on the third line, about a half along it; letters are 24 pixels high.
    assert (TOP + 2 * LINE - SIZE / 2) * scale < box.y0 < box.y1 < (TOP + 2 * LINE + 2 * SIZE) * scale
    assert LEFT * scale < box.x0 < box.x1 < WIDTH * scale / 1.5
    (said,) = recognised_text(document)
    assert re.fullmatch(r"page 1 of lease.pdf was recognised by RapidOCR [\d.]+ \(\S+, \S+\), which may misread", said)


@pytest.mark.ocr
@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_picture_that_lies_on_its_side_or_stands_on_its_head_is_read_in_order(tmp_path: Path, turned: int) -> None:
    upright, path = tmp_path / "upright.png", tmp_path / "turned.png"
    upright.write_bytes(png(LINES))
    path.write_bytes(png(LINES, turned=turned))
    first, other = load(upright), load(path)
    assert other.text.split() == first.text.split() == " ".join(LINES).split()
    start = first.text.index("writing")
    (a,), (b,) = first.boxes_in(start, start + 7), other.boxes_in(start, start + 7)
    wanted = {
        90: (a.y0, WIDTH - a.x1, a.y1, WIDTH - a.x0),
        180: (WIDTH - a.x1, HEIGHT - a.y1, WIDTH - a.x0, HEIGHT - a.y0),
        270: (HEIGHT - a.y1, a.x0, HEIGHT - a.y0, a.x1),
    }
    assert (b.x0, b.y0, b.x1, b.y1) == pytest.approx(wanted[turned], abs=12)


@pytest.mark.ocr
def test_the_process_that_reads_for_others_recognises_within_its_limits(tmp_path: Path) -> None:
    path = tmp_path / "lease.pdf"
    path.write_bytes(scanned(LINES))
    apart = Sandbox()
    try:
        (read,) = apart.read([ReadTask("lease.pdf", str(path))])
    finally:
        apart.close()
    assert read.document.text.split() == " ".join(LINES).split()
    assert read.document == load(path, root=tmp_path)


@pytest.mark.ocr
@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", png(LINES)[:500], b"GIF89a" + b"\xff" * 50, b"no picture"])
def test_a_damaged_picture_is_refused_in_a_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(DamagedFileError, match=r"^'a.png' cannot be read as a picture"):
        load(tmp_path / "a.png")


@pytest.mark.ocr
def test_a_picture_of_a_hundred_million_pixels_is_refused(tmp_path: Path) -> None:
    picture([]).convert("1").resize((10_000, 10_000)).save(tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size < 100_000
    with pytest.raises(DamagedFileError, match=r"^'a.png' cannot be read as a picture"):
        load(tmp_path / "a.png")


@pytest.mark.ocr
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_recognising_connects_to_nothing_and_writes_nothing_beside_its_models(tmp_path: Path) -> None:
    import rapidocr

    folder, path, log = Path(rapidocr.__file__).parent, tmp_path / "lease.png", tmp_path / "calls"
    path.write_bytes(png(LINES))
    before = {file: file.stat().st_mtime_ns for file in folder.rglob("*.onnx")}
    command = [sys.executable, "-m", "pincite.cli", "show", str(path)]
    calls = ["strace", "-f", "-e", "trace=connect,sendto", "-o", str(log), *command]
    shown = subprocess.run(calls, capture_output=True, text=True, check=True).stdout
    assert "1,250 pounds" in shown
    assert "AF_INET" not in log.read_text(encoding="utf-8")
    assert {file: file.stat().st_mtime_ns for file in folder.rglob("*.onnx")} == before
