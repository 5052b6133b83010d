"""A pytest plugin for CI: a skipped test fails the run, unless it is marked `shared_data`."""

from __future__ import annotations

import pytest

_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _note(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    _note(report)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name in _skipped:
        terminalreporter.write_line(f"skipped, and only tests marked shared_data may be: {name}", red=True)


def _note(report: pytest.TestReport | pytest.CollectReport) -> None:
    allowed = "shared_data" in getattr(report, "keywords", ()) or hasattr(report, "wasxfail")
    if report.skipped and not allowed:
        _skipped.append(report.nodeid)
