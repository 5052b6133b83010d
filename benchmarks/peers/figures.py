"""A result's figures as SVG files that stand by themselves."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pincite.evaluation.report.svg import HEIGHT, WIDTH, Axis, Plot, numeric_axis

SHORT = {
    "pincite": "Pincite",
    "haystack": "Haystack",
    "langchain": "LangChain",
    "bm25s": "bm25s",
    "txtai": "txtai",
    "verbatim_rag": "verbatim",
}
COLOURS = {
    "pincite": "#0b5fa5",
    "haystack": "#b3470f",
    "langchain": "#3b7d3b",
    "bm25s": "#7a4fa3",
    "txtai": "#8a6d00",
    "verbatim_rag": "#666666",
}
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#333}.title{font-weight:600}.tick,.note{font-size:10.5px}"
    ".grid{stroke:#e3e3e3}.axis{stroke:#777}polyline{fill:none;stroke-width:2}path{fill:none}"
    + "".join(f".{peer}{{fill:{c}}}polyline.{peer}{{fill:none;stroke:{c}}}" for peer, c in COLOURS.items())
)
Values = Mapping[str, float]


def write_figures(result: Mapping[str, Any], folder: Path) -> None:
    """quality.svg, time.svg and, where it was measured, growth.svg."""
    folder.mkdir(exist_ok=True)
    materials = result["materials"]
    drawn = {"quality": [_bars(f"F1, {name}", "F1 (%)", _take(rows, "f1")) for name, rows in materials.items()]}
    drawn["quality"] += [
        _bars(f"Passages, {name}", "recall@1 (%)", _take(rows, "recall@1")) for name, rows in materials.items()
    ]
    first = next(iter(materials.values()))
    drawn["time"] = [
        _bars("Cold start to first answer", "seconds", _take(result["start"], "median_s")),
        _bars("Each question after it, median", "milliseconds", _take(first, "p50_ms")),
    ]
    if result.get("growth"):
        drawn["growth"] = _growth(result["growth"])
    for name, plots in drawn.items():
        (folder / f"{name}.svg").write_text(_sheet(plots), encoding="utf-8")


def _take(rows: Mapping[str, Mapping[str, Any]], name: str) -> Values:
    return {peer: row[name] for peer, row in rows.items() if row.get(name) is not None}


def _bars(title: str, label: str, values: Values) -> Plot:
    """Return a bar a peer, its value above it."""
    peers = list(values)
    x = Axis("", 0, len(peers), [(i + 0.5, SHORT[peer]) for i, peer in enumerate(peers)])
    y = numeric_axis(label, 0, 1.1 * max(values.values()), lambda value: f"{value:g}")
    plot = Plot(_name(title), title, ", ".join(f"{SHORT[p]} {values[p]:.3g}" for p in peers), x, y)
    for i, peer in enumerate(peers):
        plot.bar(i + 0.15, i + 0.85, 0, values[peer], peer)
        plot.say(i + (0.1 if i + 0.5 <= len(peers) / 2 else 0.9), values[peer], _short(values[peer]), 5)
    return plot


def _short(value: float) -> str:
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"


def _growth(growth: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Plot]:
    def lines(value: Callable[[Mapping[str, Any]], float | None]) -> dict[str, list[tuple[float, float]]]:
        points = {peer: [(row["texts"], value(row)) for row in rows] for peer, rows in growth.items()}
        return {peer: [(n, v) for n, v in listed if v] for peer, listed in points.items()}

    return [
        _curves("A question, median", "milliseconds", lines(lambda row: row["p50_ms"])),
        _curves("Indexing", "seconds", lines(lambda row: row["index_seconds"])),
        _curves("Memory of the process", "megabytes", lines(lambda row: row["memory_mb"])),
        _curves("Index on disk", "megabytes", lines(lambda row: (row["disk_bytes"] or 0) / 1e6)),
    ]


def _curves(title: str, label: str, lines: Mapping[str, list[tuple[float, float]]]) -> Plot:
    """Return a curve a peer, both axes logarithmic."""
    points = [point for listed in lines.values() for point in listed]
    x = _decades("texts", [n for n, _ in points])
    y = _decades(label, [value for _, value in points])
    told = "; ".join(f"{SHORT[p]} " + ", ".join(f"{n:g}: {v:.3g}" for n, v in listed) for p, listed in lines.items())
    plot = Plot(_name(title), title, told, x, y)
    for peer, listed in lines.items():
        placed = [(math.log10(n), math.log10(value)) for n, value in listed]
        plot.line(placed, peer)
        for at in placed:
            plot.dot(*at, peer, 3)
    return plot


def _decades(label: str, values: Sequence[float]) -> Axis:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)
    return Axis(label, low, high, [(i, _decade(i)) for i in range(low, high + 1)])


def _decade(exponent: int) -> str:
    """10 to that power, short enough to stand under an axis."""
    if -4 < exponent < 5:
        return f"{10.0**exponent:,g}"
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _name(title: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in title.lower())


def _sheet(plots: Sequence[Plot]) -> str:
    """Return the plots two a row, with their titles, on white, and whose colour is whose."""
    rows = math.ceil(len(plots) / 2)
    height = rows * (HEIGHT + 26) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * WIDTH}" height="{height}" '
        f'viewBox="0 0 {2 * WIDTH} {height}"><style>{STYLE}</style><rect width="100%" height="100%" fill="#fff"/>'
    ]
    for i, plot in enumerate(plots):
        left, top = i % 2 * WIDTH, i // 2 * (HEIGHT + 26)
        parts.append(f'<text class="title" x="{left + 56}" y="{top + 18}">{plot.title}</text>')
        size = f'x="{left}" y="{top + 22}" width="{WIDTH}" height="{HEIGHT}"'
        parts.append(plot.render().replace("<svg ", f"<svg {size} ", 1))
    parts += [
        f'<g transform="translate({56 + i * 120} {height - 12})"><rect class="{peer}" y="-10" width="11" height="11"/>'
        f'<text x="16">{SHORT[peer]}</text></g>'
        for i, peer in enumerate(peer for peer in SHORT if any(f'class="{peer}"' in plot.render() for plot in plots))
    ]
    return "".join(parts) + "</svg>\n"
