"""Run by Alembic: migrates over the engine that it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from alembic import context

from web.tables import BASE

if TYPE_CHECKING:
    from advanced_alchemy.alembic.commands import AlembicCommandConfig
    from sqlalchemy import Engine

# Any number will do, as long as nothing else in the same database locks by it.
_LOCK = 490_127_031

config = cast("AlembicCommandConfig", context.config)
with cast("Engine", config.engine).begin() as connection:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    if connection.dialect.name == "sqlite":  # its driver would commit each statement by itself
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    context.configure(connection=connection, target_metadata=BASE, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
