"""Work that is spread over the cores."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.runtime import on_each_core


def test_results_stand_in_the_order_of_their_items() -> None:
    assert on_each_core(lambda n: n * n, range(50)) == [n * n for n in range(50)]
    assert on_each_core(str, [7]) == ["7"]
    assert on_each_core(str, []) == []


def test_callers_side_by_side_share_the_cores() -> None:
    running, most, lock = 0, 0, threading.Lock()
    wait = threading.Event()

    def work(_: int) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        wait.wait(0.005)
        with lock:
            running -= 1

    with ThreadPoolExecutor(4) as callers:
        list(callers.map(lambda _: on_each_core(work, range(8)), range(4)))
    assert most <= len(os.sched_getaffinity(0))


def test_an_error_of_one_item_reaches_the_caller() -> None:
    with pytest.raises(ZeroDivisionError):
        on_each_core(lambda n: 1 // n, [1, 0, 1])


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # from Python 3.12 on; a fork is what is tested
def test_a_forked_process_has_cores_of_its_own() -> None:
    on_each_core(str, [1, 2])
    child = os.fork()
    if child == 0:
        os._exit(0 if on_each_core(str, [1, 2]) == ["1", "2"] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
