"""What many tests share: the real answerer over the bundled article, and a fake embedder for the rest."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from index.load.ocr import extra
from qa import Answerer, bundled_article

# Nothing may ask the network; sentence-transformers and transformers look at this.
os.environ["HF_HUB_OFFLINE"] = "1"
# This run's temporary files, and those of the processes that it starts: another run of the tests has its own.
OWN = tempfile.mkdtemp(prefix="pc-")  # short: the paths of sockets may not be long
os.environ["TMPDIR"] = tempfile.tempdir = OWN
# What the tester has kept for themselves, a calibration perhaps, is not under test.
os.environ["PINCITE_DATA"] = str(Path(OWN) / "data")
# A busy machine is slow now and then, which is no fault of the code under test.
settings.register_profile("pincite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("pincite")

SHARED_DATA = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def answerer() -> Answerer:
    """The shipped models over the bundled article."""
    return Answerer.from_sources([bundled_article()])


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of question-answering data; the test is skipped without it."""
    if not (SHARED_DATA / "data").is_dir():
        pytest.skip("needs the shared question-answering data, which is not part of the project")
    return SHARED_DATA


def pytest_unconfigure() -> None:
    """Delete what the run has left."""
    shutil.rmtree(OWN, ignore_errors=True)


@pytest.fixture(autouse=True)
def without_ocr(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extra `ocr` is installed, tests that are not marked so do as if it were not."""
    if "ocr" not in request.keywords:
        monkeypatch.setattr(extra, "find_spec", lambda name: None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that start servers, or recognise words, run where they are asked for by their mark, not with all others."""
    apart = {mark for mark in ("cluster", "ocr") if mark not in config.option.markexpr}
    others = [item for item in items if apart.intersection(item.keywords)]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if not apart.intersection(item.keywords)]
