"""Nothing of ours stands on a part of Python that only one system has."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# The library reference gives each of them for one kind of system.
ONE_SYSTEM = {
    *("fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"),  # Unix
    *("msvcrt", "nt", "winreg", "winsound", "_winapi"),  # Windows
}

# What this system's own asyncio and subprocess are made of stays with them: they are imported before it is hidden.
# Not hidden is what the page's libraries choose by the name of the system, as huggingface_hub does termios.
HIDING = """
import asyncio, concurrent.futures, getpass, multiprocessing, subprocess, sys, tempfile
sys.modules.update(dict.fromkeys(['fcntl', 'grp', 'pty', 'pwd', 'resource', 'syslog']))
"""


def hidden(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `script` where every import of such a part fails. Warnings stay away: filelock gives one there."""
    command = [sys.executable, "-W", "ignore", "-c", HIDING + script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def names_at_the_top(path: Path) -> set[str]:
    """The packages that a module imports as soon as it is imported itself."""
    waiting, found = list(ast.parse(path.read_text(encoding="utf-8")).body), set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).partition(".")[0])
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return found


def test_no_module_imports_a_part_of_one_system_at_its_top() -> None:
    ours = [path for path in ROOT.rglob("*.py") if not path.relative_to(ROOT).parts[0].startswith(".")]
    assert len(ours) > 300
    assert {str(path.relative_to(ROOT)): names for path in ours if (names := names_at_the_top(path) & ONE_SYSTEM)} == {}


def test_an_index_is_built_changed_and_asked_without_modules_of_one_system(tmp_path: Path) -> None:
    script = """
from index import Document, Index
from qa import Answerer
place = sys.argv[1]
Index.update(place, [Document("a", "The ferry to Skye leaves at noon.")])
held = Answerer.open(place)
Index.update(place, [Document("b", "The bus to Oban leaves at nine.")])
answers = [held.ask("When does the ferry to Skye leave?", min_confidence=0.0)]
answers.append(Answerer.open(place).ask("When does the bus to Oban leave?", min_confidence=0.0))
print(*(answer.citations[0].document_id for answer in answers))
"""
    done = hidden(script, tmp_path / "index")
    kept = str(tmp_path / "index" / "v000001")
    said = f"{kept!r} stays: without shared locks here, nobody can tell that no program reads it\n"
    assert (done.stdout, done.stderr, done.returncode) == ("a b\n", said, 0)


def test_every_command_and_the_page_are_imported_without_modules_of_one_system() -> None:
    modules = "app, pincite.cli.main, pincite.web.page, pincite.web.server, pincite.service.mcp, index.load.pdf.pdfium"
    done = hidden(f"import {modules}\nprint('imported')")
    assert (done.stdout, done.stderr) == ("imported\n", "")


def test_a_pdf_is_refused_in_one_line_where_nothing_bounds_its_reader(tmp_path: Path, monkeypatch) -> None:
    from index import load
    from index.errors import UnsupportedFormatError
    from index.load.pdf import pdfium

    bare = tmp_path / "bare.py"  # the reader runs in a process of its own, which finds nothing to bound itself with
    source = Path(pdfium.__file__).read_text(encoding="utf-8")
    bare.write_text(source.replace("import ctypes\n", "import ctypes, sys; sys.modules['resource'] = None\n"))
    monkeypatch.setattr(pdfium, "__file__", str(bare))
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 anything")
    with pytest.raises(UnsupportedFormatError, match=r"^cannot read 'a\.pdf': this system cannot limit the memory"):
        load(tmp_path / "a.pdf")


# The packages of the extra `models`, hidden as where they are not installed.
MODELS = "sys.modules.update(dict.fromkeys(['sentence_transformers', 'torch', 'transformers']))\n"


@pytest.mark.parametrize("kind", ["reader", "embedder"])
def test_another_model_without_its_libraries_is_one_line_that_names_the_extra(kind: str) -> None:
    script = f"{MODELS}from pincite.cli import main\nsys.exit(main(['ask', 'Who?', '--{kind}', 'some/model']))"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{script}"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    line = (
        f"pincite: the {kind} 'some/model' needs an optional package; install it with `pip install 'pincite[models]'`"
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{line}\n")


def test_answering_and_the_page_do_without_the_models_libraries_and_scipy() -> None:
    script = (
        f"import sys\n{MODELS}sys.modules.update(dict.fromkeys(['scipy', 'sklearn']))\n"
        "import pincite.web.page, pincite.evaluation.comparing\nfrom qa import ask\n"
        "print(ask('When were the border guards killed?').text)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("October 26\n", "")
