"""Draws the charts of a report, each with a table of its numbers: risk, reliability, scores, recall, latency."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pincite.evaluation.report.sections import MISSING, interval, number, share
from pincite.evaluation.report.svg import Axis, Plot, numeric_axis
from pincite.evaluation.shapes import Bounded, Curves, Result, RiskPoint
from prompts import render

ChartRows = Sequence[Sequence[str]]
_HEADROOM = 1.2  # factor above the highest bar, for labels
_TABLE_POINTS = 21  # rows of the risk-coverage table


@dataclass(frozen=True, slots=True)
class Chart:
    """`svg`: the drawing, an element. `legend`: (CSS class, words). `head`, `rows`: the table of the same numbers."""

    name: str
    title: str
    caption: str
    svg: str
    legend: Sequence[tuple[str, str]]
    head: Sequence[str]
    rows: ChartRows


def charts(result: Result) -> list[Chart]:
    """Return the charts that the result has numbers for; without confidences, those of confidence are left out."""
    curves = result["curves"]
    confidence_charts = [risk_coverage, reliability, scores] if curves["risk_coverage"] else []
    drawn = [draw(curves) for draw in confidence_charts]
    if any(point["value"] is not None for point in curves["recall_at_k"]):
        drawn.append(recall_at_k(curves))
    if sum(curves["latency"]["counts"]):
        drawn.append(latency(curves))
    return drawn


def risk_coverage(curves: Curves) -> Chart:
    """Return the chart of the share wrong against the share of questions answered, surest first."""
    points = [(point["coverage"], point["risk"]) for point in curves["risk_coverage"]]
    most = max(risk for _, risk in points)
    x = numeric_axis("questions answered, surest first (%)", 0, 1, _percent)
    y = numeric_axis("of those, wrong (%)", 0, max(most, 0.05), _percent)
    caption = render("report_risk_coverage")
    plot = Plot("risk-coverage", "Risk and coverage", caption, x, y)
    plot.line(points, "curve")
    point = curves["operating_point"]
    if point is not None:
        plot.dot(point["coverage"], point["risk"], "here", 5)
        if point["confidence"] is not None:
            plot.say(point["coverage"], point["risk"], f"threshold {point['confidence']:.2f}")
        answered, wrong = share(point["coverage"]), share(point["risk"])
        caption = f"{caption} {render('report_operating_point', answered=answered, wrong=wrong)}"
    chosen = _spread(curves["risk_coverage"], _TABLE_POINTS)
    rows = [(share(p["coverage"]), share(p["risk"]), f"{p['confidence']:.3f}") for p in chosen]
    head = ("answered", "of those, wrong", "least confidence")
    return Chart(plot.name, plot.title, caption, plot.render(), [], head, rows)


def reliability(curves: Curves) -> Chart:
    """Return the chart of the share right against the confidence."""
    bins = [
        (level["low"], level["high"], level["count"], level["confidence"] or 0.0, level["right"] or 0.0)
        for level in curves["reliability"]
        if level["count"]
    ]
    x = numeric_axis("confidence (%)", 0, 1, _percent)
    y = numeric_axis("right (%)", 0, 1, _percent)
    plot = Plot("reliability", "Reliability", render("report_reliability"), x, y)
    for low, high, _, _, right in bins:
        plot.bar(low, high, 0, right, "bar wash")
    plot.line([(0, 0), (1, 1)], "ideal")
    for _, _, count, confidence, right in bins:
        plot.whisker(confidence, *wilson(right, count))
        plot.dot(confidence, right, "point", 3.5)
    rows = [
        (
            f"{share(low)} to {share(high)}",
            number(count, "count"),
            share(confidence),
            share(right),
            " to ".join(map(share, wilson(right, count))),
        )
        for low, high, count, confidence, right in bins
    ]
    head = ("confidence", "questions", "mean confidence", "right", "95% interval")
    return Chart(plot.name, plot.title, plot.description, plot.render(), [], head, rows)


def scores(curves: Curves) -> Chart:
    """Return the histogram of confidences, by whether the best candidate is right."""
    histogram = curves["scores"]
    kinds = {"right": "right", "wrong": "wrong", "unanswerable": "no answer in the source"}
    heights = [sum(counts) for counts in zip(*(histogram[kind] for kind in kinds), strict=True)]
    x = numeric_axis("confidence (%)", 0, 1, _percent)
    y = numeric_axis("questions", 0, max(heights) * _HEADROOM, _count, least_step=1)
    plot = Plot("scores", "Confidence of the best candidate", render("report_scores"), x, y)
    edges = histogram["edges"]
    for i in range(len(edges) - 1):
        bottom = 0.0
        for kind in kinds:
            plot.bar(edges[i], edges[i + 1], bottom, bottom + histogram[kind][i], f"bar {kind}")
            bottom += histogram[kind][i]
    point = curves["operating_point"]
    if point is not None and point["confidence"] is not None:
        plot.upright(point["confidence"], f"threshold {point['confidence']:.2f}")
    rows = [
        (f"{share(edges[i])} to {share(edges[i + 1])}", *(number(histogram[kind][i], "count") for kind in kinds))
        for i in range(len(edges) - 1)
    ]
    legend = [(f"bar {kind}", words) for kind, words in kinds.items()]
    return Chart(plot.name, plot.title, plot.description, plot.render(), legend, ("confidence", *kinds.values()), rows)


def recall_at_k(curves: Curves) -> Chart:
    """Return the chart of recall@k over k, with the values of k evenly spaced."""
    points = [(point, value) for point in curves["recall_at_k"] if (value := point["value"]) is not None]
    ticks = [(float(i), str(point["k"])) for i, (point, _) in enumerate(points, start=1)]
    x = Axis("passages, best first (k)", 0.5, len(points) + 0.5, ticks)
    y = numeric_axis("gold answer among them (%)", 0, 100, _count)
    plot = Plot("recall", "Recall at k", render("report_recall"), x, y)
    plot.line([(i, value) for i, (_, value) in enumerate(points, start=1)], "curve")
    for i, (point, value) in enumerate(points, start=1):
        if point["low"] is not None and point["high"] is not None:
            plot.whisker(i, point["low"], point["high"])
        plot.dot(i, value, "point")
    rows = [(str(p["k"]), number(p["value"], "percent"), interval(p, "percent")) for p, _ in points]
    head = ("passages", "gold answer among them", "interval")
    return Chart(plot.name, plot.title, plot.description, plot.render(), [], head, rows)


def latency(curves: Curves) -> Chart:
    """Return the histogram of the time to answer, with a table of percentiles by stage."""
    edges, counts = curves["latency"]["edges_ms"], curves["latency"]["counts"]
    x = numeric_axis("time to answer (ms)", 0, edges[-1], _count)
    y = numeric_axis("questions", 0, max(counts) * _HEADROOM, _count, least_step=1)
    plot = Plot("latency", "Time to answer", render("report_latency"), x, y)
    for i, count in enumerate(counts):
        plot.bar(edges[i], edges[i + 1], 0, count, "bar right")
    stages = curves["latency_by_stage"]
    for row, (name, percentile) in enumerate(stages["total"].items()):
        if percentile["value"] is not None:
            plot.upright(percentile["value"], f"{name[1:]}%: {number(percentile['value'], 'ms')}", row)
    percentiles = list(stages["total"])
    head = ("stage", *(f"{name[1:]}% within" for name in percentiles))
    rows = [(stage, *(_timed(percentile[name]) for name in percentiles)) for stage, percentile in stages.items()]
    return Chart(plot.name, plot.title, plot.description, plot.render(), [], head, rows)


def wilson(right: float, count: int) -> tuple[float, float]:
    """Return the 95% interval, within 0 and 1, of the share `right` of `count` questions (Wilson 1927)."""
    z = 1.96
    middle = (right + z * z / (2 * count)) / (1 + z * z / count)
    reach = z / (1 + z * z / count) * math.sqrt(right * (1 - right) / count + (z / (2 * count)) ** 2)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _timed(figure: Bounded) -> str:
    value = number(figure["value"], "ms")
    return value if figure["low"] is None or value == MISSING else f"{value} ({interval(figure, 'ms')})"


def _spread(points: Sequence[RiskPoint], most: int) -> list[RiskPoint]:
    """Return up to `most` of the points, evenly spaced, with the first and the last."""
    step = max(1.0, (len(points) - 1) / (most - 1)) if len(points) > 1 else 1.0
    return [points[round(i * step)] for i in range(min(most, len(points)))]


def _percent(value: float) -> str:
    return f"{100 * value:g}" if round(100 * value, 6) % 1 else f"{100 * value:.0f}"


def _count(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:g}"
