"""Whether what answers a question was found and cited, as shares: (part, whole), an entry for each question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from pincite.evaluation.judging import Row
from pincite.evaluation.resampling import Floats
from pincite.evaluation.retrieval import cutoffs, ndcg, recall, reciprocal_rank
from pincite.evaluation.sentences import SentenceScore

Share = tuple[Floats, Floats]


def of_search(rows: Sequence[Row], top_k: int) -> dict[str, Share]:
    """Over the answerable questions of which it is known where an answer stands."""
    placed = column(row.placed for row in rows)
    found: dict[str, list[float]] = {name: [] for name in (*(f"recall@{k}" for k in cutoffs(top_k)), "mrr", "ndcg")}
    for row in rows:
        holds = [passage.holds for passage in row.retrieved]
        gold = [i for i, answer in enumerate(row.gold) if answer.places]
        for k in cutoffs(top_k):
            several = row.list_score is not None
            found[f"recall@{k}"].append(100 * recall(holds, gold, k, several=several) if row.placed else 0.0)
        found["mrr"].append(reciprocal_rank(holds))
        found["ndcg"].append(ndcg(holds, row.relevant or 0, top_k))
    found[f"ndcg@{top_k}"] = found.pop("ndcg")
    return {name: (column(values) * placed, placed) for name, values in found.items()}


def of_citations(rows: Sequence[Row]) -> dict[str, Share]:
    """Precision over the sentences cited; recall over the answerable questions whose answers stand somewhere."""
    cited, good, reached = [], [], []
    for row in rows:
        sentences = {(p.document_id, p.sentence_start, p.sentence_end) for a in row.answers for p in a.places}
        golden = [_gold_in(row, sentence) for sentence in sentences] if row.answerable else []
        known = row.placed or not row.answerable
        cited.append(len(sentences) if known else 0)
        good.append(sum(bool(held) for held in golden))
        wanted = [i for i, answer in enumerate(row.gold) if answer.places]
        reached.append(recall([list(held) for held in golden], wanted, len(golden), several=row.list_score is not None)
                       if row.placed else 0.0)  # fmt: skip
    placed = column(row.placed for row in rows)
    return {
        "citation_precision": (100 * column(good) * (column(cited) > 0), column(cited)),
        "citation_recall": (100 * column(reached), placed),
    }


def of_sentences(rows: Sequence[Row]) -> dict[str, Share]:
    """Precision over the sentences cited; recall over the answerable questions whose answers stand somewhere."""
    scores = [row.sentences or SentenceScore(0, 0, 0.0, None) for row in rows]
    known = column(row.sentences is not None and (row.placed or not row.answerable) for row in rows)
    placed = column(row.sentences is not None and row.placed for row in rows)
    return {
        "sentence_precision": (
            100 * column(one.good for one in scores) * known,
            column(one.cited for one in scores) * known,
        ),
        "sentence_recall": (100 * column(one.recall for one in scores) * placed, placed),
    }


def _gold_in(row: Row, sentence: tuple[str, int, int]) -> set[int]:
    """Which gold answers stand in the sentence, wholly or in part."""
    home, start, end = sentence
    return {i for i, answer in enumerate(row.gold) if any(place.overlaps(home, start, end) for place in answer.places)}


def column(values: Iterable[float]) -> Floats:
    """(questions,): the values as an array."""
    return np.array(list(values), dtype=np.float64)
