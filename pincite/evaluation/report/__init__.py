"""Writes a result as one HTML file that needs nothing else, for light and dark screens and for paper.

Its content security policy allows only the script and the style whose digests it has, and forbids loading anything.
The template escapes all text of a result; the script inserts it as text, never as HTML.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pincite.evaluation.definitions import define
from pincite.evaluation.report import sections
from pincite.evaluation.report.charts import charts
from pincite.evaluation.report.questions import gold_texts, marked, questions_data
from pincite.evaluation.shapes import Result
from pincite.html.pages import embedded, file_text, style_text, template
from prompts import render

__all__ = ["report_html", "write_report"]

_HERE = "pincite.evaluation.report"


def write_report(path: Path, result: Result) -> None:
    """Write the report on `result`, which holds its questions, to `path`."""
    path.write_text(report_html(result, datetime.now(UTC)), encoding="utf-8", newline="")


def report_html(result: Result, created: datetime) -> str:
    """Return the report on `result`, a result with its questions (see docs/evaluation.md), as HTML."""
    intervals = result["intervals"]
    style, script = style_text(_HERE, "report.css"), file_text(_HERE, "report.js")
    return template(_HERE, "report.html").render(
        result=result,
        title=sections.heading(result),
        made=render("report_made", version=version("pincite"), date=created.date().isoformat()),
        incomplete=None if result["complete"] else render("report_incomplete", total=len(result["questions"])),
        intervals=render(
            "report_intervals",
            level=f"{intervals['level']:.0%}",
            resamples=f"{intervals['resamples']:,}",
            resampled=intervals["resampled"],
        ),
        units={name: defined["unit"] for name, defined in result["definitions"].items()},
        gates=result.get("gates"),
        known=define(result["settings"]["top_k"], several=True),  # a gate may name a figure that this run lacks
        charts=charts(result),
        total_verdicts=sum(result["verdicts"].values()) or 1,
        comparison=result.get("comparison"),
        sweep=result.get("sweep"),
        data=embedded(questions_data(result)),
        style=style,
        script=script,
        policy=f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'",
        version=version("pincite"),
        sections=sections,
        marked=marked,
        gold_texts=gold_texts,
    )


def _digest(text: str) -> str:
    """Return the source expression of a content security policy that allows this inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
