"""An index in a folder and one in Milvus are the same to whoever asks."""

from __future__ import annotations

import pytest

from index import Index
from tests.fakes import HashingEmbedder
from tests.index_contract import DOCUMENTS, IndexContract


class OnThisMachine(IndexContract):
    prefix = ""

    @pytest.fixture
    def place(self, tmp_path) -> str:
        return f"{self.prefix}{tmp_path / 'index'}"

    @pytest.fixture(scope="class")
    @classmethod
    def place_of_shared(cls, tmp_path_factory) -> str:
        place = f"{cls.prefix}{tmp_path_factory.mktemp('shared') / 'index'}"
        Index.update(place, DOCUMENTS, embedder=HashingEmbedder(), **cls.made())
        return place

    @pytest.fixture(scope="class")
    @classmethod
    def shared(cls, place_of_shared) -> Index:
        return cls.opened(place_of_shared)


class TestFolder(OnThisMachine):
    pass


class TestMilvusFile(OnThisMachine):
    prefix = "milvus+file:"


class TestMilvusFileDenseOnly(OnThisMachine):
    prefix = "milvus+file:"
    dense_only = True
