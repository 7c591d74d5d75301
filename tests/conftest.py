"""Fixtures: a tiny handbook with a hashing encoder, and the real one, built once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from litestar import Litestar
from litestar.testing import TestClient

from assistant.ask import Assistant
from assistant.confidence import Calibration, Regression
from assistant.kinds import classifier_path
from assistant.settings import PROJECT, Settings
from index.build import build_index
from index.search import Index
from index.types import Model
from index.weights import find_weights
from tests.support import IDENTITY, HashingModel, build_tiny, write_tiny
from web.app import create_app

# The hashing encoder's cosines are lower than a real one's; the shipped calibration is for those.
SURE = Regression({"asked_cosine": 14.0, "covered": 6.0, "own": -9.0}, -7.0)
LENIENT = Calibration(SURE, SURE, partial=0.3, answered=0.5, outside=0.05)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("ITSM_"):
            monkeypatch.delenv(name)


@pytest.fixture
def corpus_dir(tmp_path: Path) -> Path:
    return write_tiny(tmp_path / "documents")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def tiny_index(corpus_dir: Path, data_dir: Path) -> Index:
    build_tiny(corpus_dir, data_dir)
    return Index.open(data_dir, IDENTITY.name, HashingModel())


@pytest.fixture
def tiny(tiny_index: Index, corpus_dir: Path, data_dir: Path) -> Assistant:
    settings = Settings(data_dir=data_dir, corpus_dir=corpus_dir, model=IDENTITY.name)
    return Assistant(tiny_index, settings, LENIENT)


@pytest.fixture
def app(tiny: Assistant) -> Litestar:
    return create_app(tiny.settings, tiny)


@pytest.fixture
def client(app: Litestar) -> Iterator[TestClient[Litestar]]:
    with TestClient(app, raise_server_exceptions=False) as test_client:
        yield test_client


@pytest.fixture(scope="session")
def real_settings() -> Settings:
    """The real handbook, built by the real model; kept between runs, as nothing changes in it."""
    settings = Settings(data_dir=PROJECT / "artifacts" / "test-data")
    weights = find_weights(settings.model, settings.corpus_dir, classifier_path())

    def load_model() -> Model:
        from index.model import SentenceTransformerModel

        return SentenceTransformerModel(weights)

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.data_dir / "tests.lock"):  # another worker may be building it
        build_index(settings.corpus_dir, settings.data_dir, weights.identity, load_model)
    return settings


@pytest.fixture(scope="session")
def real(real_settings: Settings) -> Assistant:
    return Assistant.open(real_settings)
