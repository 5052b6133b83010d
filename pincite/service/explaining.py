"""Explains an answer: the passages that were considered, and their score in each step."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index import Hit
from qa.read.windowed import TokenScore, WindowedReader
from qa.types import Answer

if TYPE_CHECKING:
    from qa.answerer import Answerer

_WORD = re.compile(r"\w+")
# Question words and function words: their match in a passage explains nothing.
_STOP_WORDS = frozenset(
    """a an and are as at be been but by did do does for from had has have he her him his how i if in into is it its
    many more most much not of on or our out over she so than that the their them then there they this to up was we
    were what when where which who whom whose why will with would you your""".split()
)
_ENDINGS = re.compile(r"(?:ies|ied|es|ed|ing|'s|s|e|y)$")


@dataclass(frozen=True, slots=True)
class ExplainedPassage:
    """A passage that was considered. Offsets are of the document's text, in code points.

    `hit`: the passage and its search scores (dense: cosine; lexical: BM25). `best`: the reader's best span in the
    passage, or None; `probability`: the reader's, not calibrated, for that span; `margin`: how far its score is
    above that of "no answer here", in logits. `words`: the spans of the question's words, or forms of them. `tokens`:
    the reader's tokens with the probability that the answer starts or ends with each. `document_sha256`: of the
    document's text; empty if it is not known.
    """

    hit: Hit
    probability: float
    margin: float
    best: tuple[int, int] | None
    words: tuple[tuple[int, int], ...]
    tokens: tuple[TokenScore, ...]
    document_sha256: str = ""


def explain(answerer: Answerer, answer: Answer, *, top_k: int = 5) -> list[ExplainedPassage]:
    """Search and read the `top_k` passages for `answer` again; return them in the order of the search."""
    question = answer.read_as
    hits = answerer.consider([question], top_k=top_k).hits[0]
    texts = [answerer.index.text(hit.chunk) for hit in hits]
    readings = answerer.reader.read([(question, text) for text in texts], best=1).passages
    stems = {_stem(word) for word in _WORD.findall(question) if word.casefold() not in _STOP_WORDS}
    passages = []
    for hit, text, reading in zip(hits, texts, readings, strict=True):
        start = hit.chunk.start
        spans = reading.spans
        words = tuple((start + m.start(), start + m.end()) for m in _WORD.finditer(text) if _stem(m[0]) in stems)
        best = (start + spans[0].start, start + spans[0].end) if spans else None
        reader = answerer.reader
        tokens = reader.token_scores(question, text) if isinstance(reader, WindowedReader) else ()
        shifted = tuple(TokenScore(start + t.start, start + t.end, t.starts, t.ends) for t in tokens)
        probability, margin = (spans[0].probability, spans[0].margin) if spans else (0.0, 0.0)
        digest = answerer.documents[hit.chunk.document_id].sha256
        passages.append(ExplainedPassage(hit, probability, margin, best, words, shifted, digest))
    return passages


def _stem(word: str) -> str:
    """Return a rough stem: good enough to match "guards" and "guard", too rough to search with."""
    folded = word.casefold()
    return _ENDINGS.sub("", folded) if len(folded) > 4 else folded
