"""Holds the shipped reader to the fp32 one, and a passage read alone to the same passage in a batch."""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass
from pathlib import Path

from tqdm import tqdm

from pincite.evaluation import Pair, keep_articles, read_pairs, score
from qa.read import OnnxReader, SpanScore
from training.data import SCHEMA_VERSION, load_json
from training.mixture import SPLIT

PAIRS = "dev/squad-dev-v1.1.json.gz"
AT_ONCE = 8
QUESTIONS = 1000
MAX_LOSS = 0.5


@dataclass(frozen=True, slots=True)
class Parity:
    """F1 (0 to 100) always answering on paragraphs of the calibration articles, in fp32 and as shipped.

    `reader`: the shipped one's id. `furthest`: the largest difference that company in a batch makes to a margin.
    """

    reader: str
    questions: int
    f1_fp32: float
    f1_shipped: float
    furthest: float


def check(data: Path, fp32: Path, shipped: Path) -> Parity:
    """Measure both and write `parity.json` beside the shipped model.

    Raises `ValueError` if the shipped model loses more than half a point of F1.
    """
    pairs = keep_articles(read_pairs(data / PAIRS), load_json(data / SPLIT)["tune_calibrate"])
    pairs = random.Random(0).sample(pairs, min(QUESTIONS, len(pairs)))
    reader = OnnxReader(shipped)
    f1 = mean_f1(OnnxReader(fp32), pairs), mean_f1(reader, pairs)
    parity = Parity(reader.id, len(pairs), *f1, furthest(reader, pairs[:32]))
    written = {"schema_version": SCHEMA_VERSION, **asdict(parity)}
    (shipped / "parity.json").write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    if parity.f1_fp32 - parity.f1_shipped > MAX_LOSS:
        raise ValueError(f"the shipped model loses {parity.f1_fp32 - parity.f1_shipped:.2f} F1, more than {MAX_LOSS}")
    return parity


def mean_f1(reader: OnnxReader, pairs: list[Pair]) -> float:
    """F1 from 0 to 100 of the best span of each pair's own paragraph."""
    total = 0.0
    for first in tqdm(range(0, len(pairs), AT_ONCE), desc="check"):
        batch = pairs[first : first + AT_ONCE]
        for pair, span in zip(batch, _best(reader, batch), strict=True):
            total += score(_text(pair)[span.start : span.end], pair.answers, pair.rules).f1
    return 100 * total / len(pairs)


def furthest(reader: OnnxReader, pairs: list[Pair]) -> float:
    """Return the largest difference between margins read alone and read together."""
    together = _best(reader, pairs)
    alone = [_best(reader, [pair])[0] for pair in pairs]
    return max(abs(a.margin - b.margin) for a, b in zip(together, alone, strict=True))


def _best(reader: OnnxReader, pairs: list[Pair]) -> list[SpanScore]:
    return [passage.spans[0] for passage in reader.read([(p.question, _text(p)) for p in pairs]).passages]


def _text(pair: Pair) -> str:
    assert pair.document is not None, "SQuAD's pairs bring their paragraphs"
    return pair.document.text
