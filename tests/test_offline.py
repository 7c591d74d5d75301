"""Nothing needs the network after installation: the real thing, in a process that has none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.settings import PROJECT, Settings

pytestmark = pytest.mark.model

# Any attempt to look up or reach a host fails loudly, whatever library makes it.
GUARD = """
import socket

def refuse(*arguments, **options):
    raise SystemExit(f"reached for the network: {arguments}")

socket.getaddrinfo = socket.create_connection = refuse
socket.socket.connect = socket.socket.connect_ex = refuse
from assistant.cli import main
main()
"""


def itsm(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", GUARD, *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin"},
    )


def test_asking_needs_no_network(real_settings: Settings) -> None:
    asked = itsm("--data-dir", str(real_settings.data_dir), "ask", "--json", "What is a CAB?")
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["status"] == "answered"


def test_building_with_the_real_model_needs_no_network(corpus_dir: Path, data_dir: Path) -> None:
    own = ("--corpus-dir", str(corpus_dir), "--data-dir", str(data_dir))
    built = itsm(*own, "index", "build", "--json")
    assert built.returncode == 0, built.stderr
    manifest = json.loads(built.stdout)
    assert manifest["dimension"] == 384
    assert manifest["parity"] < 1e-4
    asked = itsm(*own, "ask", "--json", "What is the difference between incident and problem?")
    assert json.loads(asked.stdout)["kind"] == "comparison"
