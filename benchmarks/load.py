"""Many questions at once: `python -m benchmarks.load --minutes 10 --json benchmarks/results/load.json`.

Starts `pincite serve` over the bundled article, asks `POST /v1/ask` one question at a time for a while, then keeps
`--flight` questions in flight, and then one at a time again, so that a machine that grows slower meets both. No answer
is cached. Memory is the server's resident set.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.made_with import made_with
from benchmarks.material import bundled
from benchmarks.squad import write_result

WAIT = 120.0  # seconds for the server to start, and for a question to be answered
SAMPLE = 2.0  # seconds between two looks at memory


@dataclass
class Phase:
    """Seconds that each question took from asking to answer, what went wrong, and (seconds, bytes) of memory."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list[tuple[float, int]] = field(default_factory=list)
    lasted: float = 0.0

    def told(self) -> dict[str, Any]:
        """As it goes into the result. `memory_growth`: the last tenth's mean over that of the second tenth."""
        held = np.array([size for _, size in self.memory], dtype=np.float64)
        tenth = max(len(held) // 10, 1)
        return {
            "questions": len(self.seconds),
            "errors": len(self.errors),
            "first_error": self.errors[0] if self.errors else None,
            "questions_a_second": len(self.seconds) / self.lasted,
            "p50_ms": 1000 * float(np.percentile(self.seconds, 50)),
            "p95_ms": 1000 * float(np.percentile(self.seconds, 95)),
            "memory_mb": {"first": held[0] / 1e6, "most": held.max() / 1e6, "last": held[-1] / 1e6},
            "memory_growth": float(held[-tenth:].mean() / held[tenth : 2 * tenth].mean()) if len(held) > tenth else 1.0,
        }


@contextmanager
def server() -> Iterator[tuple[str, int]]:
    """The address of a `pincite serve` and the id of its process."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "pincite.cli", "serve", "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/healthz").json().get("ready"):
                return
        except (httpx.TransportError, ValueError):
            time.sleep(0.2)
    raise SystemExit(f"the server did not start within {WAIT:.0f} seconds")


async def phase(address: str, pid: int, flight: int, seconds: float, questions: list[str]) -> Phase:
    """Keep `flight` questions in flight for so long."""
    found = Phase()
    began = time.perf_counter()
    asked = cycle(questions)

    async def keep_asking(client: httpx.AsyncClient) -> None:
        while time.perf_counter() - began < seconds:
            sent = time.perf_counter()
            try:
                reply = await client.post("/v1/ask", json={"question": next(asked)})
            except httpx.HTTPError as error:
                found.errors.append(f"{type(error).__name__}: {error}")
                continue
            if reply.status_code != httpx.codes.OK:
                found.errors.append(f"{reply.status_code}: {reply.text[:200]}")
                await asyncio.sleep(0.2)
                continue
            found.seconds.append(time.perf_counter() - sent)

    async def watch() -> None:
        while True:
            found.memory.append((time.perf_counter() - began, resident(pid)))
            await asyncio.sleep(SAMPLE)

    limits = httpx.Limits(max_connections=flight)
    async with httpx.AsyncClient(base_url=address, timeout=WAIT, limits=limits) as client:
        watching = asyncio.create_task(watch())
        await asyncio.gather(*(keep_asking(client) for _ in range(flight)))
        watching.cancel()
    found.lasted = time.perf_counter() - began
    return found


def resident(pid: int) -> int:
    """Bytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def measure(flight: int, minutes: float) -> dict[str, Any]:
    """Return one at a time, many at once, one at a time."""
    questions = [pair.question for pair in bundled().pairs]
    alone = 60 * min(minutes / 4, 1.0)
    with server() as (address, pid):
        asyncio.run(phase(address, pid, 1, 5.0, questions))  # warm-up
        before = asyncio.run(phase(address, pid, 1, alone, questions))
        many = asyncio.run(phase(address, pid, flight, 60 * minutes, questions))
        after = asyncio.run(phase(address, pid, 1, alone, questions))
    single = Phase(
        before.seconds + after.seconds, before.errors + after.errors, before.memory, before.lasted + after.lasted
    )
    one, all_at_once = single.told(), many.told()
    return {
        "in_flight": flight,
        "minutes": minutes,
        "cores": len(os.sched_getaffinity(0)),
        "one_at_a_time": one,
        "many_at_once": all_at_once,
        "throughput_ratio": all_at_once["questions_a_second"] / one["questions_a_second"],
    }


def main() -> None:
    """Measure, print and write the JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--flight", type=int, default=100, help="questions in flight")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    result = measure(arguments.flight, arguments.minutes)
    print(result)
    if arguments.json:
        write_result(
            arguments.json,
            {
                "command": f"python -m benchmarks.load --minutes {arguments.minutes:g} --json OUT",
                "made_with": made_with("load"),
                **result,
            },
        )


if __name__ == "__main__":
    main()
