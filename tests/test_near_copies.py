"""Near copies: which documents they are, and what becomes of an answer that stands in several of them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import HashingEmbedder, WordReader

from index import Document, Index
from index.near_copies import SKETCH_SIZE, NearCopy, near_copies, resemblance, sketch
from pincite.cli import main
from pincite.service.library import Library
from pincite.service.service import Service
from pincite.service.work import Work
from pincite.web.document_list import document_list_html
from pincite.web.visitor import Visitor
from qa import Answerer
from qa.types import Form, Status

POLICY = (
    "Travel is paid for by the company where a manager has agreed to it before the booking is made. "
    "Claims for expenses must be handed in within 30 days of the end of the journey. "
    "Tickets for trains are booked in the second class, and those for planes in economy. "
    "A hotel may cost 140 euros a night at most, breakfast among it. "
    "Whoever drives their own car gets 38 cents a kilometre, whatever fuel it takes. "
    "Meals with guests need a list of the names of all who were there. "
    "Receipts are kept by the accounts department in Lyon for ten years. "
)
OTHERS = [
    ("canteen.txt", "The canteen serves lunch from noon. Expenses of guests are billed to the department that asked."),
    ("parking.txt", "Parking is free for journeys by bicycle. Claims about parking go to the gatekeeper, Ida Blom."),
    ("library.txt", "The library lends books for 21 days. Claims for lost books end after a year."),
    ("choir.txt", "The choir meets on Mondays. Its expenses are small, and handed in by its treasurer in spring."),
]
WHEN = "Within how many days must claims for expenses be handed in?"


def documents(*named: tuple[str, str]) -> list[Document]:
    return [Document(name, text) for name, text in named]


def answerer(*named: tuple[str, str]) -> Answerer:
    return Answerer.from_sources(documents(*named))


COPIES = [(f"policy-{n}.txt", f"Printed for office {n}, floor {n + 3}. {POLICY}") for n in range(8)]
NEW = POLICY.replace("within 30 days", "within 45 days")
VERSIONS = [("policy-2024.txt", POLICY), ("policy-2025.txt", NEW), ("copy of policy.txt", NEW)]


def kept_in(store: str, folder: Path, *named: tuple[str, str]) -> Answerer:
    """Answers from the documents, in memory or in Milvus."""
    if store == "memory":
        return answerer(*named)
    Index.update(f"milvus+file:{folder / 'archive'}", documents(*named))
    return Answerer(Index.open(f"milvus+file:{folder / 'archive'}"))


@pytest.fixture(scope="module", params=["memory", "milvus"])
def copied(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    """A policy under eight names, each with a head of its own, among other documents."""
    return kept_in(request.param, tmp_path_factory.mktemp("copied"), *COPIES, *OTHERS)


@pytest.fixture(scope="module")
def versions() -> Answerer:
    """Two versions of a policy that differ in one sentence, and a copy of the second, among other documents."""
    return answerer(*VERSIONS, *OTHERS)


@pytest.fixture(scope="module", params=["memory", "milvus"])
def versions_anywhere(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    """The same."""
    return kept_in(request.param, tmp_path_factory.mktemp("versions"), *VERSIONS, *OTHERS)


# -- which they are


def test_a_text_resembles_itself_and_no_other() -> None:
    other = sketch("Nothing of all this has to do with journeys, or with what anybody pays for them in the end.")
    assert resemblance(sketch(POLICY), sketch(POLICY)) == 1.0
    assert resemblance(sketch(POLICY), other) == 0.0


def test_of_short_texts_the_resemblance_is_the_share_of_the_runs_of_four_words_that_both_have() -> None:
    # one two three four, two three four five | two three four five, three four five six: one of three
    assert resemblance(sketch("One two three four five."), sketch("two, three, four, five; six")) == pytest.approx(
        1 / 3
    )


def test_a_long_text_keeps_so_many_hashes_and_the_estimate_is_near_the_share() -> None:
    words = [f"word{n}" for n in range(4000)]
    whole, three_quarters = sketch(" ".join(words)), sketch(" ".join(words[:3000]))
    assert len(whole) == SKETCH_SIZE
    assert resemblance(whole, three_quarters) == pytest.approx(0.75, abs=0.12)


def test_texts_without_words_are_no_near_copies_of_each_other() -> None:
    assert near_copies(["a", "b"], [sketch("..."), sketch("—")]) == ()


def test_all_of_a_group_name_the_document_that_came_first() -> None:
    texts = [POLICY, "Something else, of other things, in words of its own.", POLICY, POLICY + "And so on."]
    found = near_copies(["a", "b", "c", "d"], [sketch(text) for text in texts])
    assert [(copy.id, copy.of) for copy in found] == [("c", "a"), ("d", "a")]
    assert found[0].share == 1.0 > found[1].share > 0.9


def test_an_index_in_memory_knows_its_near_copies(versions: Answerer) -> None:
    assert [(copy.id, copy.of) for copy in versions.index.near_copies] == [
        ("policy-2025.txt", "policy-2024.txt"),
        ("copy of policy.txt", "policy-2024.txt"),
    ]
    assert versions.index.alike("policy-2025.txt") == ["policy-2024.txt", "copy of policy.txt"]
    assert versions.index.alike("choir.txt") == []


def test_a_saved_index_keeps_its_near_copies_and_an_update_finds_them_anew(tmp_path: Path) -> None:
    embedder, folder = HashingEmbedder(), tmp_path / "index"
    first = Index.update(folder, documents(("a", POLICY), ("b", POLICY), *OTHERS), embedder=embedder)
    assert first.near_copies == Index.open(folder, embedder=embedder).near_copies == (NearCopy("b", "a", 1.0),)
    changed = Index.update(folder, documents(("b", OTHERS[0][1] + " No more."), ("c", POLICY)), embedder=embedder)
    assert [(copy.id, copy.of) for copy in changed.near_copies] == [("canteen.txt", "b"), ("c", "a")]
    assert Index.update(folder, documents(("c", POLICY)), embedder=embedder).near_copies == changed.near_copies
    assert Index.remove(folder, ["a"]).near_copies == (NearCopy("canteen.txt", "b", changed.near_copies[0].share),)


def test_an_index_in_memory_is_saved_with_its_near_copies(tmp_path: Path, versions: Answerer) -> None:
    versions.index.save(tmp_path / "index")
    assert Index.open(tmp_path / "index").near_copies == versions.index.near_copies


def test_an_index_of_before_opens_without_near_copies_and_the_next_update_finds_them(tmp_path: Path) -> None:
    before = Path(__file__).parent / "data" / "9745e7e" / "index"
    folder = Path(shutil.copytree(before, tmp_path / "index"))
    opened = Index.open(folder)
    assert opened.near_copies == ()
    (document, *_) = opened.documents.values()
    changes = Index.update(folder, [replace(document, id=f"copy-of-{document.id}")])
    assert [(copy.id, copy.of) for copy in changes.near_copies] == [(f"copy-of-{document.id}", document.id)]


# -- what becomes of the passages and of the answer


def test_near_copies_do_not_fill_the_passages_that_are_read(copied: Answerer) -> None:
    (hits,) = copied.consider([WHEN]).hits
    found = [hit.chunk.document_id for hit in hits]
    assert sum(name.startswith("policy-") for name in found) == 1
    assert len(found) == 5


def test_without_near_copies_the_passages_are_those_of_the_search() -> None:
    plain = answerer(("policy.txt", POLICY), *OTHERS)
    assert plain.consider([WHEN]).hits[0] == plain.index.search(WHEN, 5)


def test_what_near_copies_say_alike_is_one_answer_with_further_places(copied: Answerer) -> None:
    answer = copied.ask(WHEN, form=Form.SPAN)
    assert answer.text is not None
    assert "30" in answer.text
    assert len({citation.document_id for citation in answer.citations}) == 1 + copied.config.further
    assert {citation.quote for citation in answer.citations} == {answer.text}
    assert answer.warnings == ()


def test_a_near_copys_own_sentence_is_found_though_the_rest_of_it_is_left_aside(copied: Answerer) -> None:
    answer = copied.ask("Which floor is office 6 on?", form=Form.SPAN, min_confidence=0)
    assert answer.citations[0].document_id == "policy-6.txt"
    assert answer.citations[0].quote in ("9", "floor 9")


@pytest.mark.parametrize("form", [Form.SPAN, Form.STATEMENT, Form.PASSAGE])
def test_versions_that_differ_in_the_answering_sentence_are_both_cited_with_a_warning(
    versions_anywhere: Answerer, form: Form
) -> None:
    answer = versions_anywhere.ask(WHEN, form=form)
    assert answer.status is Status.ANSWERED
    cited = {citation.document_id: citation.quote for citation in answer.citations}
    assert "30" in cited["policy-2024.txt"]
    assert "45" in cited.get("policy-2025.txt", cited.get("copy of policy.txt", ""))
    assert any("near copies" in warning for warning in answer.warnings)


def test_versions_that_differ_elsewhere_are_one_answer(versions_anywhere: Answerer) -> None:
    answer = versions_anywhere.ask("How much may a hotel cost a night?", form=Form.SPAN)
    assert {citation.quote for citation in answer.citations} == {answer.text}
    assert answer.warnings == ()


def test_every_citation_of_a_near_copy_stands_where_it_says(versions_anywhere: Answerer, copied: Answerer) -> None:
    for asked in (versions_anywhere, copied):
        for form in (Form.SPAN, Form.STATEMENT, Form.PASSAGE):
            for cited in asked.ask(WHEN, form=form).citations:
                document = asked.documents[cited.document_id]
                assert document.text[cited.start : cited.end] == cited.quote
                assert cited.sentence_start <= cited.start < cited.end
                assert cited.focus_end is None or cited.start <= (cited.focus_start or 0) < cited.focus_end <= cited.end


def test_a_version_is_read_even_where_search_did_not_find_it() -> None:
    """Of three passages one is read; the near copy that says otherwise is read besides."""
    named = documents(("a.txt", POLICY), ("b.txt", POLICY.replace("30 days of the end", "six weeks of the start")))
    index = Index.build(named, embedder=HashingEmbedder())
    asked = Answerer(index, reader=WordReader())
    considered = asked.consider(["handed in within *30 days*"], top_k=1)
    assert [hit.chunk.document_id for hit in considered.hits[0]] == ["a.txt", "b.txt"]
    assert len(considered.readings[0]) == 2


def sheet(product: str, weight: str) -> tuple[str, str]:
    """A data sheet, which is as all others but for the product and its weight."""
    return f"{product.lower()}.md", (
        f"# {product}\n\nThe machine is delivered in a crate of spruce, with a manual in five languages. "
        f"Its weight is {weight} without water. It needs a socket of 230 volts, and a drain beside it. "
        "It has to be cleaned once a week with a soft brush. The guarantee is for two years from the day of delivery. "
        "Spare parts are sent within three days. Children must not play with it.\n"
    )


def test_data_sheets_of_other_products_are_no_versions_of_the_one_that_is_asked_about() -> None:
    sheets = answerer(sheet("Heron", "12 kg"), sheet("Plover", "17 kg"), sheet("Avocet", "23 kg"), *OTHERS)
    assert len(sheets.index.near_copies) == 2
    for product, weight in (("Heron", "12 kg"), ("Plover", "17 kg"), ("Avocet", "23 kg")):
        answer = sheets.ask(f"What is the weight of the {product}?", form=Form.SPAN)
        assert {c.document_id for c in answer.citations} == {f"{product.lower()}.md"}
        assert answer.citations[0].quote.startswith(weight)  # or "without water" too
        assert answer.warnings == ()


# -- where it is said


def test_indexing_names_the_near_copies_that_are_new_and_show_names_all(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    folder, index = tmp_path / "docs", str(tmp_path / "ix")
    folder.mkdir()
    for name, text in (("a.txt", POLICY), ("b.txt", POLICY), OTHERS[0]):
        (folder / name).write_text(text)
    assert main(["index", str(folder), "--out", index]) == 0
    assert "pincite: b.txt says nearly the same as a.txt (100% alike)" in capsys.readouterr().err
    (folder / "c.txt").write_text(POLICY)
    assert main(["index", str(folder), "--out", index]) == 0
    said = capsys.readouterr().err
    assert "c.txt says nearly the same as a.txt" in said
    assert "b.txt" not in said
    assert main(["show", "--copies", index]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "b.txt says nearly the same as a.txt (100% alike)",
        "c.txt says nearly the same as a.txt (100% alike)",
    ]


def test_an_index_without_near_copies_says_so(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    Index.update(tmp_path / "ix", documents(*OTHERS), embedder=HashingEmbedder())
    assert main(["show", "--copies", str(tmp_path / "ix")]) == 0
    assert "No document says nearly what another says" in capsys.readouterr().out


def test_near_copies_are_named_to_programs_and_in_the_pages_list(versions: Answerer) -> None:
    listed = {one.id: one.near_copy_of for one in Service(versions, Work()).documents()}
    assert listed["policy-2024.txt"] is None
    other = listed["policy-2025.txt"]
    assert other is not None
    assert other.id == "policy-2024.txt"
    shelf = document_list_html(Visitor(Library(versions)))
    assert shelf.count("says nearly the same as policy-2024.txt") == 2


def test_a_document_that_a_visitor_adds_is_said_to_be_a_near_copy_until_the_other_is_gone(versions: Answerer) -> None:
    library = Library(versions)
    library.add(Document("mine.txt", POLICY))
    assert library.near_copies["mine.txt"].of == "policy-2024.txt"
    library.remove("policy-2024.txt")
    assert "mine.txt" not in library.near_copies


def test_near_copies_that_a_condition_leaves_out_are_neither_read_nor_cited(versions_anywhere: Answerer) -> None:
    answer = versions_anywhere.ask(WHEN, where="id=policy-2024.txt", form=Form.SPAN)
    assert {citation.document_id for citation in answer.citations} == {"policy-2024.txt"}
    assert answer.warnings == ()


def test_of_near_copies_that_are_named_by_their_time_the_one_that_is_asked_about_answers() -> None:
    minutes = [
        (f"minutes/2024-{month}.txt", POLICY.replace("30 days", f"{days} days"))
        for month, days in (("01", 30), ("02", 45))
    ]
    answer = answerer(*minutes, *OTHERS).ask(f"{WHEN[:-1]} in the February 2024 minutes?", form=Form.SPAN)
    assert {citation.document_id for citation in answer.citations} == {"minutes/2024-02.txt"}
