"""SQuAD 1.1's development set as one collection, and the split of its articles: see `--data` of each benchmark."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import Chunk, Document
from index.embed import Embedder

FILE, SPLIT = "squad-dev-v1.1.json.gz", "split.json"
SPLITS = {"tune": ("tune_train", "tune_calibrate"), "test": ("test_v1.1",)}
CUTS = (1, 3, 5, 10, 20)

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Question:
    """`spans`: where annotators found the answer in the document `document_id`."""

    text: str
    document_id: str
    spans: tuple[tuple[int, int], ...]

    def is_met_by(self, chunk: Chunk) -> bool:
        """Return whether `chunk` overlaps a gold span in the gold paragraph."""
        return chunk.document_id == self.document_id and any(
            start < chunk.end and chunk.start < end for start, end in self.spans
        )


def read_collection(data: Path, split: str, *, titles: bool = True) -> tuple[list[Document], list[Question]]:
    """Return every paragraph as a document of its own, and the questions of the articles in `split` (tune, test)."""
    lists = json.loads((data / "dev" / SPLIT).read_text(encoding="utf-8"))
    wanted = {title for name in SPLITS[split] for title in lists[name]}
    documents: list[Document] = []
    questions: list[Question] = []
    for article in read_articles(data / "dev" / FILE):
        metadata = {"title": article["title"].replace("_", " ")} if titles else {}
        for paragraph in article["paragraphs"]:
            document = Document(f"p{len(documents):05d}", paragraph["context"], metadata=metadata)
            documents.append(document)
            if article["title"] in wanted:
                questions += [_question(document.id, qa) for qa in paragraph["qas"]]
    return documents, questions


def contexts(data: Path) -> list[str]:
    """Return every paragraph of every file in `data`, once each."""
    found: dict[str, None] = {}
    for path in sorted((data / "dev").glob("squad*.json.gz")) + sorted((data / "train").glob("*.json.gz")):
        for article in read_articles(path):
            found.update((paragraph["context"], None) for paragraph in article["paragraphs"])
    return [text for text in found if text.strip()]


def recall(ranks: Sequence[int | None]) -> dict[str, float]:
    """recall@k in percent and mean reciprocal rank, from the rank from 1 of each question's first right chunk."""
    found = [rank for rank in ranks if rank is not None]
    scores = {f"recall@{k}": 100 * sum(rank <= k for rank in found) / len(ranks) for k in CUTS}
    return {**scores, "mrr": sum(1 / rank for rank in found) / len(ranks)}


class SquadCollection:
    """An embedder whose vectors are kept in a folder, so that a second run embeds nothing."""

    def __init__(self, embedder: Embedder, folder: Path | None) -> None:
        self.id = embedder.id
        self.dimension = embedder.dimension
        self.max_tokens = embedder.max_tokens
        self.count_tokens = embedder.count_tokens
        self._embedder = embedder
        self._folder = folder
        self._known: dict[str, Vectors] = {}
        name = hashlib.sha256(embedder.id.encode()).hexdigest()[:12]
        self._path = folder / f"{name}.npz" if folder is not None else None
        if self._path is not None and self._path.is_file():
            with np.load(self._path, allow_pickle=False) as kept:
                self._known = dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As the embedder that it stands for does."""
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if new:
            self._known.update(zip(new, self._embedder.embed(list(new.values())), strict=True))
        return np.array([self._known[key] for key in keys], dtype=np.float32).reshape(len(keys), self.dimension)

    def keep(self) -> None:
        """Write what is known into the folder."""
        if self._path is not None and self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            np.savez(self._path, keys=np.array(list(self._known)), vectors=np.array(list(self._known.values())))


def write_result(path: Path, result: dict[str, Any]) -> None:
    """Write `result` as JSON."""
    path.write_text(json.dumps({"schema_version": 1, **result}, indent=2) + "\n", encoding="utf-8")


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a gzipped file of JSON Lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_articles(path: Path) -> list[dict[str, Any]]:
    """Return the articles of a gzipped file in SQuAD's format."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        articles: list[dict[str, Any]] = json.load(file)["data"]
    return articles


def _question(document_id: str, qa: dict[str, Any]) -> Question:
    spans = {(a["answer_start"], a["answer_start"] + len(a["text"])) for a in qa["answers"]}
    return Question(qa["question"].strip(), document_id, tuple(sorted(spans)))
