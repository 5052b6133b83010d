"""The wheel answers like the checkout: weights, article and templates are in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from ports import free_port

ROOT = Path(__file__).parent.parent

pytestmark = [pytest.mark.wheel, pytest.mark.slow]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([sys.executable, "-m", "pip", *build], check=True)
    (built,) = folder.glob("pincite-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a new environment with the wheel in it.

    Its dependencies are this environment's, named in a .pth file: installing gigabytes once more would prove
    nothing about the wheel. Python does not follow the .pth files of a folder it came to by a .pth file, so the
    checkout, which is installed here in that way, stays out of reach.
    """
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(folder, symlinks=True)
    python = str(folder / "bin" / "python")
    install = ["--python", python, "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *install], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    paths = dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    (site / "dependencies.pth").write_text("\n".join(paths) + "\n", encoding="utf-8")
    return folder / "bin"


def run(*command: str | Path, cwd: Path) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    environment["PINCITE_CACHE"] = str(cwd / "cache")
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, cwd=cwd, env=environment).stdout


def ask(pincite: Path, question: str, cwd: Path) -> dict[str, Any]:
    """The answer's JSON, but for how long it took and where on this machine the article stands."""
    answer: dict[str, Any] = json.loads(run(pincite, "ask", question, "--json", cwd=cwd))
    del answer["timings"]
    answer.pop("digest", None)  # which is of the timings and the source too
    for citation in filter(None, [answer["nearest"], *answer["citations"]]):
        citation["source"] = Path(citation["source"]).name
    return answer


def test_the_wheel_contains_only_what_answering_needs(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"app.py", "index", "pincite", "prompts", "qa"}
    files = [path for top in tops for path in [ROOT / top, *(ROOT / top).rglob("*")] if path.is_file()]
    assert names == {path.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc"}


def test_the_installed_wheel_runs_its_own_code(installed: Path, tmp_path: Path) -> None:
    files = run(installed / "python", "-c", "import app, index, pincite, prompts, qa; print(qa.__file__)", cwd=tmp_path)
    assert Path(files.strip()).is_relative_to(installed.parent)


@pytest.mark.parametrize("question", ["When were the border guards killed?", "How much did the visit cost?"])
def test_the_installed_wheel_answers_like_the_checkout(question: str, installed: Path, tmp_path: Path) -> None:
    here = ask(Path(sys.executable).with_name("pincite"), question, tmp_path)
    assert ask(installed / "pincite", question, tmp_path) == here


def test_the_installed_wheel_serves_the_page(installed: Path, tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    port = free_port()
    command = [installed / "pincite", "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == f"Pincite is at http://127.0.0.1:{port} (Ctrl+C stops it)\n"
            with urlopen(f"http://127.0.0.1:{port}/", timeout=120) as answer:
                page = answer.read().decode()
            assert "Add a document" in page
            assert "islamabad-talks.md" in page
        finally:
            process.terminate()
