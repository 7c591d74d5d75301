"""The database: SQLite beside the index, or PostgreSQL by URL; migrated before its first use."""

from __future__ import annotations

import fcntl
import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from advanced_alchemy.alembic.commands import AlembicCommands
from advanced_alchemy.base import DefaultBase
from advanced_alchemy.config import (
    AlembicSyncConfig,
    EngineConfig,
    SQLAlchemySyncConfig,
    SyncSessionConfig,
)
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import URL, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from assistant.errors import SettingsError
from assistant.settings import Settings
from web.errors import StorageError
from web.tables import BASE

_LOG = logging.getLogger(__name__)
_FILE = "assistant.db"
_LOCK = "database.lock"
_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_MIGRATING = threading.Lock()
_PATIENCE = 3
"""Seconds to wait for a server, or for another process that writes to the file."""
_PAUSE = 5
"""Seconds after a failure in which nobody waits again, lest all threads wait for the database."""
_LIMITS: dict[str, dict[str, Any]] = {
    "sqlite": {"timeout": _PATIENCE},
    "postgresql": {"connect_timeout": _PATIENCE, "tcp_user_timeout": _PATIENCE * 1000},
}


class Database:
    """Sessions on one database; nothing is opened before the first of them."""

    def __init__(self, settings: Settings) -> None:
        self._data_dir = settings.data_dir
        url = _url(settings)
        self._is_file = url.get_backend_name() == "sqlite"
        self._file = Path(url.database) if self._is_file and url.database else None
        self.config = SQLAlchemySyncConfig(
            connection_string=url.render_as_string(hide_password=False),
            # Parameters hold questions, which must not get into a log.
            engine_config=EngineConfig(
                hide_parameters=True,
                pool_pre_ping=not self._is_file,
                connect_args=_LIMITS[url.get_backend_name()],
            ),
            # What was read is shown after the session has ended.
            session_config=SyncSessionConfig(expire_on_commit=False),
            alembic_config=AlembicSyncConfig(
                script_location=str(Path(__file__).parent / "migrations"),
            ),
            metadata=BASE,
        )
        self._migrated = False
        self._failure: StorageError | None = None
        self._again = 0.0

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give a session, commit at the end, roll back if the block raises.

        Raises:
            StorageError: the database does not answer or refuses; the first failure is logged.
        """
        if failure := self._failure:
            if monotonic() < self._again:
                raise StorageError(str(failure))
            self._again = monotonic() + _PAUSE  # one tries, the others go on without
        try:
            if not self._migrated:
                self.migrate()
            with self.config.get_session() as session, session.begin():
                session.connection()
                self._failure = None
                yield session
        except (IntegrityError, DataError):  # the database works, the program does not
            raise
        except (DBAPIError, PoolTimeoutError, OSError) as error:
            raise self._fail(error) from error

    def migrate(self) -> None:
        """Bring the tables to the form of this version, one process at a time.

        Raises:
            StorageError: the database cannot be opened, or a later version has changed its tables.
        """
        try:
            with _MIGRATING, self._file_lock():
                if self._file:  # made by SQLite, it would be for every account of the machine
                    self._file.touch(mode=0o600)
                engine = self.config.get_engine()
                if self._is_file and not event.contains(engine, "connect", _prepare_sqlite):
                    event.listen(engine, "connect", _prepare_sqlite)
                AlembicCommands(self.config).upgrade()
                self._migrated = True
        except (DBAPIError, OSError, CommandError) as error:
            raise self._fail(error) from error

    def describe(self) -> str:
        """Say what the database is and whether it needs an upgrade; nothing is changed.

        Raises:
            StorageError: it cannot be opened, or a later version has changed its tables.
        """
        if self._file and not self._file.exists():
            return f"{self._file} is made by the first start"
        scripts = ScriptDirectory.from_config(AlembicCommands(self.config).config)
        engine = self.config.get_engine()
        try:
            with engine.connect() as connection:
                heads = MigrationContext.configure(connection).get_current_heads()
            scripts.get_revisions(heads)
        except (DBAPIError, OSError, CommandError) as error:
            raise _unavailable(error) from error
        current = set(heads) == set(scripts.get_heads())
        upgrade = "" if current else "; the next start or `itsm db upgrade` brings it up to date"
        return f"{engine.url.render_as_string()} answers{upgrade}"

    def backup(self, path: Path) -> None:
        """Write a whole copy of the database to a new file, also while a server uses it.

        Raises:
            SettingsError: the database is no file.
            StorageError: there is no database yet, or the copy cannot be written.
        """
        if not self._file:
            raise SettingsError("The database is on PostgreSQL. Save it with `pg_dump`.")
        try:
            with closing(
                sqlite3.connect(f"{self._file.resolve().as_uri()}?mode=ro", uri=True)
            ) as db:
                db.execute("SELECT 1 FROM alembic_version")  # before a file is made
                path.touch(mode=0o600, exist_ok=False)
                try:
                    db.execute("VACUUM INTO ?", (str(path),))
                except sqlite3.Error:
                    path.unlink()
                    raise
        except (sqlite3.Error, OSError) as error:
            raise StorageError(f"{self._file} cannot be saved to {path} ({error}).") from error

    def close(self) -> None:
        """Close all connections."""
        self.config.get_engine().dispose()

    @contextmanager
    def _file_lock(self) -> Iterator[None]:
        """Keep other processes out; on PostgreSQL the migration takes a lock of the server."""
        if not self._is_file:
            yield
            return
        self._data_dir.mkdir(parents=True, exist_ok=True)
        with (self._data_dir / _LOCK).open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _fail(self, error: Exception) -> StorageError:
        failure = _unavailable(error)
        if not self._failure:
            _LOG.error("%s", failure)
        self._failure, self._again = failure, monotonic() + _PAUSE
        return failure


def _unavailable(error: Exception) -> StorageError:
    reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    return StorageError(
        f"The database cannot be used ({reason}). Questions are answered, but nothing can "
        "be stored or shown from it. Check `database_url` and `data_dir`."
    )


def insert_into(session: Session, table: type[DefaultBase]) -> Any:
    """Return an INSERT that can say what happens to a row that is there already."""
    return _INSERT[session.get_bind().dialect.name](table)


def _url(settings: Settings) -> URL:
    if not settings.database_url:
        return URL.create(_DRIVERS["sqlite"], database=str(settings.data_dir / _FILE))
    try:
        url = make_url(settings.database_url.replace("postgres://", "postgresql://", 1))
        return url.set(drivername=_DRIVERS[url.get_backend_name()])
    except (ArgumentError, KeyError):
        raise SettingsError(
            "database_url is not the address of a database that can be used. Give one like "
            "postgresql://user:password@host/name or sqlite:////folder/file.db."
        ) from None


def _prepare_sqlite(connection: Any, _: object) -> None:
    """Let readers go on while one writes, and let deletions cascade."""
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
