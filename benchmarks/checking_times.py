"""Measures checking against loading, in processor time: `python -m benchmarks.checking` calls this."""

from __future__ import annotations

import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from index import Document, load, load_all
from pincite.records.check import check, draft_of_text

SEED = 29
_MARKS = re.compile(r"[“”„«»‹›\"]")
RUNS = 5

Altered = Callable[[str, str, random.Random], str | None]


def timed(pool: Sequence[str], altered: Altered) -> dict[str, float]:
    """Seconds for what is large, and the ratios of checking to loading. `pool`: passages to make documents of.

    `altered`: as in `benchmarks.checking`.
    """
    random_ = random.Random(SEED)
    result: dict[str, float] = {}
    quotes = [f"The report said: “{altered('changed', random_.choice(pool), random_)}”" for _ in range(50)]
    quotes += [f"It said “{random_.choice(pool)}” and went on for a while about it." for _ in range(100)]
    draft = "\n\n".join(quotes)
    result["words of the draft"] = float(len(draft.split()))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for suffix, kind in (("md", "Markdown"), ("txt", "plain text")):
            _write(folder / suffix, pool, suffix, random_)
            loading = _seconds(lambda suffix=suffix: load_all([folder / suffix]))  # type: ignore[misc]
            many = load_all([folder / suffix])
            checking = _checked(draft, many)
            result[f"loading 200 documents of {kind}"] = loading
            result[f"checking 150 quotations against 200 documents of {kind}"] = checking
            result[f"checking beside loading, {kind}"] = checking / loading
            result["characters of these documents"] = float(sum(len(one.text) for one in many))
        (folder / "large.txt").write_text("\n\n".join(random_.choices(pool, k=80_000)), encoding="utf-8")
        loading = _seconds(lambda: load(folder / "large.txt"))
        large = load(folder / "large.txt")
        checking = _checked(draft, [large])
        result["loading a source of 10 MB"] = loading
        result["checking the same draft against it"] = checking
        result["checking beside loading, 10 MB"] = checking / loading
        # A mark within would end the quotation before its last word.
        long = [word.strip("‘’'`") for word in _MARKS.sub("", large.text[3_000_000:3_020_000]).split()[1:2001]]
        for words, label in ((long, "verbatim"), ([*long[:1000], "dragons", *long[1001:]], "altered")):
            text = f"He wrote: “{' '.join(words)}”"
            assert [one.verdict.value for one in check(draft_of_text(text), [large]).findings] == [label]
            result[f"a quotation of 2,000 words, {label}, in 10 MB"] = _checked(text, [large])
    same = Document("same.txt", "\n\n".join([pool[0]] * 2000))
    result["2,000 copies of the same words"] = _checked(f"He wrote: “{pool[0]}” and “{pool[0][:-9]} dragons”.", [same])
    return {name: round(value, 3) for name, value in result.items()}


def _write(folder: Path, pool: Sequence[str], suffix: str, random_: random.Random) -> None:
    folder.mkdir()
    for i in range(200):
        text = "\n\n".join(random_.choice(pool) for _ in range(120))
        (folder / f"text-{i}.{suffix}").write_text(text, encoding="utf-8")


def _checked(text: str, found: list[Document]) -> float:
    draft = draft_of_text(text, "draft.txt")
    return _seconds(lambda: check(draft, found))


def _seconds(work: Callable[[], object]) -> float:
    """Return the median of a few runs, after one that does not count."""
    work()
    times = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return statistics.median(times)
