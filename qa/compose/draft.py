"""Defines drafts of answers: what each form would cite, before the decision to answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from index import Hit, Index
from qa.candidates import Candidate
from qa.compose.blocks import Blocks
from qa.compose.evidence import UNFITTED, Fusion, Sentence, scored_sentences, stems
from qa.compose.previous_answer import NOWHERE, Nearby, nearest_first
from qa.compose.sentence_kinds import held_to_subject, suited
from qa.config import AskConfig
from qa.read import PassageReading
from qa.types import Form
from qa.understand.answer_type import names_in
from qa.understand.parsed_question import ParsedQuestion
from qa.understand.question_clause import without_story

# What somebody says of themselves, so that the question is asked for their case.
_CIRCUMSTANCE = re.compile(r"\b(?:if|when|while|as|since) (?:I|we|my|our|you|your|one|someone)\b[^,;?]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """`document.text[start:end]`, to be cited. `focus`: the words in it that matter most; `part`: what it answers."""

    document_id: str
    start: int
    end: int
    focus: tuple[int, int] | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class DraftAnswer:
    """What would be cited, best first or in the text's order, and how likely a person is to accept it.

    `confidence`: from 0 to 1, None where the form has no fit. `likely`: whether it is to be given. `verdict`: "yes" or
    "no", where that is calibrated.
    """

    form: Form
    places: tuple[Place, ...]
    confidence: float | None
    likely: bool
    missing: tuple[str, ...] = ()
    verdict: str | None = None


@dataclass(slots=True)
class Material:
    """What search and reader found for one question.

    `fusion`: how sentences are scored; `sentences`: scored, best first, computed on first use. `carried`: the
    words that a follow-up has from the turns before it; `near`: where the answer before it stands.
    """

    asked: ParsedQuestion
    index: Index
    hits: Sequence[Hit]
    readings: Sequence[PassageReading]
    candidates: Sequence[Candidate]
    short: bool
    config: AskConfig
    fusion: Fusion = UNFITTED
    carried: frozenset[str] = frozenset()
    near: Nearby = NOWHERE
    _sentences: list[Sentence] | None = field(default=None, init=False)
    _blocks: dict[str, Blocks] = field(default_factory=dict, init=False)

    @property
    def sentences(self) -> list[Sentence]:
        if self._sentences is None:
            scored = scored_sentences(
                self.asked.question, self.index, self.hits, self.readings, self.blocks, self.fusion,
                settles=self.asked.form in (Form.STATEMENT, Form.PASSAGE),
            )  # fmt: skip
            texts = [self.index.text(hit.chunk) for hit in self.hits[: len(self.readings)]]
            question = without_story(self.asked.question)
            ranked = nearest_first(scored, self.near, self.index)
            of_subject = held_to_subject(question, ranked, texts, self.index, self.blocks)
            self._sentences = suited(question, of_subject, self.index, self.blocks)
        return self._sentences

    def preferring(self, wanted: Callable[[Sentence], bool], within: float) -> Material:
        """Keep only the sentences that are `wanted`, if one of them is within so many logits of the best."""
        best = self.sentences[0].score if self.sentences else 0.0
        fitting = [sentence for sentence in self.sentences if wanted(sentence)]
        if not fitting or fitting[0].score < best - within:
            return self
        preferring = replace(self)
        preferring._sentences, preferring._blocks = fitting, self._blocks
        return preferring

    @property
    def documents(self) -> list[str]:
        """The ids of the documents that were found, the nearest first."""
        return list(dict.fromkeys(hit.chunk.document_id for hit in self.hits))

    @property
    def absent(self) -> float:
        """The share of the question's content words that are in none of the passages read, from 0 to 1."""
        asked = stems(self.asked.question)
        read: set[str] = set()
        for hit in self.hits[: len(self.readings)]:
            read |= stems(self.index.text(hit.chunk))
            read |= stems(self.blocks(hit.chunk.document_id).heading(hit.chunk.start))
        return len(asked - read) / len(asked) if asked else 0.0

    @property
    def names_missing(self) -> list[str]:
        """The names in the question that stand in no document that was found, nor elsewhere in the index.

        A name that is common elsewhere ("API") tells little; a rare name would have been found. Nor do those of the
        asker's own circumstances ("if I live in Oban"), which no text need name.
        """
        vocabulary = self.index.vocabulary
        texts = [self.index.documents[document_id].text for document_id in self.documents]
        claimed = _CIRCUMSTANCE.sub("", self.asked.question)
        names = [name for name in names_in(claimed) if not (stems(name) and stems(name) <= vocabulary.keys())]
        return [name for name in names if not any(_stands_in(name, text) for text in texts)]

    def blocks(self, document_id: str) -> Blocks:
        """Return the blocks of a document."""
        if document_id not in self._blocks:
            self._blocks[document_id] = Blocks(self.index.documents[document_id])
        return self._blocks[document_id]

    def text(self, document_id: str, start: int, end: int) -> str:
        """Return the words there."""
        return self.index.documents[document_id].text[start:end]


def _stands_in(name: str, text: str) -> bool:
    """Return whether a text contains a name, also in small letters and without a possessive or plural ending."""
    stem = re.sub(r"(?:['’]s|s|['’])$", "", name)
    return re.search(rf"(?<!\w){re.escape(stem)}", text, re.IGNORECASE) is not None
