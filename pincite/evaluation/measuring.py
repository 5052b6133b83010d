"""Measures a plan: asks every setup in turn, shows progress, keeps a journal, and stops without losing results.

A journal lies beside the output, so that a run can be resumed after Ctrl-C or a crash. It is JSON Lines: first what was
measured and how, then a row for each question, each written when it is done.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from index.errors import PinciteError
from pincite.evaluation.fields import read_text
from pincite.evaluation.judging import EvalRow, references_of
from pincite.evaluation.metrics import score, score_list
from pincite.evaluation.plan import Plan
from pincite.evaluation.results import summarise, without_questions
from pincite.evaluation.shapes import Result, Settings
from pincite.evaluation.types import EvalVerdict, Pair
from pincite.evaluation.workshop import Setup, Value, Workshop, best_of, sweep_summary
from qa.errors import PairsError
from qa.types import Reason, Status

if TYPE_CHECKING:
    from tqdm import tqdm


class Journal:
    """The rows that a run has finished, by the question's id, and the file in which they are kept, if there is one."""

    def __init__(self, path: Path | None, settings: Settings, *, resume: bool) -> None:
        """Take up the journal in `path` if there is one and `resume` is true, else begin one; None keeps none.

        A last line that was cut off is dropped. Raises `PairsError` for a journal that is there and not to be
        resumed, and for one of another measurement.
        """
        self.rows: dict[str, EvalRow] = {}
        self._file: TextIO | None = None
        if path is None:
            return
        if path.exists() and resume:
            whole, self.rows = _read(path, settings)
            self._file = path.open("a", encoding="utf-8")
            self._file.truncate(whole)
            return
        if path.exists() and (lines := path.read_bytes().count(b"\n")) > 1:
            raise PairsError(f"{path} holds {lines - 1} finished questions; add --resume to go on, or delete it")
        self._file = path.open("w", encoding="utf-8")
        self._write({"fingerprint": dict(settings)})

    def add(self, row: EvalRow) -> None:
        """Keep `row`."""
        self.rows[row.id] = row
        self._write(row.to_dict())

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _write(self, record: Mapping[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(record, ensure_ascii=True) + "\n")
            self._file.flush()


def _read(path: Path, settings: Settings) -> tuple[int, dict[str, EvalRow]]:
    """Return how many bytes of the journal are whole lines, and its rows.

    What is written is ASCII: bytes are characters.
    """
    text = read_text(path)
    whole = text.rfind("\n") + 1
    lines = text[:whole].splitlines()
    try:
        head, *records = [json.loads(line) for line in lines]
        before = head["fingerprint"]
        rows = [EvalRow.from_dict(record) for record in records]
    except (ValueError, KeyError, TypeError) as error:
        raise PairsError(f"{path} is not a journal of this version of Pincite; delete it to begin anew") from error
    now = json.loads(json.dumps(dict(settings)))
    differing = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    if differing:
        changes = "; ".join(f"{name} {before.get(name)!r} → {now.get(name)!r}" for name in differing)
        raise PairsError(f"{path} is of another measurement ({changes}); ask for the same, or delete it to begin anew")
    return whole, {row.id: row for row in rows}


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
        """Return where the run with this number, from 0, keeps its journal; None beside no file, or a pipe."""
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
    results: list[Result] = []  # of a sweep, the best alone keeps its questions
    best = 0
    with progress_bar(measurement) as bar:
        runs = _Runs(measurement, bar)
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
        done: dict[str, EvalRow] = {}
        try:
            path, settings = measurement.journal(number), plan.settings(workshop)
            with closing(Journal(path, settings, resume=measurement.resume)) as journal:
                done = journal.rows
                self._bar.initial += len(done)
                self._bar.update(len(done))
                if len(done) < len(plan.asked):
                    plan.prepare(workshop)
                    self._bar.unpause()
                for row in plan.rows(workshop, dict(done)):
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
        verdict = EvalVerdict.RIGHTLY_DECLINED
    elif row.placed and not any(passage.gold for passage in row.retrieved):
        verdict = EvalVerdict.NOT_RETRIEVED
    else:
        verdict = EvalVerdict.WRONGLY_DECLINED
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
