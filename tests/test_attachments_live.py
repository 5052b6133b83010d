"""What is attached to a message comes and goes with it: in an index, in what is watched, on the page."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes import HashingEmbedder
from made import message
from test_attachments import PLAN, VATS, letter, written
from test_watching import WAITED, served, wait_for
from web_fakes import growing

from index import Index, load_all
from index.errors import LoadError
from pincite.cli import main
from pincite.service.library import Library
from pincite.web.document_handlers import DocumentHandlers
from pincite.web.document_list import document_list_html
from pincite.web.visitor import Source, Visitors

# -- they come and go with their message


def ids(index: Path) -> set[str]:
    return set(Index.open(index).documents)


def indexed(folder: Path, *more: str) -> Callable[[], set[str]]:
    def run() -> set[str]:
        assert main(["index", str(folder), "--out", str(folder.parent / "ix"), *more]) == 0
        return ids(folder.parent / "ix")

    return run


def test_an_index_drops_attachments_that_are_gone_or_whose_message_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    written(folder, letter(("vats.csv", VATS), ("plan.pdf", PLAN)))
    written(folder, message("The vats are new.", "Other"), "other.eml")
    assert indexed(folder)() == {"audit.eml", "audit.eml/vats.csv", "audit.eml/plan.pdf", "other.eml"}
    written(folder, letter(("vats.csv", VATS.replace("2600", "2700"))))
    assert indexed(folder)() == {"audit.eml", "audit.eml/vats.csv", "other.eml"}
    (folder / "audit.eml").unlink()
    assert indexed(folder)() == {"audit.eml", "audit.eml/vats.csv", "other.eml"}
    assert indexed(folder, "--prune")() == {"other.eml"}


def test_removing_a_message_removes_its_attachments(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    written(folder, letter())
    written(folder, message("The vats are new.", "Other"), "other.eml")
    indexed(folder)()
    assert main(["index", "--out", str(tmp_path / "ix"), "--remove", "audit.eml"]) == 0
    assert ids(tmp_path / "ix") == {"other.eml"}


def test_watching_adds_and_removes_attachments(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "a.txt").write_text("The tide turns at nine.")
    with served(folder) as living:
        written(folder, letter(("vats.csv", VATS), ("note.txt", "The cooper is ill.")))
        wait_for(lambda: set(living.documents) == {"a.txt", "audit.eml", "audit.eml/vats.csv", "audit.eml/note.txt"})
        written(folder, letter(("note.txt", "The cooper is well.")))
        wait_for(lambda: set(living.documents) == {"a.txt", "audit.eml", "audit.eml/note.txt"})
        (folder / "audit.eml").unlink()
        wait_for(lambda: set(living.documents) == {"a.txt"})


# -- on the page


def adding(visitors: Visitors, path: Path, name: str) -> None:
    handlers, request = DocumentHandlers(visitors), SimpleNamespace(session_hash="session")
    visitors.of("session").expect(Source(name, path))

    async def run() -> None:
        async for _ in handlers.added(request):
            pass

    asyncio.run(asyncio.wait_for(run(), WAITED))


def test_a_visitors_message_is_added_and_removed_with_its_attachments(tmp_path: Path) -> None:
    visitors = Visitors(lambda: Library(growing()))
    visitor = visitors.of("session")
    adding(visitors, written(tmp_path, letter()), "audit.eml")
    assert visitor.added == ["audit.eml", "audit.eml/vats.csv"]
    assert visitor.shown == "audit.eml"
    second = letter(text="The audit is on 15 June.")
    adding(visitors, written(tmp_path, second, "again.eml"), "audit.eml")  # another one of the same name
    assert visitor.added[2:] == ["audit (2).eml", "audit (2).eml/vats.csv"]
    assert visitor.library.documents["audit (2).eml/vats.csv"].metadata["attached_to"] == "audit (2).eml"
    visitor.library.remove("audit.eml")
    assert visitor.added == ["audit (2).eml", "audit (2).eml/vats.csv"]


def test_attachments_beyond_a_visitors_limit_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pincite.web.visitor.MOST_DOCUMENTS", 2)
    visitors = Visitors(lambda: Library(growing()))
    made = letter(("vats.csv", VATS), ("note.txt", "The cooper is ill."))
    adding(visitors, written(tmp_path, made), "audit.eml")
    assert visitors.of("session").added == ["audit.eml", "audit.eml/vats.csv"]
    assert "audit.eml/note.txt" in document_list_html(visitors.of("session"))


# -- near copies


def test_show_names_near_copies_among_what_it_shows_and_in_an_index(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    report = "The mill grinds rye in the mornings and wheat in the afternoons of every working day. " * 3
    path = written(tmp_path / "mail", letter(("one.txt", report), ("two.txt", report)))
    assert main(["show", str(path)]) == 0
    assert "audit.eml/two.txt says nearly the same as audit.eml/one.txt (100% alike)" in capsys.readouterr().out
    Index.update(tmp_path / "ix", load_all([path]), embedder=HashingEmbedder())
    (tmp_path / "mine.txt").write_text(report)
    assert main(["show", str(tmp_path / "mine.txt"), "--copies", str(tmp_path / "ix")]) == 0
    shown = [line for line in capsys.readouterr().out.splitlines() if "nearly" in line]
    assert shown == [f"mine.txt says nearly the same as audit.eml/{n}.txt (100% alike)" for n in ("one", "two")]
    with contextlib.suppress(SystemExit):
        main(["show"])
    assert "give a SOURCE, --copies DIR or both" in capsys.readouterr().err


def test_a_message_that_cannot_be_read_is_one_failure(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"")
    with pytest.raises(LoadError, match=r"'a\.eml' is empty"):
        load_all([tmp_path / "a.eml"])
