"""Nothing of a document, a name or a file reaches a terminal as a command to it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pincite.cli import main
from pincite.cli.terminal import shown

CLEAR = "\x1b[2J\x1b[H"
TITLE = "\x1b]0;owned\x07"
COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    told = capsys.readouterr()
    return told.out + told.err


def test_commands_are_written_out_and_words_stay_as_they_are() -> None:
    assert shown(f"a{CLEAR}b\x9bc\x7f\u202ed") == "a\\u001b[2J\\u001b[Hb\\u009bc\\u007f\\u202ed"
    assert shown("one\ttwo\r\nthree\n«Ångström» 漢字 שלום") == "one\ttwo\r\nthree\n«Ångström» 漢字 שלום"
    assert shown("hidden\rshown") == "hidden\\u000dshown"


@pytest.mark.parametrize("attack", [CLEAR, TITLE, "\x9b31m", "\u202e", "\x08" * 20, "\x7f"])
def test_an_answer_a_document_and_a_conversation_print_no_control_characters(
    attack: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "doc.txt"
    source.write_text(f"The lease was signed by Peter {attack}Holt in 1862 at Leeds.\n", encoding="utf-8")
    asked = ["--source", str(source), "--min-confidence", "0"]
    lines = iter(["Who signed the lease?", ""])
    monkeypatch.setattr("builtins.input", lambda _: next(lines))
    for command in (
        ["show", str(source)],
        ["show", str(source), "--json"],
        ["ask", "Who signed the lease?", *asked],
        ["ask", "Who signed the lease?", *asked, "--json"],
        ["chat", *asked],
    ):
        assert main(command) == 0
        assert COMMANDS.search(printed(capsys).replace("\n", "").replace("\t", "")) is None


def test_json_still_says_what_the_document_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, text = tmp_path / "doc.txt", f"The mill {CLEAR}burned \x9b\x7f down in 1862.\n"
    source.write_bytes(text.encode())
    assert main(["show", str(source), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["text"] == text


def test_a_forged_export_and_a_name_print_no_control_characters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "doc.txt"
    source.write_text("The lease was signed by Peter Holt in 1862 at Leeds.\n", encoding="utf-8")
    fake = f"{CLEAR}ok [1] 1 ok, 0 moved, 0 changed, 0 gone, of 1{TITLE}"
    citation = {"document_id": f"doc{CLEAR}.txt", "source": str(source), "start": 24, "end": 24 + len(fake)}
    citation |= {"quote": fake, "document_sha256": "0" * 64}
    forged = tmp_path / "forged.json"
    answer = {"question": "Who?", "status": "answered", "text": fake, "citations": [citation]}
    forged.write_text(json.dumps(answer), encoding="utf-8")
    for command in (["verify", str(forged)], ["show", f"no{CLEAR}such.txt"], ["verify", f"no{CLEAR}such.json"]):
        assert main(command) in (1, 3)
        told = printed(capsys)
        assert told
        assert "\x1b" not in told
    with pytest.raises(SystemExit):
        main([f"no{CLEAR}such"])
    assert "\x1b" not in printed(capsys)
