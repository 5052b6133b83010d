"""Fills the page's template with a result, its style and script, and a policy that allows no more.

The browser is told to run only the script, and to use only the style, whose digests the policy names, and to load
nothing from anywhere. Whatever a result says is escaped by the template; what the script shows, it sets as text.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from pincite.evaluation.report import sections
from pincite.evaluation.report.charts import charts
from pincite.evaluation.report.questions import questions_data
from pincite.evaluation.shapes import Result
from pincite.html.data import embedded
from pincite.html.marks import escape
from prompts import render

if TYPE_CHECKING:
    from jinja2 import Template


def write_report(path: Path, result: Result) -> None:
    """Write the report on `result`, which holds its questions, to `path`."""
    path.write_text(report_html(result, datetime.now(UTC)), encoding="utf-8", newline="")


def report_html(result: Result, created: datetime) -> str:
    """Return the report on `result`, a result with its questions (see docs/evaluation.md), as HTML."""
    intervals = result["intervals"]
    style, script = _part("report.css"), _part("report.js")
    return _template().render(
        title=sections.heading(result),
        made=render("report_made", version=version("pincite"), date=created.date().isoformat()),
        asked=sections.asked(result),
        incomplete=None if result["complete"] else render("report_incomplete", total=len(result["questions"])),
        intervals=render(
            "report_intervals",
            level=f"{intervals['level']:.0%}",
            resamples=f"{intervals['resamples']:,}",
            resampled=intervals["resampled"],
        ),
        headline=sections.headline(result),
        gates=sections.gates(result),
        charts=charts(result),
        verdicts=sections.verdicts(result),
        causes=sections.causes(result),
        groups=sections.groups(result),
        comparison=sections.comparison(result),
        sweep=sections.sweep(result),
        figures=sections.figures(result),
        settings=sections.settings(result),
        total=len(result["questions"]),
        data=embedded(questions_data(result)),
        style=style,
        script=script,
        policy=f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'",
        version=version("pincite"),
        render=render,
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    def safe(value: object) -> object:
        return Markup(escape(value)) if type(value) is str else value

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=safe
    )
    return environment.from_string(_part("report.html"))


def _part(name: str) -> str:
    return files("pincite.evaluation.report").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Return the source expression of a content security policy that allows exactly this inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
