"""Questions with the answers that people gave to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from index.types import Document


class Rules(StrEnum):
    """Which official script scores: SQuAD 1.1's or 2.0's. They differ only where a text normalises to nothing."""

    V1_1 = "1.1"
    V2_0 = "2.0"


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the texts that count as its answer; no texts means that it cannot be answered.

    `document`: the text it is asked of, None where the whole file is asked of one source. `title`: the article
    it comes from, or "". `place`: the file and the row, for error messages. `rules`: how it is scored.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    document: Document | None = None
    title: str = ""
    place: str = ""
    rules: Rules = Rules.V2_0

    @property
    def answerable(self) -> bool:
        """Whether the source holds an answer."""
        return bool(self.answers)
