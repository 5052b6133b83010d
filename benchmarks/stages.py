"""Where a question's time goes: `python -m benchmarks.stages --json benchmarks/results/stages.json`.

Questions to the bundled article, stage by stage, against what the reader's model needs at the least: its products
at the rate at which this processor multiplies 8-bit matrices of the model's own shapes, measured in the same run, and
its weights read from memory once a passage.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.first_time import forget_vectors
from benchmarks.made_with import made_with
from benchmarks.material import bundled
from benchmarks.squad import write_result
from qa import Answerer
from qa.read import windowed
from qa.read.onnx import MODEL_FOLDER

WIDTH, INNER, LAYERS = 384, 1536, 6
TOP_K = 5


class Clock:
    """Seconds spent in functions, each called by the name it is given here, without those of others inside it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._inside = [0.0]  # seconds of the functions inside each that is running

    @contextmanager
    def on(self, owner: Any, attribute: str, stage: str) -> Iterator[None]:
        """Time `owner.attribute` while inside."""
        function = getattr(owner, attribute)
        own = attribute in vars(owner)

        def timed(*arguments: Any, **named: Any) -> Any:
            began = time.perf_counter()
            self._inside.append(0.0)
            try:
                return function(*arguments, **named)
            finally:
                took = time.perf_counter() - began
                self.seconds[stage] += took - self._inside.pop()
                self._inside[-1] += took

        setattr(owner, attribute, timed)
        try:
            yield
        finally:
            if own:
                setattr(owner, attribute, function)
            else:
                delattr(owner, attribute)


def stages(answerer: Answerer, questions: Sequence[str], rounds: int) -> dict[str, float]:
    """Milliseconds of a question in each stage, the median over questions and rounds; "whole" is all of it."""
    reader = answerer.reader
    found: dict[str, list[float]] = defaultdict(list)
    for question in questions:  # warm-up
        answerer.ask(question, top_k=TOP_K)
    for _ in range(rounds):
        for question in questions:
            forget_vectors(answerer.index.embedder)
            clock = Clock()
            with (
                clock.on(answerer.index, "search", "search without embedding"),
                clock.on(answerer.index.embedder, "embed", "embed"),
                clock.on(reader, "_windows", "tokenise"),
                clock.on(reader, "_all_logits", "run the model"),
                clock.on(windowed, "read_window", "spans"),
                clock.on(answerer._decider, "decide", "decide and cite"),
            ):
                began = time.perf_counter()
                answerer.ask(question, top_k=TOP_K)
                whole = time.perf_counter() - began
            spent = clock.seconds
            spent["all else"] = whole - sum(spent.values())
            for stage, seconds in {**spent, "whole": whole}.items():
                found[stage].append(1000 * seconds)
    return {stage: statistics.median(times) for stage, times in found.items()}


def lengths(answerer: Answerer, questions: Sequence[str]) -> list[list[int]]:
    """For each question, how many tokens each window is long that the reader runs."""
    found = []
    for question in questions:
        hits = answerer.index.search(question, TOP_K)
        pairs = [(question, answerer.index.text(hit.chunk)) for hit in hits]
        found.append([len(window.ids) for window in answerer.reader._windows(pairs)])  # type: ignore[attr-defined]
    return found


def operations(tokens: int) -> int:
    """Multiplications, and as many additions, of the model for one window, attention's among them."""
    dense = LAYERS * (4 * WIDTH * WIDTH + 2 * WIDTH * INNER)
    attention = LAYERS * 2 * tokens * WIDTH
    return 2 * tokens * (dense + attention)


def rate_of_products(tokens: int, seconds: float = 2.0) -> float:
    """8-bit operations a second of ONNX Runtime's product (tokens, 384) by (384, 1536), by itself, the best of many."""
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    weights = np.random.default_rng(7).integers(-64, 64, (WIDTH, INNER), dtype=np.int8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["c"])],
        "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [tokens, WIDTH])],
        [helper.make_tensor_value_info("c", TensorProto.INT32, [tokens, INNER])],
        [numpy_helper.from_array(weights, "b")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    left = np.random.default_rng(8).integers(0, 255, (tokens, WIDTH), dtype=np.uint8)
    return 2 * tokens * WIDTH * INNER / least(lambda: session.run(None, {"a": left}), seconds)


def rate_of_memory(seconds: float = 1.0) -> float:
    """Bytes a second that one core reads from memory, the best of many."""
    block = np.ones(1 << 26, dtype=np.uint8).view(np.int64)
    return block.nbytes / least(lambda: block.sum(), seconds)


def least(work: Callable[[], object], seconds: float) -> float:
    """Return the least time that `work` took, called for so long."""
    deadline = time.perf_counter() + seconds
    found = float("inf")
    while time.perf_counter() < deadline:
        began = time.perf_counter()
        work()
        found = min(found, time.perf_counter() - began)
    return found


def measure(rounds: int) -> dict[str, Any]:
    """Stages and limit."""
    material = bundled()
    answerer = Answerer.from_sources(material.texts)
    questions = [pair.question for pair in material.pairs]
    windows = lengths(answerer, questions)
    typical = round(statistics.median([length for each in windows for length in each]))
    needed = statistics.median(sum(operations(length) for length in each) for each in windows)
    products, memory = rate_of_products(typical), rate_of_memory()
    weights = (MODEL_FOLDER / "model.onnx").stat().st_size - table_bytes()
    bytes_read = statistics.median(len(each) for each in windows) * weights
    spent = stages(answerer, questions, rounds)
    compute, reading = 1000 * needed / products, 1000 * bytes_read / memory
    return {
        "cores": len(os.sched_getaffinity(0)),
        "questions": len(questions),
        "windows_a_question": statistics.median(len(each) for each in windows),
        "tokens_a_window": typical,
        "stages_ms": spent,
        "limit": {
            "operations": needed,
            "operations_a_second": products,
            "compute_ms": compute,
            "weight_bytes": bytes_read,
            "bytes_a_second": memory,
            "memory_ms": reading,
            "ms": max(compute, reading),
        },
        "model_over_limit": spent["run the model"] / max(compute, reading),
        "whole_over_limit": spent["whole"] / max(compute, reading),
    }


def table_bytes() -> int:
    """Bytes of the table of word vectors, of which a window reads a few rows only."""
    return 30522 * (WIDTH + 4)


def main() -> None:
    """Measure, print and write the JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stages", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    result = measure(arguments.rounds)
    print(result)
    if arguments.json:
        write_result(
            arguments.json,
            {"command": "python -m benchmarks.stages --json OUT", "made_with": made_with("stages"), **result},
        )


if __name__ == "__main__":
    main()
