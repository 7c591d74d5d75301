from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from advanced_alchemy.alembic.commands import AlembicCommands
from litestar.testing import TestClient
from sqlalchemy import delete, func, inspect, select
from sqlalchemy.exc import IntegrityError

from assistant.ask import Assistant
from assistant.errors import SettingsError
from assistant.settings import PROJECT, Settings
from tests.support import ITSM
from web.app import create_app
from web.database import _LIMITS, Database
from web.errors import StorageError
from web.tables import Conversation, Visitor


def count(database: Database, table: Any) -> int:
    with database.session() as session:
        return int(session.scalar(select(func.count()).select_from(table)) or 0)


def test_migrations_and_tables_say_the_same(database: Database) -> None:
    """Alembic finds nothing to migrate after the migrations, on either database."""
    database.migrate()
    AlembicCommands(database.config).check()


def test_migrations_can_be_taken_back_and_applied_again(database: Database) -> None:
    database.migrate()
    AlembicCommands(database.config).downgrade("base")
    assert inspect(database.config.get_engine()).get_table_names() == ["alembic_version"]
    database.migrate()
    assert count(database, Visitor) == 0


def test_a_migration_that_breaks_off_is_made_good_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(Settings(data_dir=tmp_path))

    def break_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("alembic.op.create_index", break_off)
        with pytest.raises(KeyboardInterrupt):
            database.migrate()
    assert count(database, Visitor) == 0
    database.close()


def test_processes_that_start_together_migrate_once(settings: Settings) -> None:
    databases = [Database(settings) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Database.migrate, databases))
    assert [count(one, Visitor) for one in databases] == [0] * 4
    for one in databases:
        one.close()


def test_what_hangs_on_a_deleted_row_goes_with_it(database: Database) -> None:
    with database.session() as session:
        session.add(Visitor(id="a"))
        session.flush()
        session.add(Conversation(visitor_id="a", title="t"))
    with database.session() as session:
        session.execute(delete(Visitor))
    assert count(database, Conversation) == 0


def test_a_block_that_raises_stores_nothing(database: Database) -> None:
    def fail() -> None:
        with database.session() as session:
            session.add(Visitor(id="a"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert count(database, Visitor) == 0


def test_a_row_that_is_there_already_is_no_failure_of_the_database(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    for expected in (nullcontext(), pytest.raises(IntegrityError)):
        with expected, database.session() as session:
            session.add(Visitor(id="a"))
    assert "cannot be used" not in caplog.text


def test_many_threads_write_at_once(database: Database) -> None:
    def write(number: int) -> None:
        with database.session() as session:
            session.add(Visitor(id=str(number)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(64)))
    assert count(database, Visitor) == 64


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/at/all.db",
        "postgresql://nobody:secret@127.0.0.1:1/none",
    ],
)
def test_a_database_that_does_not_answer_is_said_once_without_its_password(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(Settings(data_dir=tmp_path, database_url=url))
    for _ in range(3):
        with pytest.raises(StorageError, match="Check `database_url`"), database.session():
            pass
    errors = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert len(errors) == 1
    assert "secret" not in caplog.text


def test_a_locked_file_is_waited_for_once_and_used_again_when_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(_LIMITS, "sqlite", {"timeout": 0.2})
    monkeypatch.setattr("web.database._PAUSE", 1)
    database = Database(Settings(data_dir=tmp_path))
    database.migrate()

    def write(number: int) -> bool:
        with suppress(StorageError), database.session() as session:
            session.add(Visitor(id=str(number)))
            return True
        return False

    with sqlite3.connect(tmp_path / "assistant.db") as other:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        assert [write(number) for number in range(20)] == [False] * 20
        assert time.monotonic() - started < 1
        other.rollback()
    time.sleep(1)
    assert write(20)
    assert write(21)
    other.close()
    database.close()


@pytest.mark.parametrize("path", ["/healthz", "/static/chat.js"])
def test_what_needs_no_database_waits_for_no_thread(tiny: Assistant, path: str) -> None:
    """All threads of the pool may be waiting for the database."""
    free = threading.Event()

    async def fill() -> None:
        loop = asyncio.get_running_loop()
        for _ in range(40):
            loop.run_in_executor(None, free.wait)

    with TestClient(create_app(tiny.settings, tiny)) as client, client.portal() as portal:
        portal.call(fill)
        waking = threading.Timer(5, free.set)
        waking.start()
        started = time.monotonic()
        try:
            assert client.get(path).status_code == 200
            assert time.monotonic() - started < 4
        finally:
            waking.cancel()
            free.set()


def test_a_backup_of_a_database_in_use_holds_everything(tmp_path: Path) -> None:
    database = Database(Settings(data_dir=tmp_path))
    with database.session() as session:
        session.add(Visitor(id="a"))
    saved = tmp_path / "saved.db"
    database.backup(saved)
    database.close()
    assert saved.stat().st_mode & 0o777 == 0o600
    restored = Database(Settings(data_dir=tmp_path, database_url=f"sqlite:///{saved}"))
    assert count(restored, Visitor) == 1
    restored.close()
    with pytest.raises(StorageError, match="saved.db"):
        database.backup(saved)


def test_nothing_and_a_server_of_its_own_are_not_saved(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be saved"):
        Database(Settings(data_dir=tmp_path)).backup(tmp_path / "saved.db")
    assert list(tmp_path.iterdir()) == []
    elsewhere = Settings(data_dir=tmp_path, database_url="postgresql://127.0.0.1:1/none")
    with pytest.raises(SettingsError, match="pg_dump"):
        Database(elsewhere).backup(tmp_path / "saved.db")


def test_a_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    database = Database(Settings(data_dir=tmp_path))
    database.migrate()
    files = list(tmp_path.glob("assistant.db*"))
    assert files
    assert {one.stat().st_mode & 0o777 for one in files} == {0o600}
    database.close()


def test_a_file_that_is_no_database_is_reported(tmp_path: Path) -> None:
    (tmp_path / "assistant.db").write_text("no database, whatever its name says " * 100)
    database = Database(Settings(data_dir=tmp_path))
    with pytest.raises(StorageError, match="not a database"):
        database.migrate()
    database.close()


def test_the_state_of_a_database_is_said_and_left_as_it_is(database: Database) -> None:
    if file := database._file:
        assert database.describe() == f"{file} is made by the first start"
        assert not file.exists()
    database.migrate()
    assert database.describe().endswith(" answers")
    AlembicCommands(database.config).downgrade("base")
    assert "`itsm db upgrade` brings it up to date" in database.describe()
    engine = database.config.get_engine()
    assert inspect(engine).get_table_names() == ["alembic_version"]
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('9999')")
    with pytest.raises(StorageError, match="9999"):
        database.describe()


@pytest.mark.parametrize("url", ["mysql://host/name", "nonsense", "sqlite"])
def test_another_kind_of_database_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="postgresql://user"):
        Database(replace(Settings(data_dir=tmp_path), database_url=url))


def test_the_command_upgrades_in_processes_of_their_own(settings: Settings) -> None:
    """Two that start together wait for each other."""
    environment = {
        **os.environ,
        "ITSM_DATABASE_URL": settings.database_url,
        "ITSM_DATA_DIR": str(settings.data_dir),
    }
    command = [*ITSM, "db", "upgrade"]
    started = [subprocess.Popen(command, env=environment, cwd=PROJECT) for _ in range(2)]
    assert [one.wait() for one in started] == [0, 0]
    database = Database(settings)
    assert count(database, Visitor) == 0
    database.close()
