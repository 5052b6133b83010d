"""Questions of which people marked the sentences that answer, or said yes or no: the files below `evidence/`.

A passage that is all evidence teaches no choice: its sentences are put among those of other passages. A question that
is asked of other passages alone has no sentence that answers, and neither yes nor no.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from training.data import Example, Span, kept_out
from training.heads import Verdict

Record = dict[str, Any]

# Characters of a passage that is put together, and of a meeting's part.
LONGEST = 1100
# Of a passage that is put together: so many sentences that answer at most, and so many of others.
MOST_ANSWERING, OTHERS = 3, (2, 5)
NOTHING_ANSWERS = 0.2
YES_NO = {"yes": Verdict.YES, "no": Verdict.NO}
SUPPORT = {
    "SUPPORTS": Verdict.YES,
    "REFUTES": Verdict.NO,
    "true": Verdict.YES,
    "false": Verdict.NO,
    "Entailment": Verdict.YES,
    "Contradiction": Verdict.NO,
    "NotMentioned": Verdict.NEITHER,
}


def read_records(path: Path) -> list[Record]:
    """Return the records of a .jsonl.gz file, in order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_evidence(path: Path, rng: random.Random) -> list[Example]:
    """Return the examples of the file `path`, put together anew with each `rng`; those kept for calibrating left out.

    Raises `KeyError` for a file that no reader is known for.
    """
    name = path.name.removesuffix(".jsonl.gz")
    return [example for example in _READERS[name](path, rng) if example.context.strip()]


def boolq(path: Path, rng: random.Random) -> Iterator[Example]:
    """Yes/no questions that people typed, each on a paragraph; a quarter once more on another title's."""
    rows = [row for row in read_records(path) if not kept_out(row["title"], BOOLQ_KEPT)]
    for row in rows:
        yield _judged(row, row["question"], row["passage"], YES_NO[row["label"]])
        other = rng.choice(rows)
        if rng.random() < NOTHING_ANSWERS and other["title"] != row["title"]:
            yield _judged(row, row["question"], other["passage"], Verdict.NEITHER, answering=())


def contracts(path: Path, rng: random.Random) -> Iterator[Example]:
    """Statements on parts of contracts; of the seventeen fixed statements a sample, as many of each verdict."""
    rows = read_records(path)
    for label in ("Entailment", "Contradiction", "NotMentioned"):
        own = [row for row in rows if row["label"] == label]
        for row in rng.sample(own, min(CONTRACTS_EACH, len(own))):
            yield _judged(row, row["hypothesis"], row["passage"], SUPPORT[label])


def creak(path: Path, rng: random.Random) -> Iterator[Example]:
    """Statements and a sentence that explains why they hold or not: a small sample."""
    rows = read_records(path)
    for row in rng.sample(rows, min(CREAK, len(rows))):
        yield _judged(row, row["hypothesis"], row["passage"], SUPPORT[row["label"]])


def pubmed(path: Path, rng: random.Random) -> Iterator[Example]:
    """Yes/no questions that are titles of papers, on abstracts; half of them with the conclusion, which answers."""
    for row in read_records(path):
        if row["label"] in YES_NO:
            verdict, passage = YES_NO[row["label"]], row["passage"]
            if rng.random() < 0.5:
                passage = f"{passage[-LONGEST:]} {row['conclusion']}"
                said = ((len(passage) - len(row["conclusion"]), len(passage)),)
                yield _judged(row, row["question"], passage, verdict, answering=said)
            else:
                yield _judged(row, row["question"], passage, verdict)


def claims(path: Path, rng: random.Random) -> Iterator[Example]:
    """Statements with the sentences of a page among which one decides; half of them once more without that one."""
    for row in read_records(path):
        own = [c["text"] for c in row["candidates"] if c["gold"]] or [row["passage"]]
        others = [c["text"] for c in row["candidates"] if not c["gold"]]
        yield _mixed(row, row["hypothesis"], own, others, SUPPORT[row["label"]], rng)
        if others and rng.random() < 0.5:
            yield _mixed(row, row["hypothesis"], [], others, Verdict.NEITHER, rng)


def experts(path: Path, rng: random.Random) -> Iterator[Example]:
    """Experts' yes/no questions with the snippets that answer, among those of other questions."""
    rows = read_records(path)
    yield from _among_others(rows, rng, key="id", lines=lambda row: row["evidence"], asked=lambda row: row["question"])


def rules(path: Path, rng: random.Random) -> Iterator[Example]:
    """Yield questions on a government's rules with the lines that answer, among those of other pages.

    Half are asked with the scenario that they are asked in; without it a yes or no is not known.
    """
    rows = [row for row in read_records(path) if row["evidence"]]
    asked = {row["id"]: f"{row['scenario']} {row['question']}" for row in rows if rng.random() < 0.5}
    yield from _among_others(
        rows,
        rng,
        key="url",
        lines=lambda row: row["evidence"],
        asked=lambda row: asked.get(row["id"]) or str(row["question"]),
        judged=lambda row: row["id"] in asked and not any(answer["conditions"] for answer in row["answers"]),
    )


def facts(path: Path, rng: random.Random) -> Iterator[Example]:
    """Yes/no questions that take several facts, among the facts of other questions: a sample."""
    rows = read_records(path)
    rows = rng.sample(rows, min(FACTS, len(rows)))
    yield from _among_others(rows, rng, key="term", lines=lambda row: row["facts"], asked=lambda row: row["question"])


def turns(path: Path, rng: random.Random) -> Iterator[Example]:
    """Turns of conversations on a passage, asked behind the question before, with the sentences that answer."""
    for row in read_records(path):
        question = " ".join([*(turn["q"] for turn in row["history"][-1:]), row["question"]])
        spans = tuple((a, b) for a, b, _ in row["answer_spans"]) if row["label"] == "span" else ()
        yield Example(
            row["id"], row["id"], question, row["passage"], spans, "coqa", known=bool(spans),
            answering=tuple((a, b) for a, b, _ in row["evidence_spans"]), verdict=YES_NO.get(row["label"]),
        )  # fmt: skip


def meetings(path: Path, rng: random.Random) -> Iterator[Example]:
    """Yield what people ask of meetings, on parts of these: the turns that answer, and parts in which none does."""
    said = {row["id"]: row for row in read_records(path.with_name("qmsum-meetings.jsonl.gz"))}
    for row in read_records(path):
        if row["split"] != "train" or row["kind"] != "specific" or not row["evidence_chars"]:
            continue
        meeting = said[row["meeting"]]
        spoken = [tuple(turn) for turn in meeting["turns"]]
        own = [tuple(span) for span in row["evidence_chars"]]
        holding = [i for i, turn in enumerate(spoken) if _meets(turn, own)]
        places = [rng.choice(holding)] if holding else []
        if rng.random() < 2 * NOTHING_ANSWERS:
            places.append(rng.randrange(len(spoken)))
        for place in places:
            yield _part_of_meeting(row, meeting["passage"], spoken, own, place, rng)


def _part_of_meeting(
    row: Record, text: str, spoken: Sequence[Span], own: Sequence[Span], place: int, rng: random.Random
) -> Example:
    first = max(0, place - rng.randint(0, 6))
    last = first
    while last + 1 < len(spoken) and (last < place or spoken[last + 1][1] - spoken[first][0] < LONGEST):
        last += 1
    start, end = spoken[first][0], spoken[last][1]
    inside = [(a - start, b - start) for a, b in spoken[first : last + 1]]
    answering = tuple(span for span in inside if _meets((span[0] + start, span[1] + start), own))
    return Example(
        row["id"], row["meeting"], row["question"], text[start:end], (), "qmsum", known=False,
        answering=answering, sentences=tuple(inside),
    )  # fmt: skip


def _meets(span: Span, others: Iterable[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _among_others(
    rows: Sequence[Record],
    rng: random.Random,
    *,
    key: str,
    lines: Callable[[Record], list[str]],
    asked: Callable[[Record], str],
    judged: Callable[[Record], bool] = lambda row: True,
) -> Iterator[Example]:
    for row in rows:
        others = [line for _ in range(6) for line in lines(rng.choice(rows)) if line not in lines(row)]
        strangers = [
            line for other in rng.sample(rows, min(6, len(rows))) if other[key] != row[key] for line in lines(other)
        ]
        verdict = YES_NO.get(row.get("label", "")) if judged(row) else None
        yield _mixed(row, asked(row), lines(row), strangers or others, verdict, rng)
        if rng.random() < NOTHING_ANSWERS:
            yield _mixed(row, asked(row), [], strangers or others, None if verdict is None else Verdict.NEITHER, rng)


def _mixed(
    row: Record,
    question: str,
    own: Sequence[str],
    others: Sequence[str],
    verdict: Verdict | None,
    rng: random.Random,
) -> Example:
    """`own` lines, which answer, in their order among `others`; as many as fit."""
    first = rng.randint(0, max(0, len(own) - MOST_ANSWERING))
    run = [(line, True) for line in own[first : first + MOST_ANSWERING] if line.strip()]
    chosen = [(line, False) for line in rng.sample(list(others), min(len(others), rng.randint(*OTHERS)))]
    at = rng.randint(0, len(chosen))
    lines = [*chosen[:at], *run, *chosen[at:]]
    while len(chosen) > 1 and sum(len(line) + 1 for line, _ in lines) > LONGEST:
        lines.remove(chosen.pop())
    sentences, answering, start = [], [], 0
    for line, answers in lines:
        sentences.append((start, start + len(line)))
        if answers:
            answering.append(sentences[-1])
        start += len(line) + 1
    text = "\n".join(line for line, _ in lines)
    return Example(
        row["id"], row["id"], question, text, (), "evidence", known=False,
        answering=tuple(answering), sentences=tuple(sentences), verdict=verdict,
    )  # fmt: skip


def _judged(
    row: Record, question: str, passage: str, verdict: Verdict, answering: tuple[Span, ...] | None = None
) -> Example:
    return Example(
        str(row["id"]), str(row.get("title", row["id"])), question, passage, (), "verdict", known=False,
        answering=answering, verdict=verdict,
    )  # fmt: skip


BOOLQ_KEPT = 0.3  # the share of titles
CONTRACTS_EACH, CREAK, FACTS = 400, 600, 1000
_READERS: dict[str, Callable[[Path, random.Random], Iterator[Example]]] = {
    "boolq-val": boolq,
    "contractnli-pairs-train": contracts,
    "creak-train": creak,
    "pubmedqa-l": pubmed,
    "fm2-dev": claims,
    "bioasq-yesno": experts,
    "conditionalqa-train": rules,
    "strategyqa-train": facts,
    "coqa-abg-val": turns,
    "qmsum-queries": meetings,
}
