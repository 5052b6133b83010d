"""benchmarks/README.md, into which commands write what they have measured, each between two marks of its own."""

from __future__ import annotations

from pathlib import Path

README = Path(__file__).parent / "README.md"


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
