"""What may import what, and what a process that asks must not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.settings import PROJECT

# Each package with those that it may use, itself apart.
ALLOWED = {
    "corpus": set(),
    "index": {"corpus"},
    "assistant": {"corpus", "index"},
    "web": {"corpus", "index", "assistant"},
    "eval": {"corpus", "index", "assistant"},
}
# The command `itsm` puts the layers together; it may import upwards, but inside functions only.
ROOT = "assistant/cli.py"
HEAVY = {"faiss", "onnxruntime", "sentence_transformers", "torch", "transformers"}
FILES = [path for package in ALLOWED for path in sorted((PROJECT / package).glob("*.py"))]


def imports(path: Path, *, top_level: bool = False) -> set[str]:
    """The packages that a file imports; only at import time of the file if so asked."""
    tree = ast.parse(path.read_text())
    nodes = tree.body if top_level else list(ast.walk(tree))
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_imports_run_one_way(path: Path) -> None:
    is_root = f"{path.parent.name}/{path.name}" == ROOT
    used = imports(path, top_level=is_root) & set(ALLOWED)
    assert used - {path.parent.name} <= ALLOWED[path.parent.name]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_only_the_index_imports_engines_and_models(path: Path) -> None:
    assert path.parent.name == "index" or not imports(path) & HEAVY


@pytest.mark.parametrize("module", ["web.app", "assistant.ask", "index.search", "index.build"])
def test_a_process_that_asks_or_serves_loads_no_torch(module: str) -> None:
    check = f"import sys, {module}; print(sorted(set(sys.modules) & {{'torch', 'transformers'}}))"
    assert run(check) == "[]"


@pytest.mark.parametrize("command", ["", "ask", "index build", "eval", "eval run", "serve", "db"])
def test_help_loads_neither_index_nor_web(command: str) -> None:
    check = (
        "import sys; from assistant.cli import itsm;"
        f"itsm({[*command.split(), '--help']}, standalone_mode=False);"
        "print(sorted(set(sys.modules) & {'faiss', 'litestar', 'onnxruntime', 'numpy'}))"
    )
    assert run(check).endswith("[]")


def test_a_command_loads_no_other_modules_of_commands() -> None:
    check = (
        "import sys; from assistant.cli import itsm;"
        "itsm(['ask', '--help'], standalone_mode=False);"
        "print(sorted(one for one in sys.modules if one.endswith('.commands')))"
    )
    assert run(check).endswith("['assistant.commands']")


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=PROJECT
    )
    return done.stdout.strip()
