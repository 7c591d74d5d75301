"""Fixtures: a tiny handbook with a hashing encoder, and the real one, built once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from assistant.ask import Assistant
from assistant.confidence import Calibration
from assistant.settings import PROJECT, Settings
from index.search import Index
from tests.support import IDENTITY, HashingModel, build_tiny, write_tiny
from web.app import create_app

# The hashing encoder's cosines are lower than a real one's; the shipped calibration is for those.
LENIENT = Calibration({"asked_cosine": 14.0, "missing": -10.0, "own": -9.0}, -1.5, 0.5, 0.3, 0.05)

REAL_DATA = PROJECT / "artifacts" / "test-data"
BUILD_LOG = REAL_DATA / "build.log"
BUILD = pytest.StashKey[subprocess.Popen[bytes]]()


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what needs the real handbook last: its build goes on beside the other tests."""
    items.sort(key=_needs_real)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start to build the real handbook if a test needs it; one kept from before is done at once."""
    if not session.items or not _needs_real(session.items[-1]) or session.config.option.collectonly:
        return
    REAL_DATA.mkdir(parents=True, exist_ok=True)
    itsm = [sys.executable, "-c", "from assistant.cli import main; main()"]
    with BUILD_LOG.open("w") as log:
        session.stash[BUILD] = subprocess.Popen(
            [*itsm, "--data-dir", str(REAL_DATA), "index", "build", "--no-gate"],
            cwd=PROJECT,
            env={name: value for name, value in os.environ.items() if name[:5] != "ITSM_"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave no build behind that nobody waits for."""
    if BUILD in session.stash:
        session.stash[BUILD].kill()


def _needs_real(item: pytest.Item) -> bool:
    return "real_settings" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def real_settings(request: pytest.FixtureRequest) -> Settings:
    """The real handbook, built by the real model; kept between runs, as nothing changes in it."""
    if request.session.stash[BUILD].wait():
        pytest.fail(f"The real handbook cannot be built:\n{BUILD_LOG.read_text()[-2000:]}")
    return Settings(data_dir=REAL_DATA)


@pytest.fixture(scope="session")
def real(real_settings: Settings) -> Assistant:
    return Assistant.open(real_settings)
