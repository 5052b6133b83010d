"""What `AskConfig.enough` saves and loses: `python -m benchmarks.early_exit --data DIR --json results/early.json`.

Questions to the bundled article and to 200 paragraphs of SQuAD, each asked both ways, in turns: all five passages read,
and reading stopped after two where the answer is sure enough. 0.6 was chosen on the articles for calibration
(`--split tune_calibrate`).
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks.first_time import forget_vectors
from benchmarks.made_with import made_with
from benchmarks.material import SPLIT, Material, bundled, squad
from benchmarks.squad import write_result
from pincite.evaluation import score
from qa import Answerer
from qa.config import AskConfig
from qa.types import Answer

ENOUGH = 0.6


def both_ways(material: Material, enough: float, rounds: int) -> dict[str, Any]:
    """F1 and milliseconds of reading all and of stopping early, and how often they differ."""
    whole = Answerer.from_sources(material.texts)
    early = Answerer(whole.index, config=AskConfig(enough=enough))
    taken: list[list[float]] = [[], []]
    given: list[list[Answer]] = [[], []]
    for i in range(rounds):
        for pair in tqdm(material.pairs, desc=material.name, unit=" questions"):
            for which, answerer in enumerate((whole, early)):
                forget_vectors(answerer.index.embedder)
                began = time.perf_counter()
                answer = answerer.ask(pair.question)
                taken[which].append(1000 * (time.perf_counter() - began))
                if i == 0:
                    given[which].append(answer)
    f1 = [
        100
        * statistics.fmean(score(a.text, p.answers, p.rules).f1 for a, p in zip(answers, material.pairs, strict=True))
        for answers in given
    ]
    same = [a.text == b.text for a, b in zip(*given, strict=True)]
    shift = [abs((a.confidence or 0.0) - (b.confidence or 0.0)) for a, b in zip(*given, strict=True)]
    median = [statistics.median(times) for times in taken]
    return {
        "questions": len(material.pairs),
        "f1": dict(zip(("all", "early"), f1, strict=True)),
        "f1_lost": f1[0] - f1[1],
        "median_ms": dict(zip(("all", "early"), median, strict=True)),
        "median_ratio": median[1] / median[0],
        "mean_ratio": sum(taken[1]) / sum(taken[0]),
        "same_answers": 100 * statistics.fmean(same),
        "confidence_shift": {"mean": statistics.fmean(shift), "most": max(shift)},
    }


def main() -> None:
    """Measure, print and write the JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.early_exit", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with dev/squad-dev-v2.0.json.gz and dev/split.json")
    parser.add_argument("--split", default=SPLIT, help="articles of dev/split.json")
    parser.add_argument("--enough", type=float, default=ENOUGH)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    asked = [bundled()]
    if arguments.data:
        asked.append(squad(arguments.data, questions=arguments.questions, split=arguments.split))
    found = {material.name: both_ways(material, arguments.enough, arguments.rounds) for material in asked}
    print(json.dumps(found, indent=2))
    if arguments.json:
        write_result(
            arguments.json,
            {
                "command": "python -m benchmarks.early_exit --data DIR --json OUT",
                "made_with": made_with("early"),
                "enough": arguments.enough,
                "split": arguments.split,
                "materials": found,
            },
        )


if __name__ == "__main__":
    main()
