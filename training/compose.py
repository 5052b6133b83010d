"""Composes paragraphs of single sentences, so that an answer has to be told from its neighbours.

QAMR asks many questions of each sentence, and alone a sentence leaves a reader little to choose from. Put back among
the other sentences of its article, it becomes one place of several.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import replace

from training.data import Example

FEWEST, MOST = 3, 9
# A sentence as its own context; a longer context is a paragraph already.
_LONGEST = 400
_WORD = re.compile(r"[a-z0-9]+")
_COMMON = frozenset(
    "a an the i we us our you your me my of in on at to for from by with and or is are was were be been being do does"
    " did has have had what who whom whose when where which why how many much it its they them their he she his her"
    " that this these those as not something someone somebody some thing one kind type".split()
)


def composed(examples: list[Example], share: float, rng: random.Random) -> list[Example]:
    """`examples`, of which `share` stand in a run of 3 to 9 consecutive contexts of their article.

    Those whose question has as many words in common with another sentence of the run stay alone: it may be asked of
    that one too. Answers that are a pronoun or the like are left out: they tell a person nothing.
    """
    if share == 0.0:
        return examples
    examples = [e for e in examples if not e.spans or any(_words(e.context[start:end]) for start, end in e.spans)]
    contexts: dict[str, list[str]] = defaultdict(list)
    for title, context in dict.fromkeys((e.title, e.context) for e in examples):
        if len(context) <= _LONGEST:
            contexts[title].append(context)
    return [_within(e, contexts[e.title], rng) if rng.random() < share else e for e in examples]


def _within(example: Example, contexts: list[str], rng: random.Random) -> Example:
    if example.context not in contexts or len(contexts) < FEWEST:
        return example
    length = rng.randint(FEWEST, min(MOST, len(contexts)))
    at = contexts.index(example.context)
    first = rng.randint(max(0, at - length + 1), min(at, len(contexts) - length))
    run = contexts[first : first + length]
    asked = _words(example.question)
    own = len(asked & _words(example.context))
    if any(len(asked & _words(other)) >= own for other in run if other != example.context):
        return example
    shift = sum(len(each) + 1 for each in run[: at - first])
    spans = tuple((start + shift, end + shift) for start, end in example.spans)
    return replace(example, context=" ".join(run), spans=spans)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower())) - _COMMON
