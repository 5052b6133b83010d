"""Measures a plan: asks every setup in turn, shows progress, keeps a journal, and stops without losing results."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import PinciteError
from pincite.evaluation.journal import Journal
from pincite.evaluation.judging import EvalRow, references_of
from pincite.evaluation.metrics import score, score_list
from pincite.evaluation.plan import Plan
from pincite.evaluation.results import summarise, without_questions
from pincite.evaluation.shapes import Result
from pincite.evaluation.sweep import Value, best_of, sweep_summary
from pincite.evaluation.types import Pair, Verdict
from pincite.evaluation.workshop import Setup, Workshop
from qa.types import Reason, Status

if TYPE_CHECKING:
    from tqdm import tqdm

Stop = PinciteError | KeyboardInterrupt


@dataclass(frozen=True, slots=True)
class Measurement:
    """`setups`: each is measured; with `swept`, what sets them apart, the best by `goal` is the result.

    `out`: where the result will lie, with journals beside it; None keeps none. `resume`: take journals up.
    """

    plan: Plan
    setups: Sequence[Setup]
    swept: Sequence[dict[str, Value]] | None = None
    goal: str = "f1"
    out: Path | None = None
    resume: bool = False

    def journal(self, number: int) -> Path | None:
        """Give where what is finished of the run with this number, from 0, is kept; None beside no file, or a pipe."""
        if self.out is None or (self.out.exists() and not self.out.is_file()):
            return None
        return self.out.with_name(
            f"{self.out.name}.partial" if self.swept is None else f"{self.out.name}.{number}.partial"
        )

    def discard_journals(self) -> None:
        """Delete the journals, once the result is written."""
        for path in filter(None, map(self.journal, range(len(self.setups)))):
            path.unlink(missing_ok=True)


def measure(measurement: Measurement) -> tuple[Result | None, Stop | None]:
    """Return the result (None if nothing was asked), and the error that ended the run early, or None.

    Ctrl-C and any `PinciteError` end it; the result then covers what was asked until that point.
    """
    with progress_bar(measurement) as bar:
        return _measure(measurement, _Runs(measurement, bar))


def _measure(measurement: Measurement, runs: _Runs) -> tuple[Result | None, Stop | None]:
    results: list[Result] = []  # of a sweep, the best alone keeps its questions
    best = 0
    for setup in measurement.setups:
        workshop = Workshop(setup, runs.workshop)
        rows = runs.rows(workshop)
        if rows and not (results and runs.stopped_by is not None):  # part of a run is not compared with whole ones
            settings = measurement.plan.settings(workshop)
            results.append(summarise(rows, settings, complete=runs.stopped_by is None))
            if measurement.swept is not None:
                best = best_of(results, measurement.goal)
                results = [result if i == best else without_questions(result) for i, result in enumerate(results)]
        if runs.stopped_by is not None:
            break
    if not results:
        return None, runs.stopped_by
    if measurement.swept is None:
        return results[0], runs.stopped_by
    table = sweep_summary(measurement.swept[: len(results)], results, measurement.goal)
    best_result = results[best].copy()
    best_result["complete"], best_result["sweep"] = runs.stopped_by is None, table
    return best_result, runs.stopped_by


def progress_bar(measurement: Measurement) -> tqdm[Any]:
    """Return a bar on stderr over the questions of all runs, with the time that is left."""
    from tqdm import tqdm

    asked = set(measurement.setups)
    if measurement.swept is not None:
        asked = {setup if setup.min_confidence is None else replace(setup, min_confidence=0.0) for setup in asked}
    return tqdm(total=len(measurement.plan.asked) * len(asked), unit=" questions", file=sys.stderr)


class _Runs:
    """Asks. Setups of a sweep that differ in their threshold alone are asked once, without one."""

    def __init__(self, measurement: Measurement, bar: tqdm[Any]) -> None:
        self._bar = bar
        self.stopped_by: Stop | None = None
        self.workshop: Workshop | None = None  # the last one that was used
        self._measurement = measurement
        self._last: tuple[Setup, list[EvalRow]] | None = None
        self._count = 0

    def rows(self, workshop: Workshop) -> list[EvalRow]:
        """Return the rows of a setup, in the order of the plan."""
        setup = workshop.setup
        least = setup.min_confidence
        if self._measurement.swept is None or least is None or workshop.calibration is None:
            return self._asked(workshop)
        pairs = {located.pair.id: located.pair for located in self._measurement.plan.asked}
        always = Workshop(replace(setup, min_confidence=0.0), workshop)
        return [with_threshold(row, pairs[row.id], least) for row in self._asked(always)]

    def _asked(self, workshop: Workshop) -> list[EvalRow]:
        if self._last is None or self._last[0] != workshop.setup:
            self._last = (workshop.setup, self._ask(workshop, self._count))
            self._count += 1
        return self._last[1]

    def _ask(self, workshop: Workshop, number: int) -> list[EvalRow]:
        self.workshop = workshop
        measurement, plan = self._measurement, self._measurement.plan
        path = measurement.journal(number)
        done: dict[str, EvalRow] = {}
        try:
            with ExitStack() as stack:
                journal = None
                if path is not None:
                    journal = stack.enter_context(
                        Journal.open(path, plan.settings(workshop), resume=measurement.resume)
                    )
                    done = journal.rows
                self._bar.initial += len(done)
                self._bar.update(len(done))
                if len(done) < len(plan.asked):
                    plan.prepare(workshop)
                    self._bar.unpause()
                for row in plan.rows(workshop, dict(done)):
                    done[row.id] = row
                    if journal is not None:
                        journal.add(row)
                    self._bar.update()
        except (PinciteError, KeyboardInterrupt) as error:
            self.stopped_by = error
        return [done[located.pair.id] for located in plan.asked if located.pair.id in done]


def with_threshold(row: EvalRow, pair: Pair, least: float) -> EvalRow:
    """Decline `row`, of a run that always answered, if its confidence is below `least` (0 to 1).

    The best candidate is the same, given or not.
    """
    if row.declined or row.confidence is None or row.confidence >= least:
        return row
    references, rules = references_of(pair, answerable=row.answerable)
    silent = score(None, references, rules)
    if not row.answerable:
        verdict = Verdict.RIGHTLY_DECLINED
    elif row.placed and not any(passage.gold for passage in row.retrieved):
        verdict = Verdict.NOT_RETRIEVED
    else:
        verdict = Verdict.WRONGLY_DECLINED
    return replace(
        row,
        status=Status.ABSTAINED,
        reason=Reason.LOW_CONFIDENCE,
        answers=[],
        exact=100 * silent.exact,
        f1=100 * silent.f1,
        official=silent,
        verdict=verdict,
        sentences=None if row.sentences is None else replace(row.sentences, cited=0, good=0, recall=0.0),
        list_score=None if row.list_score is None else score_list((), references),
    )
