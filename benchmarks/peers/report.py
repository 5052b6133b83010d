"""Tables and figures of a result, written into benchmarks/README.md between two marks; the rest of it is left alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers.figures import write_figures
from benchmarks.peers.scoring import OURS
from benchmarks.readme import write_section

BENCHMARKS = Path(__file__).parent.parent
MILLION = BENCHMARKS / "results" / "million.json"
NAMES = {
    "pincite": "Pincite",
    "haystack": "Haystack",
    "langchain": "LangChain + transformers",
    "bm25s": "bm25s + our reader",
    "txtai": "txtai",
    "verbatim_rag": "verbatim-rag",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A measure: how its head reads, where its value lies, how it is written, and whether more is better."""

    head: str
    value: Callable[[Mapping[str, Any]], float | None]
    form: str = "{:.1f}"
    more_is_better: bool | None = True


def item(name: str) -> Callable[[Mapping[str, Any]], float | None]:
    """Return what `name` holds."""
    return lambda row: row.get(name)


QUALITY = [
    Column("F1", item("f1")),
    Column("F1, answerable", item("has_answer_f1")),
    Column("recall@1", item("recall@1")),
    Column("recall@3", item("recall@3")),
    Column("recall@5", item("recall@5")),
    Column("refusal precision", item("refusal_precision")),
    Column("refusal recall", item("refusal_recall")),
    Column("passages", item("passages"), "{:,.0f}", None),
    Column("failures", item("failures"), "{:.0f}", False),
]
CHOSEN = [
    Column("F1 as installed", item("installed_f1")),
    Column("F1 with the chosen threshold", item("f1")),
    Column("F1, answerable", item("has_answer_f1")),
    Column("refusal precision", item("refusal_precision")),
    Column("refusal recall", item("refusal_recall")),
    Column("threshold", item("threshold"), "{:.2f}", None),
]
COST = [
    Column("first answer, s", lambda row: row["start"]["median_s"], "{:.2f}", False),
    Column("median, ms", item("p50_ms"), "{:.0f}", False),
    Column("p95, ms", item("p95_ms"), "{:.0f}", False),
    Column("processor, ms", item("processor_ms"), "{:.0f}", False),
    Column("peak memory, MB", item("peak_memory_mb"), "{:.0f}", False),
    Column("installed, MB", item("megabytes"), "{:.0f}", False),
    Column("packages", item("packages"), "{:.0f}", False),
]
GROWTH = [
    Column("texts a second", lambda row: row["texts"] / row["index_seconds"], "{:,.0f}"),
    Column("median, ms", item("p50_ms"), "{:.0f}", False),
    Column("p95, ms", item("p95_ms"), "{:.0f}", False),
    Column("memory, MB", item("memory_mb"), "{:,.0f}", False),
    Column("disk, MB", lambda row: None if row["disk_bytes"] is None else row["disk_bytes"] / 1e6, "{:,.2f}", False),
]


def write_report(result: Mapping[str, Any], path: Path) -> str:
    """Return the report, after it has been written into the README; `path`: the result's file."""
    if MILLION.is_file():
        result = with_million(result, json.loads(MILLION.read_text(encoding="utf-8")))
    write_figures(result, BENCHMARKS / "figures")
    report = "\n\n".join(sections(result, path))
    write_section("peers", report)
    return report


def with_million(result: Mapping[str, Any], million: Mapping[str, Any]) -> Mapping[str, Any]:
    """`result` with what `benchmarks.million` found as the last point of Pincite's growth."""
    growth = dict(result.get("growth") or {})
    if OURS not in growth:
        return result
    growth[OURS] = [row for row in growth[OURS] if row["texts"] < million["texts"]] + [million]
    return {**result, "growth": growth}


def sections(result: Mapping[str, Any], path: Path) -> list[str]:
    """Return the report's paragraphs, tables and figures."""
    machine = result["machine"]
    changed = " with uncommitted changes" if result["uncommitted_changes"] else ""
    found = [
        f"Made from [results/{path.name}](results/{path.name}) by `python -m benchmarks.bench --show`; measured on "
        f"{result['date']} at {result['commit']}{changed} by `{result['command']}` on {machine['cores']} cores of "
        f"{machine['processor']}, with the reader {result['reader']}. The best of each column is bold."
    ]
    for name, rows in result["materials"].items():
        sample = rows[OURS]
        asked = f"{sample['questions']} questions, {sample['answerable']} of them answerable"
        found += [f"### Quality: {name}, {asked}", table(rows, QUALITY), ahead(rows, QUALITY), differences(rows)]
        found += with_chosen_thresholds(rows)
    found.append("![F1 and recall](figures/quality.svg)")
    name = next(iter(result["materials"]))
    rows = {
        peer: {**row, **result["peers"][peer], "start": result["start"][peer]}
        for peer, row in result["materials"][name].items()
    }
    found += [f"### Cost of a question: {name}", table(rows, COST), ahead(rows, COST), *ratios(rows)]
    found.append("![Time to the first answer, and of each after it](figures/time.svg)")
    found += grown(result)
    found.append("### Left out")
    listed = [f"- {NAMES[peer]}: `{reason}`" for peer, reason in result["left_out"].items()]
    found.append("\n".join(listed) or "Nothing: every peer could be installed and run.")
    return [part for part in found if part]


def table(rows: Mapping[str, Mapping[str, Any]], columns: list[Column]) -> str:
    """Return a table with a peer a row; the best value of each column is bold."""
    lines = ["| | " + " | ".join(column.head for column in columns) + " |", "|---" + "|---:" * len(columns) + "|"]
    for peer, row in rows.items():
        cells = [_cell(column, row, best(rows, column)) for column in columns]
        lines.append(f"| {NAMES[peer]} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def best(rows: Mapping[str, Mapping[str, Any]], column: Column) -> str | None:
    """Return the best value of the column as it is written, None where nothing is better than anything else."""
    values = [value for row in rows.values() if (value := column.value(row)) is not None]
    if column.more_is_better is None or len({column.form.format(value) for value in values}) < 2:
        return None
    return column.form.format(max(values) if column.more_is_better else min(values))


def ahead(rows: Mapping[str, Mapping[str, Any]], columns: list[Column]) -> str:
    """Return a sentence that names every measure in which a peer beats Pincite."""
    told = []
    for column in columns:
        ours, top = column.value(rows[OURS]), best(rows, column)
        if ours is None or top is None or column.form.format(ours) == top:
            continue
        winners = [NAMES[peer] for peer, row in rows.items() if _written(column, row) == top]
        told.append(f"{column.head} ({' and '.join(winners)}: {top}, Pincite {column.form.format(ours)})")
    return f"**Where a peer wins:** {'; '.join(told)}." if told else "No peer wins a column."


def differences(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Return how far each peer's F1 is above Pincite's, or below."""
    told = [
        f"{NAMES[peer]} {low:+.1f} to {high:+.1f}"
        for peer, row in rows.items()
        for low, high in [row.get("f1_ahead_by") or (None, None)]
        if low is not None and high is not None
    ]
    return f"F1 less Pincite's, 95% interval (bootstrap of the questions): {'; '.join(told)}." if told else ""


def with_chosen_thresholds(rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return what peers reach that answer from a threshold on which was chosen for this mix of questions."""
    chosen = {peer: {**row["chosen"], "installed_f1": row["f1"]} for peer, row in rows.items() if "chosen" in row}
    if OURS not in chosen:
        return []
    others = [NAMES[peer] for peer in rows if peer not in chosen]
    without = f" No score to choose by: {', '.join(others)}." if others else ""
    return [
        f"**The same with a threshold chosen on {chosen[OURS]['development_questions']} development questions of this "
        f"mix**, each peer's on the scale of its own scores.{without}",
        table(chosen, CHOSEN),
        ahead(chosen, CHOSEN),
        differences(chosen),
    ]


def ratios(rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Pincite against Haystack, which reads with the same weights."""
    if "haystack" not in rows:
        return []
    ours, theirs = rows[OURS], rows["haystack"]
    return [
        f"Against Haystack with the same weights: {ours['p50_ms'] / theirs['p50_ms']:.2f} of its median time, "
        f"{ours['p95_ms'] / theirs['p95_ms']:.2f} of its p95, "
        f"{ours['start']['median_s'] / theirs['start']['median_s']:.2f} of its time from cold start to first answer, "
        f"at F1 {ours['f1']:.1f} against {theirs['f1']:.1f} "
        f"({ours['has_answer_f1']:.1f} against {theirs['has_answer_f1']:.1f} on answerable questions)."
    ]


def grown(result: Mapping[str, Any]) -> list[str]:
    """Return how cost grows with the number of texts."""
    if not result.get("growth"):
        return []
    counts = sorted({row["texts"] for rows in result["growth"].values() for row in rows})
    found = [
        "### How cost grows",
        "Texts of 40 words, a passage each; 30 questions; indexed at once. A peer that would have taken over "
        f"{result['index_limit']:.0f} seconds to index them is left out from there on.",
    ]
    for count in counts:
        rows = {peer: row for peer, listed in result["growth"].items() for row in listed if row["texts"] == count}
        if OURS in rows:
            found += [f"**{count:,} text{'s' if count > 1 else ''}**", table(rows, GROWTH), ahead(rows, GROWTH)]
    found.append("![Growth of time, memory and disk](figures/growth.svg)")
    if (last := result["growth"][OURS][-1]) and "real_vectors" in last:
        found.append(
            f"At {last['texts']:,} only Pincite was measured, by `python -m benchmarks.million`, opening what is on "
            f"disk: vectors of {last['real_vectors']:,} of the texts, each moved, stand for all, and indexing is "
            "processor time, what embedding every text would have taken included."
        )
    return found


def _cell(column: Column, row: Mapping[str, Any], top: str | None) -> str:
    written = _written(column, row)
    return f"**{written}**" if written == top else written


def _written(column: Column, row: Mapping[str, Any]) -> str:
    value = column.value(row)
    return "–" if value is None else column.form.format(value)
