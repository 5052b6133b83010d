"""What is attached to a message: a document of its own that is named after it, comes with it and goes with it."""

from __future__ import annotations

import io
import json
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from documents import column, pdf
from made import mailbox, message

from index import Document, load, load_all
from index.errors import SourceNotFoundError
from index.load import documents, files, mail
from index.load.fetching import Fetched
from index.load.pdf.boxes import boxes, page_image
from index.types import UnreadKind
from pincite.cli import main
from pincite.records.verify import verify
from qa import Answerer
from qa.unread import unread_text

VATS = "Vat,Litres\nNorth,1800\nSouth,2600\n"
PLAN = pdf([column(["The cooper is Hugo Brandt."], 50, 700)])


def letter(*attached: tuple[str, str | bytes], text: str = "The audit is on 14 June.") -> EmailMessage:
    made = message(text, "Audit")
    for name, data in attached or (("vats.csv", VATS),):
        if isinstance(data, str):
            made.add_attachment(data, filename=name)
        else:
            made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return made


def written(folder: Path, made: EmailMessage, name: str = "audit.eml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(made.as_bytes())
    return folder / name


def said(document: Document) -> list[str]:
    return [one.detail for one in document.unread if one.kind is UnreadKind.ATTACHMENT]


# -- which documents they are


def test_each_attachment_is_a_document_named_after_its_message(tmp_path: Path) -> None:
    path = written(tmp_path, letter(("vats.csv", VATS), ("plan.pdf", PLAN)))
    own, vats, plan = load_all([path])
    assert [one.id for one in (own, vats, plan)] == ["audit.eml", "audit.eml/vats.csv", "audit.eml/plan.pdf"]
    assert [one.source for one in (vats, plan)] == [f"{path}/vats.csv", f"{path}/plan.pdf"]
    assert (vats.media_type, plan.media_type) == ("text/csv", "application/pdf")
    assert vats.metadata["attached_to"] == "audit.eml"
    assert own.text == "Audit\n\nThe audit is on 14 June.\n\nAttachments: vats.csv, plan.pdf"
    assert [own.text[s.start : s.end] for s in own.added_in(0, len(own.text))] == ["Attachments: "]


def test_an_attachment_in_a_mailbox_is_named_with_its_messages_number(tmp_path: Path) -> None:
    (tmp_path / "box.mbox").write_bytes(mailbox(message("Nothing.", "Hello"), letter()))
    assert [one.id for one in load_all([tmp_path])] == ["box.mbox", "box.mbox/2/vats.csv"]


def test_a_message_within_a_message_is_an_attachment_and_so_are_its_own(tmp_path: Path) -> None:
    outer = message("See below.", "Fwd")
    outer.add_attachment(letter())
    ids = ["fwd.eml", "fwd.eml/Audit.eml", "fwd.eml/Audit.eml/vats.csv"]
    loaded = load_all([written(tmp_path, outer, "fwd.eml")])
    assert [one.id for one in loaded] == ids
    assert "14 June" in loaded[1].text
    assert loaded[2].metadata["attached_to"] == "fwd.eml/Audit.eml"


def test_names_of_attachments_are_made_safe_and_unique(tmp_path: Path) -> None:
    made = letter(
        ("../../etc/vats.csv", VATS), ("vats.csv", VATS.replace("1800", "90")), ("C:\\x\\a\u202eb.txt", "Words.")
    )
    names = [one.id for one in load_all([written(tmp_path, made)])[1:]]
    assert names == ["audit.eml/vats.csv", "audit.eml/vats (2).csv", "audit.eml/ab.txt"]


def test_an_attachment_without_a_name_is_read_by_its_media_type(tmp_path: Path) -> None:
    made = message("See the plan.")
    made.add_attachment(PLAN, maintype="application", subtype="pdf")
    made.add_attachment("Told by hand.", filename="LOG")
    assert [one.id for one in load_all([written(tmp_path, made)])[1:]] == ["audit.eml/attachment.pdf", "audit.eml/LOG"]


def test_an_attachment_of_a_web_address_is_named_after_a_number_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://example.org/audit.eml"
    fetched = Fetched(url, letter().as_bytes(), "message/rfc822", None)
    monkeypatch.setattr(files, "fetch", lambda *asked, **options: fetched)
    assert [one.id for one in load_all([url])] == [url, f"{url}#vats.csv"]
    assert load(f"{url}#vats.csv").text.startswith("Vat")


def test_an_attachment_can_be_loaded_by_its_path(tmp_path: Path) -> None:
    path = written(tmp_path, letter())
    assert load(path / "vats.csv") == load_all([path])[1]
    assert load(path).id == "audit.eml"
    with pytest.raises(SourceNotFoundError, match=r"audit.eml' holds no file 'audit.eml/none.csv' that can be read"):
        load(path / "none.csv")


# -- what cannot be read


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 50_000_000)
    return out.getvalue()


def test_a_hostile_or_unknown_attachment_is_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    made = letter(("thing.bin", b"\0"), ("bomb.docx", bomb()), ("bad.xlsx", b"PK\x03\x04"), ("vats.csv", VATS))
    own, vats = load_all([written(tmp_path, made)])
    assert vats.id == "audit.eml/vats.csv"
    names, *reasons = said(own)
    assert names == "thing.bin"
    assert [reason.split(" ")[0] for reason in reasons] == ["'audit.eml/bomb.docx'", "'audit.eml/bad.xlsx'"]
    assert "unpacks to 50000000 bytes" in reasons[0]
    assert all("\n" not in sentence for sentence in unread_text(own))
    assert unread_text(own)[0] == "came with audit.eml and was not read: thing.bin"


def test_after_some_that_are_too_large_no_other_is_opened(tmp_path: Path) -> None:
    made = letter(*((f"{n}.docx", bomb()) for n in range(6)), ("vats.csv", VATS))
    (own,) = load_all([written(tmp_path, made)])
    assert "'audit.eml/vats.csv' comes after more than can be read" in said(own)[-1]


def test_attachments_are_limited_in_number_size_and_depth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [(f"{n}.txt", f"Note {n} says this.") for n in range(30)]
    path = written(tmp_path, letter(*many))
    monkeypatch.setattr(documents, "MAX_FILES", 25)
    own, *attached = load_all([path])
    assert (len(attached), said(own)) == (25, ["25.txt, 26.txt, 27.txt, 28.txt, 29.txt"])
    monkeypatch.setattr(documents, "MAX_CHARACTERS", 40)  # two notes and a bit
    assert len(load_all([path])) == 1 + 3
    inner = message("deep")
    for _ in range(30):
        outer = message("around")
        outer.add_attachment(inner)
        inner = outer
    deep = load_all([written(tmp_path, inner, "deep.eml")])
    assert len(deep) == documents.MAX_DEPTH
    assert said(deep[-1]) == ["Said.eml"]


def test_parts_beyond_the_limit_are_counted_as_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "MAX_PARTS", 3)
    (tmp_path / "box.mbox").write_bytes(mailbox(*[letter()] * 5))
    own, *attached = load_all([tmp_path])
    assert (len(attached), said(own)) == (3, ["2 parts after the first 3"])


# -- found, cited, shown, verified


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("mail")
    written(made, letter(("vats.csv", VATS), ("plan.pdf", PLAN), ("thing.bin", b"\0")))
    return made


def test_a_question_finds_an_attachment_and_its_citation_is_verified(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Answerer.from_sources(folder).ask("How many litres does the vat South hold?")
    assert (answer.text, answer.citations[0].document_id) == ("2600", "audit.eml/vats.csv")
    (tmp_path / "answer.json").write_text(json.dumps(answer.to_dict()))
    assert verify(tmp_path / "answer.json").ok
    monkeypatch.chdir(folder)  # as a page that is served exports it: without the folder
    cited = [{**c, "source": c["document_id"]} for c in answer.to_dict()["citations"]]
    (tmp_path / "answer.json").write_text(json.dumps({**answer.to_dict(), "citations": cited}))
    assert verify(tmp_path / "answer.json").ok


def test_the_pages_of_an_attachment_can_be_shown(folder: Path) -> None:
    plan = load(folder / "audit.eml" / "plan.pdf")
    assert boxes(plan, 0, 5)
    assert page_image(plan, 1).startswith(b"\x89PNG")


def test_show_prints_an_attachment_with_its_message_and_by_itself(folder: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["show", str(folder / "audit.eml")]) == 0
    shown = capsys.readouterr().out
    assert shown.index("audit.eml  message/rfc822") < shown.index("audit.eml/vats.csv  text/csv")
    assert "came with audit.eml and was not read: thing.bin" in shown
    assert main(["show", str(folder / "audit.eml" / "vats.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "audit.eml/vats.csv"
    assert main(["show", str(folder / "audit.eml"), "--json"]) == 0
    assert [one["id"] for one in json.loads(capsys.readouterr().out)["attached"]] == [
        "audit.eml/vats.csv",
        "audit.eml/plan.pdf",
    ]
