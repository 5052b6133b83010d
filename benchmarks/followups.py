"""Measures how follow-ups are read: against people's own rewrites, and by what is found with them.

    python -m benchmarks.followups DATA [--fit] [--out benchmarks/results/followups.json]

DATA holds evidence/ (cast-human, ikat-rewrites, mtrag-rewrites) and measure/ (mtrag-tasks). Of the rewrites those are
left out that use personal facts, or whose conversation is in mtrag-tasks. Topics are split in two by the hash of their
name: on one half the weights were fitted (`--fit` does it again) and the rules tried; the other is measured. Whole
conversations are measured by `benchmarks.conversations`.

- `rewrites`: word F1 with the person's rewrite, of the turn as it stands ("bare"), of the turn with the one before in
  front ("before"), and as it is read here ("read"); the turns before it are read in the same way.
- `recall`: of mtrag-tasks, the share of relevant passages among the first five of all passages, by BM25 alone. "read"
  searches both readings where there are two, and fuses them (reciprocal rank fusion), as the better supported wins.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.made_with import made_with
from benchmarks.squad import read_lines
from index.search.lexical import Bm25
from qa.types import Turn
from qa.understand.anaphora import can_stand_for, slots_of
from qa.understand.antecedents import OMITTED, PRONOUN, Context, features_of_omitted, features_of_slot
from qa.understand.ellipsis import with_earlier
from qa.understand.followup import Readings, read_follow_up
from qa.understand.history import Exchange, mentions_of
from qa.understand.mentions import Mention, content_words

FIRST = 5
FUSED = 60  # the constant of reciprocal rank fusion
WEIGHTS = Path(__file__).parent.parent / "qa" / "understand" / "antecedents.json"


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A turn that a person rewrote so that it stands on its own. `history`: the turns before it."""

    source: str
    topic: str
    question: str
    rewrite: str
    history: tuple[Turn, ...]

    @property
    def held_out(self) -> bool:
        """Whether its topic is in the half that is measured."""
        return int(hashlib.sha256(self.topic.encode()).hexdigest(), 16) % 2 == 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, or fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--fit", action="store_true", help="write the weights anew, from the half that is not measured")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/followups.json"))
    given = parser.parse_args(arguments)
    rows = list(rewritten(given.data))
    if given.fit:
        fit([row for row in rows if not row.held_out], rows)
        return 0
    tasks = read_lines(given.data / "measure" / "mtrag-tasks.jsonl.gz")
    held_out = [row for row in rows if row.held_out and row.history]
    found = {
        "command": "python -m benchmarks.followups DATA",
        "made_with": made_with("followups"),
        "rewrites": word_f1(held_out),
        "recall": recall(tasks),
    }
    given.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))
    return 0


# -- the rewrites


def rewritten(data: Path) -> Iterator[Rewritten]:
    """Yield all turns that may be used, with their history."""
    for row in read_lines(data / "evidence" / "cast-human.jsonl.gz"):
        said = [{"question": question, "answer": None} for question in row["history"]]
        if said and row["context"]:  # the passage that answered the turn before
            said[-1]["answer"] = row["context"]
        topic = f"{row['set']}-{row['topic']}"
        yield Rewritten("cast", f"cast-{topic}", row["question"], row["rewrite"], tuple(said))
    for row in read_lines(data / "evidence" / "ikat-rewrites.jsonl.gz"):
        if not row["personal_facts_used"]:
            yield _rewritten("ikat", f"ikat-{row['topic']}", row)
    measured = {row["id"] for row in read_lines(data / "measure" / "mtrag-tasks.jsonl.gz")}
    for row in read_lines(data / "evidence" / "mtrag-rewrites.jsonl.gz"):
        if row["id"] not in measured:
            yield _rewritten("mtrag", row["id"].split("<::>")[0], row)


def _rewritten(source: str, topic: str, row: dict[str, Any]) -> Rewritten:
    history = tuple({"question": turn["q"], "answer": turn.get("a")} for turn in row["history"])
    return Rewritten(source, topic, row["question"], row["rewrite"], history)


def word_f1(rows: Iterable[Rewritten]) -> dict[str, dict[str, float]]:
    """Of each source and of all: turns, and the mean word F1 of each way to read them."""
    scores: dict[str, list[dict[str, float]]] = defaultdict(list)
    for row in rows:
        before = f"{row.history[-1]['question']} {row.question}"
        ways = {"bare": row.question, "before": before, "read": read_follow_up(row.question, row.history).best}
        score = {way: f1(words, row.rewrite) for way, words in ways.items()}
        for group in (row.source, "all"):
            scores[group].append(score)
    return {
        group: {"turns": len(kept), **{way: round(fmean(score[way] for score in kept), 4) for way in kept[0]}}
        for group, kept in scores.items()
    }


def f1(one: str, other: str) -> float:
    """Of the words of both, without regard to case or order."""
    a, b = (Counter(re.findall(r"\w+", text.casefold())) for text in (one, other))
    shared = (a & b).total()
    return 2 * shared / (a.total() + b.total()) if shared else 0.0


# -- what is found


def recall(tasks: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Recall among the first five, of all follow-ups and of the questions that have passages at all."""
    passages = {p["id"]: f"{p['title']}\n{p['text']}" for task in tasks for p in task["passages"]}
    ids = list(passages)
    engine = Bm25.build(passages.values())
    scores: dict[str, list[dict[str, float]]] = defaultdict(list)
    for task in tasks:
        relevant = {task["passages"][i]["id"] for i in task.get("relevant_passages", range(len(task["passages"])))}
        if not relevant or not task["history"]:
            continue
        history = _turns(task["history"])
        readings = read_follow_up(task["question"], history)
        ways = {
            "bare": [task["question"]],
            "before": [f"{history[-1]['question']} {task['question']}"],
            "read_best": [readings.best],
            "read": list(_both(readings)),
        }
        score = {way: _recall(queries, relevant, ids, engine) for way, queries in ways.items()}
        for group in (task["collection"], "all"):
            scores[group].append(score)
    return {
        group: {"questions": len(kept), **{way: round(fmean(score[way] for score in kept), 4) for way in kept[0]}}
        for group, kept in scores.items()
    }


def _both(readings: Readings) -> Iterator[str]:
    yield readings.best
    if readings.other is not None:
        yield readings.other


def _recall(queries: Sequence[str], relevant: set[str], ids: Sequence[str], engine: Bm25) -> float:
    fused: dict[str, float] = defaultdict(float)
    for query in queries:
        for rank, (position, _) in enumerate(engine.search(query, 50)):
            fused[ids[position]] += 1 / (FUSED + rank)
    best = sorted(fused, key=lambda passage: -fused[passage])[:FIRST]
    return len(relevant & set(best)) / min(FIRST, len(relevant))


def _turns(history: Sequence[dict[str, str]]) -> list[Turn]:
    turns: list[dict[str, str | None]] = []
    for said in history:
        if said["speaker"] == "user":
            turns.append({"question": said["text"], "answer": None})
        elif turns:
            turns[-1]["answer"] = said["text"]
    return list(turns)


# -- the fit


def fit(rows: Sequence[Rewritten], every: Sequence[Rewritten]) -> None:
    """Two logistic regressions: whether the rewrite takes up a phrase that was said before. Histories as rewritten."""
    rewrites = {(row.topic, row.question): row.rewrite for row in every}
    samples: dict[str, list[tuple[dict[str, float], bool]]] = {PRONOUN: [], OMITTED: []}
    for row in rows:
        earlier = [
            Exchange.of(asked, rewrites.get((row.topic, asked), asked), str(turn["answer"] or ""))
            for turn in row.history
            for asked in [str(turn["question"])]
        ]
        if earlier and not with_earlier(row.question, earlier[-1].question, earlier[-1].answer):
            kind, new = _samples(row, mentions_of(earlier))
            samples[kind] += new
    weights = {kind: _weights(kept) for kind, kept in samples.items()}
    # No answer in the data is a short phrase; one that is, is what is spoken of next (Grosz et al., Centering, 1995).
    weights[PRONOUN]["is_answer"], weights[OMITTED]["is_answer"] = 1.0, 0.3
    WEIGHTS.write_text(json.dumps({"weights": weights}, indent=1) + "\n", encoding="utf-8")


def _samples(row: Rewritten, mentions: Sequence[Mention]) -> tuple[str, list[tuple[dict[str, float], bool]]]:
    context, wanted = Context(row.question, mentions), content_words(row.rewrite)

    def taken_up(mention: Mention) -> bool:
        return bool(mention.words) and mention.words <= wanted and bool(mention.words - context.words)

    if not (slots := slots_of(row.question)):
        return OMITTED, [(features_of_omitted(mention, context), taken_up(mention)) for mention in mentions]
    able = [mention for mention in mentions if can_stand_for(mention, slots[0])]
    return PRONOUN, [(features_of_slot(slots[0], mention, context), taken_up(mention)) for mention in able]


def _weights(samples: Sequence[tuple[dict[str, float], bool]]) -> dict[str, float]:
    from sklearn.linear_model import LogisticRegression

    names = sorted({name for features, _ in samples for name in features})
    values = [[features.get(name, 0.0) for name in names] for features, _ in samples]
    fitted = LogisticRegression(C=0.5, max_iter=2000, fit_intercept=False).fit(values, [taken for _, taken in samples])
    return {name: round(float(weight), 3) for name, weight in zip(names, fitted.coef_[0], strict=True)}


if __name__ == "__main__":
    sys.exit(main())
