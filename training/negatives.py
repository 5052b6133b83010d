"""Questions that their context does not answer, made from questions that theirs does.

Four kinds. *Mined* negatives pair a question with the passage that BM25 ranks highest among those of the
same collection that do not hold its answer: what a reader meets behind a retriever. *Altered* negatives keep
the passage and change the question (another name, another number, an antonym, a negation), after Zhu et al.
2019, "Learning to Ask Unanswerable Questions for Machine Reading Comprehension". *Silenced* negatives lack the
sentences that hold the answer: on the subject, and without it. *Renamed* ones say of someone else what the
question asks; as often the question is renamed too and stays answerable, so that a new name alone tells nothing.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import replace

import bm25s

from index import Document
from index.split.sentences import split_sentences
from training.data import Example

_NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][\w'’-]+(?: (?:of |the |de )?[A-Z][\w'’-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
# An auxiliary before a participle or adjective; before a subject ("was the king") "not" would have to move.
_AUXILIARY = re.compile(
    r"\b(was|were|is|are|can|could|has|have|had|will|would|should) (?=[a-z]+(?:ed|en|ing|able|ible)\b)"
)
_ANTONYMS = {
    "first": "last", "largest": "smallest", "biggest": "smallest", "highest": "lowest", "most": "least",
    "more": "fewer", "before": "after", "increase": "decrease", "increased": "decreased", "north": "south",
    "northern": "southern", "east": "west", "eastern": "western", "early": "late", "earliest": "latest",
    "oldest": "newest", "begin": "end", "began": "ended", "start": "stop", "started": "stopped",
    "support": "oppose", "supported": "opposed", "accept": "reject", "accepted": "rejected", "win": "lose",
    "won": "lost", "best": "worst", "good": "bad", "positive": "negative", "high": "low", "long": "short",
    "major": "minor", "male": "female", "men": "women", "common": "rare", "public": "private", "inside": "outside",
    "rich": "poor", "strong": "weak", "hot": "cold", "old": "young", "like": "dislike", "buy": "sell",
}  # fmt: skip
_ANTONYMS |= {right: left for left, right in _ANTONYMS.items() if right not in _ANTONYMS}
_ANTONYM = re.compile(r"\b(" + "|".join(_ANTONYMS) + r")\b")


def mined(examples: list[Example], share: float, rng: random.Random, depth: int = 12) -> list[Example]:
    """For `share` of the answerable examples, one with the best-ranked passage that lacks the answer.

    Passages compete within an origin; of two candidates in `depth` the better-ranked is likelier to be taken.
    """
    pools: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        pools[example.origin].append(example)
    made: list[Example] = []
    for pool in pools.values():
        contexts = sorted({example.context for example in pool})
        asked = [example for example in pool if example.spans and rng.random() < share]
        if not asked or len(contexts) < 2:
            continue
        index = bm25s.BM25()
        index.index(bm25s.tokenize(contexts, stopwords="en", show_progress=False), show_progress=False)
        queries = bm25s.tokenize([e.question for e in asked], stopwords="en", show_progress=False)
        ranked, _ = index.retrieve(queries, k=min(depth, len(contexts)), show_progress=False)
        for example, row in zip(asked, ranked, strict=True):
            answer = example.context[slice(*example.spans[0])].lower()
            wrong = [c for c in (contexts[i] for i in row) if c != example.context and answer not in c.lower()]
            if wrong:
                context = wrong[min(int(rng.expovariate(0.7)), len(wrong) - 1)]
                made.append(replace(example, id=f"{example.id}:mined", context=context, spans=()))
    return made


def altered(examples: list[Example], share: float, rng: random.Random) -> list[Example]:
    """For `share` of the answerable examples, one whose question was changed so that the context is silent."""
    names = _names_by_title(examples)
    made = []
    for example in examples:
        if not example.spans or rng.random() >= share:
            continue
        question = _alter(example, names[example.title], rng)
        if question is not None:
            made.append(replace(example, id=f"{example.id}:altered", question=question, spans=()))
    return made


def silenced(examples: list[Example], share: float, rng: random.Random) -> list[Example]:
    """For `share` of the answerable examples, one whose context has lost every sentence that holds the answer."""
    made = []
    for example in examples:
        if not example.spans or rng.random() >= share:
            continue
        answer = example.context[slice(*example.spans[0])].lower()
        sentences = [example.context[s:e] for s, e in split_sentences(Document(example.id, example.context))]
        left = [sentence for sentence in sentences if answer not in sentence.lower()]
        if 2 <= len(left) < len(sentences):
            made.append(replace(example, id=f"{example.id}:silenced", context=" ".join(left), spans=()))
    return made


def renamed(examples: list[Example], share: float, rng: random.Random) -> list[Example]:
    """For `share` of the answerable examples, one in whose context a name or number of the question is another.

    In half of them the question is changed alike, and its answer stays right.
    """
    names = _names_by_title(examples)
    made = []
    for example in examples:
        if example.spans and rng.random() < share:
            changed = _rename(example, names[example.title], rng)
            if changed is not None:
                made.append(changed)
    return made


def _names_by_title(examples: list[Example]) -> dict[str, list[str]]:
    """Return the names that stand in the contexts of each article."""
    found: dict[str, set[str]] = defaultdict(set)
    for title, context in {(e.title, e.context) for e in examples}:
        found[title].update(_NAME.findall(context))
    return {title: sorted(names) for title, names in found.items()}


def _rename(example: Example, names: list[str], rng: random.Random) -> Example | None:
    context, question = example.context, example.question
    answers = [context[start:end] for start, end in example.spans]
    shared = {
        found
        for pattern in (_NAME, _NUMBER)
        for found in pattern.findall(question)
        if re.search(rf"\b{re.escape(found)}\b", context) and not any(found in answer for answer in answers)
    }
    if not shared:
        return None
    old = rng.choice(sorted(shared))
    if _NUMBER.fullmatch(old):
        new = str(max(1, int(old) + rng.choice([-40, -7, -2, 3, 6, 25]))) if old.isdigit() else None
    else:
        others = [n for n in names if n not in context and n not in question and old not in n]
        new = rng.choice(others) if others else None
    if new is None or new in context:
        return None
    occurrences = list(re.finditer(rf"\b{re.escape(old)}\b", context))
    if any(m.start() < end and start < m.end() for m in occurrences for start, end in example.spans):
        return None
    context = re.sub(rf"\b{re.escape(old)}\b", lambda _: new, context)
    if rng.random() < 0.5:
        return replace(example, id=f"{example.id}:renamed", context=context, spans=())
    growth = len(new) - len(old)
    spans = []
    for start, end in example.spans:
        shift = growth * sum(m.end() <= start for m in occurrences)
        spans.append((start + shift, end + shift))
    question = re.sub(rf"\b{re.escape(old)}\b", lambda _: new, question)
    return replace(example, id=f"{example.id}:renamed-both", question=question, context=context, spans=tuple(spans))


def _alter(example: Example, names: list[str], rng: random.Random) -> str | None:
    ways = [_other_name, _other_number, _antonym, _negation]
    weights = [6, 5, 4, 1]
    order = sorted(range(len(ways)), key=lambda i: rng.random() ** (1 / weights[i]), reverse=True)
    for i in order:
        question = ways[i](example, names, rng)
        if question is not None and question != example.question:
            return question
    return None


def _other_name(example: Example, names: list[str], rng: random.Random) -> str | None:
    found = list(_NAME.finditer(example.question))
    if not found:
        return None
    old = rng.choice(found)
    answer = example.context[slice(*example.spans[0])]
    near = sorted(set(_NAME.findall(example.context)))
    pool = near if rng.random() < 0.6 else names
    choices = [n for n in pool if n not in example.question and old[0] not in n and n not in answer and answer not in n]
    return _put(example.question, old, rng.choice(choices)) if choices else None


def _other_number(example: Example, names: list[str], rng: random.Random) -> str | None:
    found = list(_NUMBER.finditer(example.question))
    if not found:
        return None
    old = rng.choice(found)
    answer = example.context[slice(*example.spans[0])]
    choices = [n for n in set(_NUMBER.findall(example.context)) if n != old[0] and n not in answer]
    if choices and rng.random() < 0.5:
        return _put(example.question, old, rng.choice(sorted(choices)))
    if old[0].isdigit():
        return _put(example.question, old, str(max(1, int(old[0]) + rng.choice([-20, -10, -3, -1, 1, 2, 5, 10, 30]))))
    return None


def _antonym(example: Example, names: list[str], rng: random.Random) -> str | None:
    found = list(_ANTONYM.finditer(example.question))
    if not found:
        return None
    old = rng.choice(found)
    return _put(example.question, old, _ANTONYMS[old[0]])


def _negation(example: Example, names: list[str], rng: random.Random) -> str | None:
    found = _AUXILIARY.search(example.question)
    if found is None or " not " in example.question:
        return None
    return f"{example.question[: found.end()]}not {example.question[found.end() :]}"


def _put(text: str, old: re.Match[str], new: str) -> str:
    return text[: old.start()] + new + text[old.end() :]
