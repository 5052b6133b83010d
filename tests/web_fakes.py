"""A page over a few documents and answers written down beforehand: `python tests/web_fakes.py PORT` serves it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

from fakes import HashingEmbedder, WordReader
from ports import free_port

from index import Index
from index.errors import PinciteError
from index.types import Document
from pincite.service.library import SwappableAnswerer
from qa import Answerer
from qa.answerer import AS_USUAL
from qa.confidence import FEATURES, Calibration
from qa.config import AskOptions
from qa.types import Answer, Citation, Form, Reason, Status, Timings, Turn
from qa.understand.talk import move_of

ROOT = Path(__file__).parent.parent
WAITED = 300.0  # seconds for a server to start, at most
LINGER = 10.0  # seconds in which somebody who has left may be back

LIGHTHOUSE = "lighthouse.txt"
FILLER = "The keeper wrote the weather down every evening, whatever it was, and went to bed."
HOSTILE = '<img src=x onerror="window.pwned=1">.txt'
HOSTILE_TEXT = (
    "<script>window.pwned=1</script>\n\n**bold** _it_ `code` $$x^2$$ [a](javascript:alert(1)) {{value}} ${value}\n\n"
    'The gate code is <b onmouseover="window.pwned=1">4711</b> &amp; it <img src=x onerror="window.pwned=1"> changes '
    "daily.\n\n<style>body{display:none}</style></article></div>"
)
HOSTILE_QUOTE = '<b onmouseover="window.pwned=1">4711</b> &amp; it <img src=x onerror="window.pwned=1">'

NOTE = "note.txt"
NOTE_TEXT = "The harbour master is Ruth Vale. She came in 1990."

WHEN = "When was the lamp first lit?"
WHO = "Who kept the light?"
GATE = "What is the gate code?"
OIL = "What does oil cost?"
CRASH = "Does it crash?"
EXAMPLES = [WHEN, WHO, OIL]
# A question for each form of answer.
WAS = "Was the lamp lit in 1851?"
HOW = "How was the light kept?"
ABOUT = "What is this about?"
LIST = "List the keepers of the light."
KEEPER, COST, LIT = "Who kept the light?", "what did it cost?", "when was the lamp lit?"
PARTS = f"{KEEPER[:-1]}, {COST[:-1]}, and {LIT}"
THANKS = "Thank you!"
WHERE = "Where does it say that?"
SURE = 0.873  # the confidence of every scripted answer


def documents() -> list[Document]:
    """One too long for a screen, with its answers far apart, and one that is full of markup, its name too."""
    filler = "\n\n".join([FILLER] * 30)
    text = (
        f"The lighthouse stands on Skerry Point.\n\n{filler}\n\n"
        f"The lamp was first lit in 1851, on a clear night. Nobody cheered.\n\n{filler}\n\n"
        f"It was kept by Ann Gray. Her sister Jane Gray helped.\n\n{filler}"
    )
    return [Document(LIGHTHOUSE, text), Document(HOSTILE, HOSTILE_TEXT)]


class ScriptedAnswerer:
    """Answers from a list; what is not on it, it abstains from. `answer` keeps the contract of `qa.Answerer`."""

    def __init__(self) -> None:
        self.documents = {document.id: document for document in documents()}
        coverage = ((0.0, 1.0, 0.5), (0.2, 0.8, 0.6), (0.9, 0.3, 0.95))
        self.calibration = Calibration((0.0,) * len(FEATURES), 0.0, 0.2, "of no reader", "scripted", coverage)
        self.script = {
            WHEN: [(LIGHTHOUSE, "1851")],
            WHO: [(LIGHTHOUSE, "Ann Gray"), (LIGHTHOUSE, "Jane Gray")],
            GATE: [(HOSTILE, HOSTILE_QUOTE)],
        }

    short = False

    def answer(self, question: str, history: Sequence[Turn] = (), options: AskOptions = AS_USUAL) -> Answer:
        """The scripted answer; a question "And …" is read together with the one before it.

        Every answer is 87.3% likely to be right.
        """
        if not question.strip():
            raise PinciteError("the question is empty; <b>type</b> one")
        if question == CRASH:
            raise RuntimeError("a secret of the server's")
        read_as = f"{history[-1]['question']} {question}" if history and question.startswith("And") else question
        timings = Timings(retrieve=1.0, read=1.0, cite=1.0, total=3.0)
        if question in (WAS, HOW, ABOUT, LIST, PARTS, THANKS, WHERE):
            return self.formed(question)
        if question not in self.script:
            nearest = self.cite(LIGHTHOUSE, "Nobody cheered.")
            reason = Reason.NOT_DISCUSSED
            return Answer(question, read_as, Status.ABSTAINED, None, 0.1, (), nearest, reason, timings)
        cited = tuple(self.cite(*place) for place in self.script[question])
        if options.min_confidence is not None and options.min_confidence > SURE:
            reason = Reason.LOW_CONFIDENCE
            return Answer(question, read_as, Status.ABSTAINED, None, SURE, (), cited[0], reason, timings)
        return Answer(question, read_as, Status.ANSWERED, cited[0].quote, SURE, cited, None, None, timings)

    def formed(self, question: str) -> Answer:
        """An answer of another form than a span; an overview has no confidence, and talk gets a reply."""
        lit, kept = "The lamp was first lit in 1851, on a clear night.", "It was kept by Ann Gray."
        forms: dict[str, tuple[Form, list[tuple[str, str | None]], dict[str, Any]]] = {
            WAS: (Form.STATEMENT, [(lit, "1851")], {"verdict": "yes"}),
            HOW: (Form.PASSAGE, [(f"{kept} Her sister Jane Gray helped.", "Her sister")], {}),
            ABOUT: (Form.OVERVIEW, [("The lighthouse stands on Skerry Point.", None), (lit, None), (kept, None)], {}),
            LIST: (Form.LIST, [("Ann Gray", None), ("Jane Gray", None)], {}),
            PARTS: (Form.LIST, [("Ann Gray", None), ("1851", None)], {"parts": (KEEPER, COST, LIT)}),
            THANKS: (Form.REPLY, [], {}),
            WHERE: (Form.REPLY, [(lit, None)], {}),
        }
        form, places, more = forms[question]
        cited = [self.focused(quote, focus) for quote, focus in places]
        if question == PARTS:
            cited = [replace(one, part=part) for one, part in zip(cited, (KEEPER, LIT), strict=True)]
            more["missing"] = (COST,)
        replied = form is Form.REPLY
        status = Status.REPLIED if replied else Status.ANSWERED
        text = "You are welcome." if replied else "\n".join(one.quote for one in cited)
        confidence = None if replied or form is Form.OVERVIEW else SURE
        timings = Timings(retrieve=1.0, read=1.0, cite=1.0, total=3.0)
        return Answer(
            question, question, status, text, confidence, tuple(cited), None, None, timings, form=form, **more
        )

    def focused(self, quote: str, focus: str | None) -> Citation:
        """The citation of `quote`, with the words in it that matter most."""
        cited = self.cite(LIGHTHOUSE, quote)
        if focus is None:
            return cited
        start = cited.start + quote.index(focus)
        return replace(cited, focus_start=start, focus_end=start + len(focus))

    def cite(self, document_id: str, quote: str) -> Citation:
        """The first place of `quote`, its sentence the stretch between a full stop or line break and the next."""
        document = self.documents[document_id]
        text = document.text
        start = text.index(quote)
        end = start + len(quote)
        stop = text.rfind(". ", 0, start)
        first = max(stop + 2 if stop >= 0 else 0, text.rfind("\n", 0, start) + 1)
        last = end if quote.endswith(".") else text.index(".", end) + 1
        page, around = None, (text[max(start - 32, 0) : start], text[end : end + 32])
        return Citation(document_id, document_id, start, end, quote, first, last, page, *around, document.sha256)


@contextmanager
def serving(command: str, *arguments: str) -> Iterator[str]:
    """Runs Python code that serves a page at the port in its `sys.argv[1]`; gives the page's address."""
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    process = subprocess.Popen([sys.executable, "-c", command, str(port), *arguments], cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(address: str, process: subprocess.Popen[bytes], seconds: float = WAITED) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended before it was ready"
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError(f"{address} was not ready after {seconds} seconds")


def pdf(*pages: list[str]) -> bytes:
    """A PDF with these lines on its pages: A4, Times, 14 points, from 72 points left and 760 above the bottom."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
    ]
    for n, lines in enumerate(pages):
        shown = " ".join(f"({line}) Tj T*" for line in lines)
        stream = f"BT /F1 14 Tf 72 760 Td 20 TL {shown} ET"
        fonts = "/Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {fonts} /Contents {5 + 2 * n} 0 R >>")
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return f"{out}xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode("latin-1")


class SpanAnswerer(Answerer):
    """Answers with words alone, also where they are the question's own, as those of `WordReader` are."""

    def answer(self, question: str, history: Sequence[Turn] = (), options: AskOptions = AS_USUAL) -> Answer:
        """As `Answerer.answer`, by default with a span; talk is replied to."""
        if options.form is None and move_of(question, in_conversation=bool(history)) is None:
            options = replace(options, form=Form.SPAN)
        return super().answer(question, history, options)


def growing() -> Answerer:
    """An answerer that takes further documents: it answers with the words that a question has between asterisks."""
    weights = (0.4,) + (0.0,) * (len(FEATURES) - 1)
    calibration = Calibration(
        weights,
        0.0,
        0.3,
        "of no reader",
        WordReader.id,
        coverage=((0.0, 1.0, 0.6), (0.3, 0.8, 0.7)),
        short_threshold=0.2,
        short_coverage=((0.0, 1.0, 0.4), (0.2, 0.7, 0.5)),
    )
    index = Index.build([Document(NOTE, NOTE_TEXT)], embedder=HashingEmbedder())
    return SpanAnswerer(index, reader=WordReader(), calibration=calibration)


def living(folder: Path) -> SwappableAnswerer:
    """What `growing` gives, in place of which comes one of the text files in `folder` once there is any."""
    served = SwappableAnswerer(growing())

    def follow() -> None:
        while not (files := sorted(folder.glob("*.txt"))):
            time.sleep(0.1)
        before = served.current
        texts = [Document(file.name, file.read_text()) for file in files]
        index = Index.build(texts, embedder=before.index.embedder)
        served.current = SpanAnswerer(index, reader=before.reader, calibration=before.calibration)

    Thread(target=follow, daemon=True).start()
    return served


if __name__ == "__main__":
    import app
    from pincite.web import handlers

    # Who has left is waited for, as long as a page takes to be loaded anew on a busy machine; two minutes are too long.
    handlers.Visitors = partial(handlers.Visitors, linger=LINGER)  # type: ignore[misc, assignment]
    kinds = {"growing": growing, "living": lambda: living(Path(sys.argv[4]))}
    chosen = kinds.get(next(iter(sys.argv[2:3]), ""), ScriptedAnswerer)()
    options = json.loads(sys.argv[3]) if len(sys.argv) > 3 else {}
    app.launch(chosen, port=int(sys.argv[1]), examples=EXAMPLES, **options)
