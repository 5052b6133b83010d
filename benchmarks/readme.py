"""Documents into which commands write what they have measured, each stretch between two marks of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.made_with import earlier

ROOT = Path(__file__).parent.parent
README = Path(__file__).parent / "README.md"
RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Section:
    """What `told` makes of the `results`, by name, in their order, and the document in which it stands."""

    told: Callable[..., str]
    results: tuple[str, ...]
    document: Path = README

    def text(self, folder: Path = RESULTS) -> str | None:
        """Return what stands between its marks; None where a result is missing.

        One of an earlier reader is said to be so.
        """
        paths = [folder / f"{name}.json" for name in self.results]
        if not all(path.is_file() for path in paths):
            return None
        found = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
        said = dict.fromkeys(filter(None, map(earlier, found)))
        return "\n\n".join([self.told(*found), *said])


def marks(name: str) -> tuple[str, str]:
    """Between which the section `name` stands."""
    command = "benchmarks.bench --show RESULT" if name == "peers" else "benchmarks.tables"
    return f"<!-- {name}: made by `python -m {command}` -->", f"<!-- {name}: end -->"


def write_section(name: str, told: str, path: Path = README) -> None:
    """Put `told` between the marks in place of what stands there; the rest is left alone.

    Raises `ValueError` where a mark is missing.
    """
    begin, end = marks(name)
    text = path.read_text(encoding="utf-8")
    head, found_begin, rest = text.partition(begin)
    _, found_end, tail = rest.partition(end)
    if not (found_begin and found_end):
        raise ValueError(f"{path} has lost the marks {begin!r} and {end!r} between which the section stands")
    path.write_text(f"{head}{begin}\n{told}\n{end}{tail}", encoding="utf-8")
