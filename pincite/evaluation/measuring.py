"""Measures a plan: asks the questions with every setup, shows progress, keeps a journal, and can be interrupted.

The journal is a file beside the output, so that a run can be resumed after Ctrl-C or a crash. It is JSON Lines: first
the settings, then a row for each question, written when the question is done.
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
    """The finished rows of a run, by the question's id, and the file that they are saved in, if there is one."""

    def __init__(self, path: Path | None, settings: Settings, *, resume: bool) -> None:
        """Continue the journal in `path` if it exists and `resume` is true, else begin one. `path` None: no file.

        A last line that was cut off is dropped. Raises `PairsError` for an existing journal without `resume`, and for
        a journal of another measurement.
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
        """Save `row`."""
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
    """Return the size of the journal's complete lines in bytes, and its rows.

    Journals are ASCII: a character is a byte.
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
        raise PairsError(f"{path} is of another measurement ({changes}); use the same settings, or delete it")
    return whole, {row.id: row for row in rows}


Stop = PinciteError | KeyboardInterrupt


@dataclass(frozen=True, slots=True)
class Measurement:
    """`setups`: each is measured. `swept`: the settings in which they differ; the best run by `goal` is the result.

    `out`: the path of the result, with journals beside it; None: no journals. `resume`: continue the journals.
    """

    plan: Plan
    setups: Sequence[Setup]
    swept: Sequence[dict[str, Value]] | None = None
    goal: str = "f1"
    out: Path | None = None
    resume: bool = False

    def journal(self, number: int) -> Path | None:
        """Return the journal's path of the run with this number, from 0; None if `out` is None or no regular file."""
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

    Ctrl-C and any `PinciteError` end the run; the result then covers the questions asked until then.
    """
    results: list[Result] = []  # in a sweep, only the best keeps its questions
    best = 0
    with progress_bar(measurement) as bar:
        runs = _Runs(measurement, bar)
        for setup in measurement.setups:
            workshop = Workshop(setup, runs.workshop)
            rows = runs.rows(workshop)
            if rows and not (results and runs.stopped_by is not None):  # a partial run is compared with none
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
    """Return a progress bar on stderr over the questions of all runs, with the remaining time."""
    from tqdm import tqdm

    asked = set(measurement.setups)
    if measurement.swept is not None:
        asked = {setup if setup.min_confidence is None else replace(setup, min_confidence=0.0) for setup in asked}
    return tqdm(total=len(measurement.plan.asked) * len(asked), unit=" questions", file=sys.stderr)


class _Runs:
    """Asks the questions; setups of a sweep that differ only in their threshold are asked once, without a threshold."""

    def __init__(self, measurement: Measurement, bar: tqdm[Any]) -> None:
        self._bar = bar
        self.stopped_by: Stop | None = None
        self.workshop: Workshop | None = None  # the last one used
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
    """Return `row`, of a run that always answered, as declined if its confidence is below `least` (0 to 1).

    The best candidate stays.
    """
    if row.declined or row.confidence is None or row.confidence >= least:
        return row
    references, rules = references_of(pair, answerable=row.answerable)
    declined_score = score(None, references, rules)
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
        exact=100 * declined_score.exact,
        f1=100 * declined_score.f1,
        official=declined_score,
        verdict=verdict,
        sentences=None if row.sentences is None else replace(row.sentences, cited=0, good=0, recall=0.0),
        list_score=None if row.list_score is None else score_list((), references),
    )
