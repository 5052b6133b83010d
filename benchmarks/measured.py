"""The tables of benchmarks/README.md about loading, searching, embedding, updating and starting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.readme import Section

Found = Mapping[str, Any]
_CUTOFFS = (1, 3, 5, 10, 20)


def documents(found: Found) -> str:
    """Web pages, read as they were and as they are."""
    pages, others = found["readability"], found["trafilatura"]
    lines = ["| | 9745e7e | now | trafilatura 2.3 |", "|---|---:|---:|---:|"]
    for name, of in (
        (f"readability's {pages['pages']} pages: F1 of words", "f1"),
        ("recall of words in order", "in_order"),
    ):
        lines.append(f"| {name} | {_share(pages['baseline'][of])} | **{_share(pages['now'][of])}** | |")
    for name, of in (
        (f"{others['pages']} pages of trafilatura's evaluation set: precision", "precision"),
        ("recall", "recall"),
        ("F1", "f1"),
    ):
        before, now, theirs = (others[who][of] for who in ("baseline", "now", "trafilatura"))
        ours, best = _share(now), _share(theirs)
        cells = (f"**{ours}**", best) if now > theirs else (ours, f"**{best}**")
        lines.append(f"| {name} | {_share(before)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def retrieval(found: Found) -> str:
    """Return the search, step by step, on the test questions."""
    lines = [f"| | {' | '.join(f'@{k}' for k in _CUTOFFS)} | MRR |", "|---|---|---|---|---|---|---|"]
    for name, row in found["test"]["rows"].items():
        cells = [f"{row[f'recall@{k}']:.1f}" for k in _CUTOFFS] + [f"{row['mrr']:.3f}"]
        bold = "**" if name.strip() == "as it ships" else ""
        lines.append("| " + " | ".join(f"{bold}{cell}{bold}" for cell in (name.strip(), *cells)) + " |")
    return "\n".join(lines)


def embedding(found: Found) -> str:
    """Return the shipped embedder beside the one that it was made of."""
    speed, recall = found["chunks_per_second"], found["recall"]
    fp32 = "sentence-transformers fp32"
    agreement, alone = found["agreement_with_fp32"], found["alone_and_in_a_batch"]
    return "\n".join(
        [
            "| | shipped | fp32 |",
            "|---|---|---|",
            f"| chunks a second | {speed['shipped']:.0f} | {speed[fp32]:.0f} |",
            f"| times as fast | **{found['times_as_fast']:.1f}** | 1 |",
            f"| recall@5 of the whole search, tune questions | {recall['shipped']['recall@5']:.1f} | "
            f"{recall[fp32]['recall@5']:.1f} |",
            "",
            f"Cosine between the two: {agreement['mean']:.4f} on average, {agreement['least']:.4f} at least. A text "
            f"alone against the same text in a batch: {alone['least']:.6f} at least.",
        ]
    )


def scale(found: Found) -> str:
    """Return a million vectors, and as many texts."""
    dense, words = found["dense"], found["lexical"]
    large, exact = dense["large_ms"], dense["exact_ms"]
    return "\n".join(
        [
            "| one million | as it ships | exact search, or bm25s by itself |",
            "|---|---|---|",
            f"| vectors: recall@10 | **{dense['recall@10']:.3f}** | 1 |",
            f"| vectors: milliseconds, median and 99% | {large['p50']:.1f}, {large['p99']:.1f} | {exact['p50']:.0f}, "
            f"{exact['p99']:.0f} |",
            f"| vectors: 99% as a part of exact search's | **{dense['p99_of_exact']:.2f}** | 1 |",
            f"| vectors: bytes of memory a chunk, after 500 questions | {dense['memory_bytes_per_chunk']:,.0f} "
            f"(mapped from disk) | {dense['exact_bytes_per_chunk']:,} |",
            f"| vectors: bytes on disk a chunk | {dense['disk_bytes_per_chunk']:,.0f} | "
            f"{dense['exact_bytes_per_chunk']:,} |",
            f"| texts: milliseconds, median | **{words['ours_ms']['p50']:.1f}** | {words['bm25s_ms']['p50']:.0f} "
            "(its `retrieve`) |",
            f"| texts: building, times bm25s by itself | **{words['build_times_bm25s_alone']:.2f}** | 1 |",
        ]
    )


def update(found: Found) -> str:
    """Return a part of an index replaced."""
    part = 100 * found["documents_replaced"] / found["documents"]
    return (
        f"Replacing {part:.0f}% of {found['chunks']:,} chunks takes **{100 * found['update_to_build']:.0f}%** of "
        f"building them ({found['update_seconds']:.1f} s of {found['build_seconds']:.0f} s on a busy machine); finding "
        f"out that nothing changed takes {found['unchanged_seconds']:.1f} s."
    )


def page(found: Found) -> str:
    """Return the page, from its start to an answer."""
    start, answer = found["start"], found["answer"]
    ready, usable = (start[name] / start["import_s"] for name in ("healthz_s", "usable_s"))
    return "\n".join(
        [
            "| | seconds | of the import |",
            "|---|---|---|",
            f"| `import sentence_transformers`, alone | {start['import_s']:.1f} | 1 |",
            f"| until /healthz is ready | {start['healthz_s']:.1f} | {ready:.2f} |",
            f"| until the question box can be typed in | {start['usable_s']:.1f} | **{usable:.2f}** |",
            "",
            "| median of 20 | ms |",
            "|---|---|",
            f"| from Enter to the reply of an empty Gradio echo | {answer['echo_ms']:.0f} |",
            f"| the answer's own `timings.total` | {answer['total_ms']:.0f} |",
            f"| from Enter to the shown answer | **{answer['shown_ms']:.0f}** |",
            "",
            f"The last is {answer['ratio']:.2f} of 1.5 echoes and the answer's own time.",
        ]
    )


def _share(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


SECTIONS: Mapping[str, Section] = {
    told.__name__: Section(told, (told.__name__,)) for told in (documents, retrieval, embedding, scale, update, page)
}
