"""The Makefile's promises, the exact versions, and the plugin by which CI allows no skipped test."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
INSTALLED = ("-o", ".venv/.installed", "-o", ".venv/.tests")  # make takes the environment as set up


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", *arguments], capture_output=True, text=True, check=False, cwd=ROOT, env=environment)


def test_help_lists_every_target() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony
    listed = re.findall(r"^  make ([\w-]+)", make("help").stdout, re.MULTILINE)
    assert listed == phony[1].split()


def test_run_serves_the_sources_where_it_is_told() -> None:
    done = make("-n", *INSTALLED, "run", "SOURCES=a.txt b.md", "PORT=8000")
    assert done.stdout.strip() == ".venv/bin/pincite serve a.txt b.md --host 127.0.0.1 --port 8000"


def test_run_serves_the_bundled_article_by_default() -> None:
    assert make("-n", *INSTALLED, "run").stdout.strip() == ".venv/bin/pincite serve  --host 127.0.0.1"


@pytest.mark.parametrize(("target", "testing"), [("run", False), ("wheel", False), ("test", True), ("check", True)])
def test_what_testing_needs_is_installed_for_testing_alone(target: str, testing: bool) -> None:
    said = make("-n", "-W", "constraints.txt", target).stdout
    assert re.search(r"--editable \.$", said, re.MULTILINE)
    assert ("[dev,models,train]" in said) is testing


@pytest.mark.parametrize("source", ["pyproject.toml", "constraints.txt"])
def test_a_changed_requirement_means_a_new_set_up(source: str) -> None:
    assert "--editable" in make("-n", "-W", source, "test").stdout
    assert "--editable" not in make("-n", *INSTALLED, "test").stdout


def test_a_wrong_python_gets_one_line(tmp_path: Path) -> None:
    old = tmp_path / "python3.8"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.8.19\nexit 1\n', encoding="utf-8")
    old.chmod(0o755)
    done = make("install", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert f"{old} is Python 3.8.19, and Pincite needs 3.11 to 3.13" in line
    assert not (tmp_path / "venv").exists()


def test_no_python_gets_one_line(tmp_path: Path) -> None:
    done = make("install", "PYTHON=", f"VENV={tmp_path / 'venv'}")
    (line,) = done.stderr.splitlines()
    assert "No python3 found" in line


def test_training_without_data_gets_one_line() -> None:
    (line,) = make("-n", *INSTALLED, "train").stderr.splitlines()
    assert "make train DATA=folder" in line


def test_the_version_is_the_projects() -> None:
    assert version("pincite") == PROJECT["version"]


def test_every_requirement_has_one_exact_version_inside_its_range() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    pinned = {name.lower().replace("_", "-"): pin for name, pin in pins.items()}
    extras = PROJECT["optional-dependencies"].values()
    for requirement in map(Requirement, [*PROJECT["dependencies"], *(line for extra in extras for line in extra)]):
        assert requirement.specifier.contains(pinned[requirement.name]), requirement
    assert all(re.fullmatch(r"[\w.]+", pin) for pin in pinned.values()), "no local versions"


def test_a_package_of_over_30_mb_says_beside_it_what_it_is_for() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    large = []
    for requirement in PROJECT["dependencies"]:
        installed = distribution(Requirement(requirement).name)
        files = [Path(str(installed.locate_file(file))) for file in installed.files or () if file.suffix != ".pyc"]
        if sum(file.stat().st_size for file in files if file.is_file()) > 30e6:
            large.append(requirement)
    assert large, "some are, or nothing was measured"
    for requirement in large:
        (line,) = (line for line in lines if f'"{requirement}"' in line and "#" in line)
        assert re.search(r"# \d+ MB.*: \w+", line), line


def test_running_does_without_the_models_own_libraries_and_testing_has_them() -> None:
    names = {Requirement(line).name for line in PROJECT["dependencies"]}
    models = {Requirement(line).name for line in PROJECT["optional-dependencies"]["models"]}
    assert models == {"sentence-transformers", "torch", "transformers"}
    assert not names & (models | {"scipy", "scikit-learn"})


@pytest.mark.parametrize(("mark", "exit_code"), [("skip", 1), ("shared_data", 0)])
def test_in_ci_only_tests_marked_shared_data_may_skip(mark: str, exit_code: int, tmp_path: Path) -> None:
    marks = {"skip": "", "shared_data": "@pytest.mark.shared_data\n"}
    test = f"import pytest\n\n{marks[mark]}@pytest.mark.skip('no reason')\ndef test_one(): ...\n\ndef test_two(): ...\n"
    (tmp_path / "test_sample.py").write_text(test, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = shared_data: x\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / ".ci"), "PYTEST_ADDOPTS": "-p fail_on_skip"}
    command = [sys.executable, "-m", "pytest", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == exit_code, done.stdout
    assert ("only tests marked shared_data may be" in done.stdout) is (exit_code == 1)
    assert "1 passed, 1 skipped" in done.stdout.splitlines()[-1]
