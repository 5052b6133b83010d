"""Stand-ins for an Answerer, and pairs to ask it, for the tests of the evaluation and of its command."""

from __future__ import annotations

from typing import Any

from index.types import Document
from qa.evaluation import Pair
from qa.types import Answer, Citation, Reason, Status, Timings

SONG = Document("Song#1", "Anna sings in Rome.")
TIDE = Document("Tide#2", "Bo swims at noon.")
TIMINGS = Timings(retrieve=1.0, read=2.0, cite=0.5, total=4.0)


def answered(question: str, text: str, document: Document = SONG, confidence: float | None = 0.9) -> Answer:
    start = document.text.index(text)
    end = start + len(text)
    whole = (0, len(document.text))
    place = Citation(document.id, "", start, end, text, *whole, None, "", "", document.sha256)
    return Answer(question, question, Status.ANSWERED, text, confidence, (place,), None, None, TIMINGS)


def declined(question: str) -> Answer:
    return Answer(question, question, Status.ABSTAINED, None, 0.1, (), None, Reason.LOW_CONFIDENCE, TIMINGS)


class Script:
    """Answers a question with the text the script has for it, raises it if it is an exception, else declines."""

    def __init__(self, lines: dict[str, Any], document: Document = SONG) -> None:
        self.lines, self.document, self.asked = lines, document, list[tuple[str, int, float | None]]()

    def ask(self, question: str, *, top_k: int = 5, min_confidence: float | None = None) -> Answer:
        self.asked.append((question, top_k, min_confidence))
        line = self.lines.get(question)
        if isinstance(line, BaseException):
            raise line
        return answered(question, line, self.document) if line else declined(question)


PAIRS = [
    Pair("1", "Who sings?", ("Anna",), SONG),
    Pair("2", "Where?", ("in Rome", "Milan"), SONG),
    Pair("3", "When?", (), SONG),
    Pair("4", "Why?", ("joy",), SONG),
    Pair("5", "What?", (), SONG),
]
