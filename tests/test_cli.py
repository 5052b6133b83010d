from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pincite.cli.main import COMMANDS, main


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pincite.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_answer_is_printed_with_its_confidence_and_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "When were the border guards killed?"]) == 0
    out = capsys.readouterr().out
    assert "October 26" in out
    assert "% likely to be right" in out
    assert re.search(r"\(islamabad-talks.md, under “.+”, characters \d+ to \d+\)", out)


def test_an_abstention_says_so_shows_the_nearest_statement_and_is_a_success(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "How old is the bridge of Oban?", "--form", "span", "--min-confidence", "1"]) == 0
    out = capsys.readouterr().out
    assert re.match(r"The text (?:does not|speaks of this, but)", out)
    assert "The nearest it comes:" in out
    assert re.search(r"“.+” \(islamabad-talks.md, under “.+”, characters \d+ to \d+\)", out)


def test_json_is_one_object_whose_quote_stands_at_its_offsets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "When were the border guards killed?", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert main(["show", "qa/articles/islamabad-talks.md", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    (citation, *_) = answer["citations"]
    assert document["text"][citation["start"] : citation["end"]] == citation["quote"] == answer["text"]
    assert document["sha256"] == citation["document_sha256"]
    assert {s["kind"] for s in document["segments"]} == {"heading", "paragraph"}


def test_the_form_is_that_of_the_question_or_the_one_that_is_named_and_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["ask", "When were the border guards killed?"]) == 0
    assert capsys.readouterr().out.startswith("October 26  (span, ")
    assert main(["ask", "When were the border guards killed?", "--form", "statement"]) == 0
    said = capsys.readouterr().out
    assert "  [1] There, not far from the Pakistani border, an attack on **October 26** killed ten Iranian" in said
    assert said.splitlines()[-1].startswith("  (statement")
    assert main(["ask", "What is this about?", "--json"]) == 0
    overview = json.loads(capsys.readouterr().out)
    assert (overview["form"], overview["status"]) == ("overview", "answered")
    assert 3 <= len(overview["citations"]) <= 6


def test_sources_can_be_repeated_and_an_index_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("The ferry to Skye leaves at noon.")
    (tmp_path / "b.md").write_text("# Buses\n\nThe bus to Oban leaves at nine.")
    ask = ["ask", "When does the bus to Oban leave?", "--min-confidence", "0", "--json"]
    assert main([*ask, "--source", str(tmp_path / "a.txt"), "--source", str(tmp_path / "b.md")]) == 0
    from_sources = json.loads(capsys.readouterr().out)
    assert main(["index", str(tmp_path), "--out", str(tmp_path / "index")]) == 0
    assert "2 documents in 2 passages" in capsys.readouterr().out
    assert main([*ask, "--index", str(tmp_path / "index")]) == 0
    from_index = json.loads(capsys.readouterr().out)
    assert "nine" in from_index["text"]
    assert from_sources["citations"] == from_index["citations"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", " "], "the question is empty"),
        (["ask", "Who?", "--source", "none.txt"], "there is no file or folder 'none.txt'"),
        (["ask", "Who?", "--index", "none"], "'none' holds no index"),
        (["show", "none.md"], "there is no file or folder 'none.md'"),
        (["index", "none", "--out", "x"], "there is no file or folder 'none'"),
        (["serve", "none.txt"], "there is no file or folder 'none.txt'"),
        (["serve", "--port", "99999"], "port"),
        (["eval", "none.jsonl"], "there is no file 'none.jsonl'; check the path"),
        (["calibrate", "none.json"], "there is no file 'none.json'; check the path"),
        (["calibrate", "."], "'.' cannot be opened: is a directory; check the path"),
    ],
)
def test_an_error_is_one_line_on_stderr_and_exit_code_1(arguments, message, capsys) -> None:
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("pincite: ")
    assert message in captured.err
    assert captured.err.count("\n") == 1


def test_a_closed_output_pipe_is_not_an_error(tmp_path: Path) -> None:
    long = tmp_path / "long.txt"
    long.write_text("The ferry leaves at noon.\n\n" * 20_000)
    show = [sys.executable, "-m", "pincite.cli", "show", str(long)]
    with subprocess.Popen(show, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as shown:
        assert shown.stdout is not None
        assert shown.stderr is not None
        shown.stdout.read(1)
        shown.stdout.close()
        assert shown.stderr.read() == b""


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["ask"],
        ["ask", "x", "--top-k", "0"],
        ["ask", "x", "--min-confidence", "2"],
        ["ask", "x", "--form", "reply"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert f"examples:\n  pincite {command}" in capsys.readouterr().out


def test_a_conversation_in_the_terminal_reads_follow_ups_and_survives_a_bad_question(monkeypatch, capsys) -> None:
    long = "why " * 500
    asked = io.StringIO(f"Who is the foreign minister of Iran?\n{long}\nWhen did he land in Islamabad?\n\n")
    monkeypatch.setattr("sys.stdin", asked)
    assert main(["chat"]) == 0
    captured = capsys.readouterr()
    assert "Read as: When did Abbas Araghchi land in Islamabad?" in captured.out
    assert "Monday" in captured.out
    assert captured.err.count("\n") == 1
    assert "tokens long" in captured.err


@pytest.mark.slow
def test_asking_a_saved_index_imports_neither_torch_nor_transformers_nor_gradio(tmp_path: Path) -> None:
    assert main(["index", "qa/articles/islamabad-talks.md", "--out", str(tmp_path / "index")]) == 0
    code = (
        "import sys; from pincite.cli.main import main; code = main(sys.argv[1:]); "
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'gradio', 'sklearn'} & set(sys.modules); "
        "assert not heavy, heavy; sys.exit(code)"
    )
    command = [
        sys.executable,
        "-c",
        code,
        "ask",
        "When were the border guards killed?",
        "--index",
        str(tmp_path / "index"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "October 26" in done.stdout


def test_the_version_is_printed() -> None:
    done = run("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("pincite 0.")


def piped(text: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "pincite.cli", *arguments], input=text, capture_output=True, check=False
    )


def test_a_text_on_standard_input_is_a_source_among_others(tmp_path: Path) -> None:
    other = tmp_path / "bus.txt"
    other.write_text("The bus to Oban leaves at nine.", encoding="utf-8")
    text = "Çay.\r\n\r\nThe ferry to Skye leaves at noon.\n"
    sources = ("--source", str(other), "--source", "-")
    done = piped(
        text.encode(), "ask", "When does the ferry to Skye leave?", *sources, "--min-confidence", "0", "--json"
    )
    assert done.stderr == b""
    (citation,) = json.loads(done.stdout)["citations"]
    assert citation["document_id"] == "pasted text"
    assert text[citation["start"] : citation["end"]] == citation["quote"]


@pytest.mark.parametrize(
    ("command", "text", "message"),
    [
        (
            ["ask", "Who?", "--source", "-"],
            b" \n",
            "'pasted text' is empty; give a document with some words",
        ),
        (["ask", "Who?", "--source", "-"], b"caf\xe9", "'pasted text' is not utf-8"),
        (["ask", "Who?", "--source", "-", "--max-bytes", "3"], b"Four", "the pasted text has more than 3 bytes"),
        (["chat", "--source", "-"], b"Four", "questions come on standard input, so the text of '-' cannot"),
        (["mcp", "--source", "-"], b"Four", "requests come on standard input, so the text of '-' cannot"),
    ],
)
def test_a_text_on_standard_input_that_cannot_be_asked_is_one_line(
    command: list[str], text: bytes, message: str
) -> None:
    done = piped(text, *command)
    (line,) = done.stderr.decode().splitlines()
    assert (done.returncode, done.stdout) == (1, b"")
    assert line.startswith("pincite: ")
    assert message in line
