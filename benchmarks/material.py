"""The texts and questions on which Pincite and its peers are measured."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from benchmarks.readme import ROOT
from benchmarks.squad import contexts
from index import Document, load
from pincite.evaluation import Pair, keep_articles, normalise, read_pairs, read_titles
from qa import bundled_article

BUNDLED_PAIRS = ROOT / "tests" / "data" / "islamabad-talks.jsonl"
SEED = 7
SPLIT, DEVELOPMENT = "test_v2.0", "tune_calibrate"


@dataclass(frozen=True, slots=True)
class Material:
    """A collection and what is asked of it; a pair whose `document` is None is asked of all there is.

    `development`: others of its kind, to choose thresholds with.
    """

    name: str
    texts: list[Document]
    pairs: list[Pair]
    development: Material | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the text `document` that software has found for a question."""

    document: str
    text: str


def holds(passage: Passage, pair: Pair) -> bool:
    """Return whether an answer stands in the passage, and the passage in the pair's own document if it has one."""
    if pair.document is not None and passage.document != pair.document.id:
        return False
    words = f" {normalise(passage.text)} "
    return any(f" {normalise(answer)} " in words for answer in pair.answers)


def bundled() -> Material:
    """Return the article that comes with Pincite, and its questions, a third of which it does not answer."""
    return from_files(bundled_article(), BUNDLED_PAIRS)


def from_files(article: Path, pairs: Path) -> Material:
    """Return an article and the questions about it, in any format that `pincite eval` reads."""
    return Material(article.stem, [load(article)], read_pairs(pairs))


def squad(data: Path, paragraphs: int = 200, questions: int = 300, split: str = SPLIT) -> Material:
    """So many paragraphs of the articles of SQuAD 2.0 in `split`, and so many of their questions: always these."""
    pairs = read_pairs(data / "dev" / "squad-dev-v2.0.json.gz")
    pairs = keep_articles(pairs, read_titles(f"{data / 'dev' / 'split.json'}#{split}"))
    documents = {pair.document.id: pair.document for pair in pairs if pair.document is not None}
    draw = random.Random(SEED)
    chosen = sorted(draw.sample(sorted(documents), min(paragraphs, len(documents))))
    among = [pair for pair in pairs if pair.document is not None and pair.document.id in set(chosen)]
    asked = draw.sample(among, min(questions, len(among)))
    return Material("squad", [documents[name] for name in chosen], asked)


def short_texts(count: int, words: int, data: Path | None = None) -> list[Document]:
    """`count` different texts of `words` words: runs of real paragraphs, of the bundled article without `data`."""
    return [Document(f"t{i:07d}", text) for i, text in enumerate(islice(_runs(words, data), count))]


def _runs(words: int, data: Path | None) -> Iterator[str]:
    sources = contexts(data) if data else [bundled().texts[0].text]
    random.Random(SEED).shuffle(sources)
    pool = cycle([word for source in sources for word in source.split()])
    number = 0
    while True:
        number += 1  # which makes every run another text, however often the pool has been through
        yield f"Part {number}. " + " ".join(islice(pool, words - 2))
