"""Questions, contexts and gold spans from SQuAD-format files, kept apart from what is measured on."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA_VERSION = 1  # of the records of training and parity
SHARED_RUN_WORDS = 13
_WORD = re.compile(r"\w+")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Example:
    """One question on one context.

    `spans` are half-open character offsets of the answer in `context`: every place that counts as right,
    or nothing when the context does not answer the question. `evidence`: they are whole sentences, of which some part
    is the answer.
    `known`: whether `spans` are known at all. `answering`: the sentences that answer; None: those with the spans, or
    unknown where these are. `sentences`: the context's own, where they are not found by splitting it. `verdict`: what
    the context says to a question or statement (see `training.heads.Verdict`). `pair`: what a question shares with the
    other half of a minimal pair.
    """

    id: str
    title: str
    question: str
    context: str
    spans: tuple[Span, ...]
    origin: str
    evidence: bool = False
    known: bool = True
    answering: tuple[Span, ...] | None = None
    sentences: tuple[Span, ...] = ()
    verdict: int | None = None
    pair: str = ""

    def __post_init__(self) -> None:
        for start, end in (*self.spans, *(self.answering or ()), *self.sentences):
            if not 0 <= start < end <= len(self.context):
                raise ValueError(f"question {self.id!r}: span {(start, end)} lies outside its context")


def read_squad(
    path: Path,
    *,
    titles: Iterable[str] | None = None,
    every_occurrence: bool = False,
    every_answer: bool = False,
    without: str = "",
) -> list[Example]:
    """Return all questions of a SQuAD 1.1 or 2.0 file (.json or .json.gz), or those of the articles in `titles`.

    Of several annotators' answers the most frequent is the target, the shortest among equals.
    `every_occurrence` counts each place where its text stands: for files whose offsets only name the first.
    `every_answer` counts all answers, the items of a list. Paragraphs whose `src` is in `without` are left out.
    """
    wanted = None if titles is None else set(titles)
    origin = path.name.removesuffix(".gz").removesuffix(".json")
    found = []
    for article in load_json(path)["data"]:
        if wanted is not None and article["title"] not in wanted:
            continue
        for paragraph in article["paragraphs"]:
            context = paragraph["context"]
            if paragraph.get("src", "-") in without:
                continue
            for qa in paragraph["qas"]:
                if every_answer:
                    spans = tuple(
                        sorted({(a["answer_start"], a["answer_start"] + len(a["text"])) for a in qa["answers"]})
                    )
                else:
                    spans = _target(qa["answers"], context, every_occurrence)
                found.append(Example(qa["id"], article["title"], qa["question"].strip(), context, spans, origin))
    return found


def read_pair_names(path: Path) -> dict[str, str]:
    """Return the pair that each question of a file of minimal pairs belongs to: `{question id: pair}`.

    A line: the unanswerable question's id, and that of the answerable one that a person made it of, or nothing.
    """
    names = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        next(lines)  # the names of the columns
        for line in lines:
            unanswerable, answerable, *_ = line.split("\t")
            if answerable:
                names[unanswerable] = names[answerable] = f"pair:{answerable}"
    return names


def load_json(path: Path) -> Any:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        return json.load(file)


def _target(answers: list[dict[str, Any]], context: str, every_occurrence: bool) -> tuple[Span, ...]:
    if not answers:
        return ()
    votes = Counter((answer["text"], answer["answer_start"]) for answer in answers)
    text, start = min(votes, key=lambda key: (-votes[key], len(key[0])))
    if every_occurrence:
        starts = [m.start() for m in re.finditer(rf"(?<!\w){re.escape(text)}(?!\w)", context)] or [start]
    else:
        starts = [start]
    return tuple((s, s + len(text)) for s in starts)


def runs_of_words(text: str, length: int = SHARED_RUN_WORDS) -> Iterator[int]:
    """Yield a hash for each run of `length` consecutive lower-cased words of `text`."""
    words = [word.lower() for word in _WORD.findall(text)]
    for i in range(len(words) - length + 1):
        yield hash(tuple(words[i : i + length]))


def without_overlap(examples: list[Example], guarded: Iterable[str]) -> list[Example]:
    """Drop the examples whose context shares a run of 13 words with a guarded context."""
    forbidden = {run for context in set(guarded) for run in runs_of_words(context)}
    shares = {c: any(run in forbidden for run in runs_of_words(c)) for c in {e.context for e in examples}}
    return [example for example in examples if not shares[example.context]]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def kept_out(title: str, share: float) -> bool:
    """Return whether `title` is one of the `share` of titles that are kept out of training, to calibrate with."""
    return int(hashlib.sha256(title.encode()).hexdigest()[:8], 16) < share * 16**8
