"""The tables that results fill, of benchmarks/README.md and of the documentation: `python -m benchmarks.tables`.

Of those results that are there; `benchmarks.bench` writes the comparison with peers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import documented, learnt, measured
from benchmarks.readme import RESULTS, Section, write_section

STAGES = ("embed", "search without embedding", "tokenise", "run the model", "spans", "decide and cite", "all else")


def stages(found: Mapping[str, Any]) -> str:
    """Return a question's milliseconds, stage by stage, against the limit."""
    spent, limit = found["stages_ms"], found["limit"]
    lines = ["| stage | ms | of the whole |", "|---|---:|---:|"]
    for stage in (*STAGES, "whole"):
        lines.append(f"| {stage} | {spent[stage]:.1f} | {100 * spent[stage] / spent['whole']:.0f}% |")
    lines += [
        "",
        f"{found['windows_a_question']:.0f} windows of {found['tokens_a_window']} tokens a question, "
        f"{limit['operations'] / 1e9:.1f}·10^9 operations at {limit['operations_a_second'] / 1e9:.0f}·10^9 a second: "
        f"**{limit['compute_ms']:.0f} ms**; weights read from memory: {limit['memory_ms']:.1f} ms. "
        f"The model takes **{found['model_over_limit']:.1f}** times the limit, the whole question "
        f"{found['whole_over_limit']:.1f} times.",
    ]
    return "\n".join(lines)


def load(found: Mapping[str, Any]) -> str:
    """Return one at a time against many at once."""
    many = f"{found['in_flight']} in flight"
    lines = [f"| | one at a time | {many} |", "|---|---:|---:|"]
    phases = [found["one_at_a_time"], found["many_at_once"]]
    rows: list[tuple[str, Callable[[Mapping[str, Any]], str]]] = [
        ("questions answered", lambda phase: f"{phase['questions']:,}"),
        ("errors", lambda phase: f"{phase['errors']:,}"),
        ("questions a second", lambda phase: f"{phase['questions_a_second']:.1f}"),
        ("median, ms", lambda phase: f"{phase['p50_ms']:,.0f}"),
        ("p95, ms", lambda phase: f"{phase['p95_ms']:,.0f}"),
        ("memory at first, at most and at last, MB", _memory),
        ("memory at the end over that early on", lambda phase: f"{phase['memory_growth']:.3f}"),
    ]
    lines += [f"| {name} | {' | '.join(told(phase) for phase in phases)} |" for name, told in rows]
    lines += [
        "",
        f"{found['minutes']:g} minutes on {found['cores']} cores. Throughput with {many} is "
        f"**{found['throughput_ratio']:.2f}** times that of one at a time.",
    ]
    return "\n".join(lines)


def ratios(found: Mapping[str, Any]) -> str:
    """Return what CI holds to."""
    lines = ["| processor time of | ratio |", "|---|---:|"]
    return "\n".join(lines + [f"| {name} | {value:.2f} |" for name, value in found["ratios"].items()])


def reading(found: Mapping[str, Any]) -> str:
    """Return the gold paragraph found, and read, before and after the reader has a say."""
    first, f1 = found["paragraph_recall@1"], found["f1"]
    found_first = f"{first['bm25']:.1f} | {first['search']:.1f} | **{first['after reading']:.1f}**"
    read = f"after reading {found['passages_read']} passages"
    return "\n".join(
        [
            f"| | BM25 | the whole search | {read} | the gold paragraph read alone |",
            "|---|---:|---:|---:|---:|",
            f"| gold paragraph first | {found_first} | |",
            f"| F1 | | | **{f1['of the best span']:.1f}** | {f1['of the gold paragraph read alone']:.1f} |",
            "",
            f"{found['questions']:,} questions, {found['paragraphs']:,} paragraphs, {found['reader']}.",
        ]
    )


def ablation(found: Mapping[str, Any]) -> str:
    """Return what readers that were taught without something are worth."""
    figures = list(next(iter(found["arms"].values())))
    lines = [f"| taught with | {' | '.join(figures)} |", "|---|" + "---:|" * len(figures)]
    for name, arm in found["arms"].items():
        told = (f"{arm[f]:.1f}" if f.startswith("f1") else f"{arm[f]:.3f}" for f in figures)
        lines.append(f"| {name} | {' | '.join(told)} |")
    return "\n".join(lines)


def followups(found: Mapping[str, Any]) -> str:
    """Follow-ups as they are read against what a person wrote, and what is found for them."""
    words, recall = found["rewrites"], found["recall"]
    lines = ["| | turns | as they stand | with the turn before | as they are read |", "|---|---:|---:|---:|---:|"]
    for measure, parts, count in (("word F1", words, "turns"), ("recall@5", recall, "questions")):
        for name in sorted(parts, key=lambda name: (name == "all", name)):
            row = parts[name]
            cells = " | ".join(f"{100 * row[way]:.1f}" for way in ("bare", "before", "read"))
            lines.append(f"| {measure}, {name} | {row[count]} | {cells} |")
    return "\n".join(lines)


def conversations(found: Mapping[str, Any]) -> str:
    """Turns of whole conversations, asked as they stand and with those before them."""
    lines = ["| of the turns, % | as they stand | as they are read |", "|---|---:|---:|"]
    told = {
        "answered": "answered",
        "hit": "answered, and the sentence of the answer is cited",
        "shown": "that sentence is cited, or shown as the nearest",
    }
    lines += [f"| {text} | {100 * found['bare'][m]:.1f} | {100 * found['read'][m]:.1f} |" for m, text in told.items()]
    return "\n".join([*lines, "", f"{found['turns']} turns about {found['passages']} passages."])


def _memory(phase: Mapping[str, Any]) -> str:
    held = phase["memory_mb"]
    return ", ".join(f"{held[when]:.0f}" for when in ("first", "most", "last"))


_OWN = (stages, reading, ablation, load, followups, conversations, ratios)
SECTIONS: Mapping[str, Section] = {
    **{told.__name__: Section(told, (told.__name__,)) for told in _OWN},
    **measured.SECTIONS,
    **documented.SECTIONS,
    **learnt.SECTIONS,
}


def write_tables(results: Path = RESULTS, document: Path | None = None) -> list[str]:
    """Write the sections whose results are there, all into `document` if one is given; their names."""
    written = []
    for name, section in SECTIONS.items():
        text = section.text(results)
        if text is not None:
            write_section(name, text, document or section.document)
            written.append(name)
    return written


if __name__ == "__main__":
    print(f"written: {', '.join(write_tables())}")
