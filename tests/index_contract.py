"""What an index must do wherever it lies. A subclass gives `place`, a folder or an address where there is none yet."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from index import Document, Hit, Index
from index.config import SearchConfig
from index.errors import EmbedderMismatchError, FilterError, IndexStoreError, LoadError, UnknownDocumentError
from tests.fakes import HashingEmbedder

RIVERS = ("Aare", "Oder", "Inn", "Elbe", "Tiber", "Volga")
DOCUMENTS = [
    Document(
        f"bridges/{river}.md",
        f"# The {river}\n\nThe bridge over the {river} was built in 19{number}7. It carries trams.\n\n"
        f"Its {number + 2} arches are of “granite”, 𝟙 metre thick. Nobody lives there."
        + "".join(f" Boat {boat} passed under arch {boat % 7} of the {river} at noon." for boat in range(20)),
        source=f"/archive/{river}.md",
        metadata={
            "date": f"2024-0{number + 1}-03",
            "arches": str(number + 2),
            "tags": ("bridge", "odd" if number % 2 else "even"),
            'a "quoted\\" key': "strange \\ 'value'\nof two lines",
        },
    )
    for number, river in enumerate(RIVERS)
]
QUESTIONS = ["Which bridge is over the Inn?", "granite arches", "When was the bridge over the Tiber built?", "zebra"]


class Counting(HashingEmbedder):
    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts):
        self.texts += texts
        return super().embed(texts)


class IndexContract:
    dense_only = False

    @classmethod
    def updated(cls, place: str, documents: Sequence[Document], **options):
        options.setdefault("embedder", HashingEmbedder())
        return Index.update(place, documents, **cls.made() | options)

    @classmethod
    def made(cls) -> dict[str, bool]:
        return {"dense_only": True} if cls.dense_only else {}

    @classmethod
    def opened(cls, place: str) -> Index:
        search = SearchConfig(dense_weight=1.0) if cls.dense_only else SearchConfig()
        return Index.open(place, embedder=HashingEmbedder(), search=search)

    @classmethod
    def in_memory(cls, documents: Sequence[Document] = DOCUMENTS) -> Index:
        search = SearchConfig(dense_weight=1.0) if cls.dense_only else SearchConfig()
        return Index.build(documents, embedder=HashingEmbedder(), search=search)

    @classmethod
    def same(cls, found: Sequence[Hit], expected: Sequence[Hit]) -> bool:
        return same_hits(found, expected, words=not cls.dense_only)

    @pytest.fixture
    def saved(self, place) -> str:
        self.updated(place, DOCUMENTS)
        return place

    def test_it_holds_documents_sentences_and_chunks_as_they_were(self, saved) -> None:
        index, memory = self.opened(saved), self.in_memory()
        assert dict(index.documents) == {document.id: document for document in DOCUMENTS}
        assert sorted(index.chunks) == sorted(memory.chunks)
        assert (len(index.documents), len(index.chunks)) == (len(DOCUMENTS), len(memory.chunks))
        for chunk in index.chunks:
            text = index.documents[chunk.document_id].text
            assert index.text(chunk) == text[chunk.start : chunk.end]
            assert index.sentence_at(chunk.document_id, chunk.start, chunk.end) == memory.sentence_at(
                chunk.document_id, chunk.start, chunk.end
            )
        with pytest.raises(KeyError):
            index.documents["none"]

    def test_it_finds_what_an_index_in_memory_finds(self, saved) -> None:
        index, memory = self.opened(saved), self.in_memory()
        for question in QUESTIONS:
            assert self.same(index.search(question, 4), memory.search(question, 4))
        assert list(map(places, index.search_many(QUESTIONS, 3))) == [places(index.search(q, 3)) for q in QUESTIONS]

    @pytest.mark.parametrize(
        "where",
        [
            "tags=odd",
            "tags!=odd",
            ["tags=odd", "tags=even", "date<2024-04"],
            "date>=2024-03",
            "date>2024-03",
            "date<2024-03",
            "date<=2024-03-03",
            ["date>2023", "date<=2024"],
            "arches>4",
            "arches<=12",
            "arches>=many",
            "id=bridges/Inn.md",
            "source>=/archive/Inn",
            "a \"quoted\\\" key=strange \\ 'value'\nof two lines",
            "date!=2024-01-03",
            "date>",
        ],
    )
    def test_conditions_hold_for_what_is_found(self, shared, where) -> None:
        found = shared.search("bridge granite", 100, where=where)
        expected = self.in_memory().search("bridge granite", 100, where=where)
        assert {hit.chunk for hit in found} == {hit.chunk for hit in expected}

    def test_a_condition_on_what_no_document_has_says_what_there_is(self, shared) -> None:
        with pytest.raises(FilterError, match=r"no document has 'colour'; filter by .*arches, date, id, media_type"):
            shared.search("bridge", where="colour=red")
        with pytest.raises(FilterError, match="is not a filter"):
            shared.search("bridge", where="colour")

    def test_what_is_unchanged_is_not_embedded_again(self, saved) -> None:
        embedder = Counting()
        changes = self.updated(saved, DOCUMENTS, embedder=embedder)
        assert (bool(changes), changes.kept, embedder.texts) == (False, len(DOCUMENTS), [])

    def test_of_a_changed_document_only_new_passages_are_embedded(self, saved) -> None:
        embedder = Counting()
        old = DOCUMENTS[2]
        changed = Document(old.id, old.text + "\n\nIt was closed in 2020.", old.source, metadata=old.metadata)
        added = Document("new.md", "A ferry crosses the lake.")
        changes = self.updated(saved, [changed, added], embedder=embedder)
        assert (changes.added, changes.changed, changes.kept) == (("new.md",), (old.id,), len(DOCUMENTS) - 1)
        assert changes.embedded == len(embedder.texts) < len(self.in_memory([changed, added]).chunks)
        index = self.opened(saved)
        now = [changed if document is old else document for document in DOCUMENTS] + [added]
        assert dict(index.documents) == {document.id: document for document in now}
        assert sorted(index.chunks) == sorted(self.in_memory(now).chunks)
        for question in [*QUESTIONS, "When was it closed?"]:
            assert self.same(index.search(question, 4), self.in_memory(now).search(question, 4))
        assert Index.check(saved) == []

    def test_a_removed_document_is_gone_and_the_others_stay(self, saved) -> None:
        changes = Index.remove(saved, [DOCUMENTS[0].id])
        assert (changes.removed, changes.kept) == ((DOCUMENTS[0].id,), len(DOCUMENTS) - 1)
        index = self.opened(saved)
        assert set(index.documents) == {document.id for document in DOCUMENTS[1:]}
        assert self.same(index.search("Aare", 3), self.in_memory(DOCUMENTS[1:]).search("Aare", 3))
        assert Index.check(saved) == []
        with pytest.raises(UnknownDocumentError, match="did you mean"):
            Index.remove(saved, ["bridges/Inm.md"])
        with pytest.raises(LoadError, match="would leave no document"):
            Index.remove(saved, [document.id for document in DOCUMENTS[1:]])

    def test_what_did_not_come_stays_unless_it_is_pruned(self, saved) -> None:
        assert self.updated(saved, DOCUMENTS[:4]).kept == len(DOCUMENTS)
        changes = self.updated(saved, DOCUMENTS[:4], prune=lambda name, source: "Volga" in source)
        assert (changes.removed, changes.kept) == (("bridges/Volga.md",), len(DOCUMENTS) - 1)

    def test_what_is_attached_goes_with_its_document_and_when_that_comes_without_it(self, saved) -> None:
        """What lies below a document's source is attached to it."""
        mail = Document("mail/a.eml", "The ferry is late. It is raining.", source="/archive/a.eml")
        held = [
            Document(f"mail/a.eml/{n}.txt", f"Note {n} is about the ferry.", source=f"/archive/a.eml/{n}.txt")
            for n in "xy"
        ]
        like = Document("mail/a.eml2", "Another one is about the harbour.", source="/archive/a.eml2")
        assert len(self.updated(saved, [mail, *held, like]).added) == 4
        again = Document(mail.id, "The ferry is on time. It is raining.", source=mail.source)
        changes = self.updated(saved, [again, held[0]])
        assert (changes.changed, changes.removed) == ((mail.id,), (held[1].id,))
        assert set(Index.remove(saved, [mail.id]).removed) == {mail.id, held[0].id}
        assert like.id in self.opened(saved).documents

    def test_near_copies_are_found_by_every_update_and_kept(self, place) -> None:
        text = "The ferry over the lake sails at noon and at six, but for Sundays, when it lies in the harbour of Bray."
        ferries = [Document(f"{n}.md", f"{text} {n}", f"/{n}.md", metadata={"tags": (n,)}) for n in "abc"]
        added = self.updated(place, [*ferries, *DOCUMENTS[:1]])
        assert [(copy.id, copy.of) for copy in added.near_copies] == [("b.md", "a.md"), ("c.md", "a.md")]
        index = self.opened(place)
        assert index.near_copies == added.near_copies == Index.near_copies_in(place)
        assert (index.alike("c.md"), index.alike(DOCUMENTS[0].id)) == (["a.md", "b.md"], [])
        assert index.alike("c.md", where="tags=b") == ["b.md"]
        assert [chunk for chunk in index.chunks if chunk.document_id == "b.md"] == list(index.chunks_of("b.md"))
        assert {copy.of for copy in Index.near_copies_of(place, ferries[0])} == {"b.md", "c.md"}
        removed = Index.remove(place, ["a.md"])
        assert [(copy.id, copy.of) for copy in removed.near_copies] == [("c.md", "b.md")]
        assert self.updated(place, ferries[1:]).near_copies == removed.near_copies
        assert Index.check(place) == []

    def test_rebuilding_begins_anew(self, saved) -> None:
        changes = self.updated(saved, DOCUMENTS[:1], rebuild=True)
        assert (changes.is_new, list(self.opened(saved).documents)) == (True, [DOCUMENTS[0].id])

    def test_another_embedder_is_refused_with_the_way_out(self, shared, place_of_shared) -> None:
        other = HashingEmbedder()
        other.id, other.dimension = "fake:other", 32
        with pytest.raises(
            EmbedderMismatchError, match=r"'fake:hashing' of dimension 64, not 'fake:other' .*--rebuild"
        ):
            Index.open(place_of_shared, embedder=other, search=SearchConfig(dense_weight=1.0))
        with pytest.raises(EmbedderMismatchError):
            self.updated(place_of_shared, DOCUMENTS, embedder=other)

    def test_where_there_is_nothing_it_says_how_to_make_it(self, place) -> None:
        with pytest.raises(IndexStoreError, match="holds no index; make one with `pincite index"):
            self.opened(place)
        with pytest.raises(IndexStoreError, match="holds no index"):
            Index.check(place)
        with pytest.raises(LoadError, match="there is no document to index"):
            self.updated(place, [])


def places(hits: Sequence[Hit]) -> list:
    return [hit.chunk for hit in hits]


def same_hits(found: Sequence[Hit], expected: Sequence[Hit], *, words: bool = True) -> bool:
    """The same chunks with the same scores; where scores are equal, in any order. `words`: BM25's scores as well."""

    def scores(hits: Sequence[Hit]) -> list[tuple[float, ...]]:
        return [(h.parts.dense, h.parts.fused, h.parts.lexical if words else 0.0) for h in hits]

    least = min((hit.score for hit in expected), default=0.0) + 1e-5
    above = {hit.chunk for hit in expected if hit.score > least}
    return scores(found) == [pytest.approx(each, abs=2e-5) for each in scores(expected)] and above <= set(places(found))
