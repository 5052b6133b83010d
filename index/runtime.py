"""Loads models with ONNX Runtime, and tokenizers; both libraries are imported only here, on first use."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from index.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Item = TypeVar("Item")
Result = TypeVar("Result")


def load_session(path: Path) -> InferenceSession:
    """Load the ONNX file `path` as a session on the CPU; each run stays on the thread that calls it.

    Threads that shared a run would busy-wait for each other at every operation; `on_each_core` shares the work instead.
    Raises `ModelError` if the file is missing or broken.
    """
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no public base class
        raise ModelError(f"cannot load the model {str(path)!r}: {_first_line(error)}; reinstall pincite") from error


def load_tokenizer(path: Path) -> Tokenizer:
    """Return the tokenizer of the file `path`, without padding or truncation.

    Raises `ModelError` if the file is missing or broken.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises plain Exception
        raise ModelError(f"cannot load the tokenizer {str(path)!r}: {_first_line(error)}; reinstall pincite") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def on_each_core(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Return the results of `work` for each of `items`, in order; run as many at a time as this process has cores.

    Callers at the same time take turns, so that they do not evict each other's caches.
    `work` must not call this function itself.
    """
    if len(items) < 2:
        return [work(item) for item in items]
    return list(_pool().map(work, items))


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_cores(), thread_name_prefix="pincite-model")


if hasattr(os, "register_at_fork"):  # a child has none of its parent's threads
    os.register_at_fork(after_in_child=_pool.cache_clear)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
