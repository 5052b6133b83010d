"""An environment for each peer, made from its requirements.txt as a user would, in a folder that git does not know."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / ".bench"
PEERS = ("pincite", "haystack", "langchain", "bm25s", "txtai", "verbatim_rag")
OWN = {"pip", "setuptools"}  # every environment begins with them


@dataclass(frozen=True, slots=True)
class Size:
    """What a peer's requirements bring, without the interpreter, pip and the models that all are given alike."""

    megabytes: float
    packages: int


class SetUpError(Exception):
    """A peer's environment that cannot be made; the message is pip's error line."""


def python_of(peer: str) -> Path:
    """The interpreter of the peer's environment, which is made where it is missing or its requirements have changed.

    Raises `SetUpError`.
    """
    folder = FOLDER / "envs" / peer
    python = folder / "bin" / "python"
    stamp = folder / "requirements.sha256"
    wanted = fingerprint(peer)
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    print(f"setting up {folder.relative_to(ROOT)}", file=sys.stderr, flush=True)
    run = subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], capture_output=True, text=True)
    if run.returncode:
        raise SetUpError(error_line(run.stdout + run.stderr))
    _pip(python, "install", "--upgrade", "pip==26.3")
    log = _pip(python, "install", "--no-compile", "--requirement", str(requirements_of(peer)))
    (folder / "install.log").write_text(log, encoding="utf-8")
    stamp.write_text(wanted)
    return python


def requirements_of(peer: str) -> Path:
    """Return the file that says what the peer needs."""
    return Path(__file__).parent / peer / "requirements.txt"


def fingerprint(peer: str) -> str:
    """Changes where the environment has to be made anew."""
    files = [requirements_of(peer)]
    if peer == "pincite":
        files += [ROOT / "pyproject.toml", ROOT / "constraints.txt"]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def size_of(peer: str) -> Size:
    """Of the environment as it stands."""
    folder = FOLDER / "envs" / peer
    (site,) = (folder / "lib").glob("python3*/site-packages")
    mine = [path for path in site.iterdir() if path.name.partition("-")[0].lower() not in OWN]
    # Byte code is counted neither for those that have run nor for those that have not.
    total = sum(file.stat().st_size for path in mine for file in _files(path) if "__pycache__" not in file.parts)
    packages = [path for path in site.glob("*.dist-info") if path.name.partition("-")[0].lower() not in OWN]
    return Size(total / 1e6, len(packages))


def remove(peer: str) -> None:
    """Take the environment away."""
    shutil.rmtree(FOLDER / "envs" / peer, ignore_errors=True)


def _files(path: Path) -> list[Path]:
    return [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]


def _pip(python: Path, *arguments: str) -> str:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if run.returncode:
        raise SetUpError(error_line(run.stdout + run.stderr))
    return run.stdout + run.stderr


def error_line(output: str) -> str:
    """Return the first line that says what is wrong, else the last there is."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    wrong = [line for line in lines if line.startswith(("ERROR", "error", "Error"))]
    return (wrong or lines or ["it said nothing"])[0]
