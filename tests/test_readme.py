"""What the READMEs say is so: links lead somewhere, and the shown session is the real one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.ask import Assistant
from assistant.settings import PROJECT

READMES = sorted((*PROJECT.glob("*.md"), *PROJECT.glob("*/README.md")))


@pytest.mark.parametrize("path", READMES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_links_lead_to_files(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text())
    missing = [one for one in targets if "://" not in one and not (path.parent / one).exists()]
    assert missing == []


@pytest.mark.parametrize("package", ["assistant", "corpus", "eval", "index", "web"])
def test_a_package_readme_names_every_module(package: str) -> None:
    readme = (PROJECT / package / "README.md").read_text()
    modules = {path.name for path in (PROJECT / package).glob("*.py")}
    unnamed = {name for name in modules if f"`{name}`" not in readme}
    assert unnamed <= {"__init__.py", "errors.py", "types.py", "texts.py", "serve.py"}


@pytest.mark.model
def test_the_session_of_the_readme_is_the_real_answer(real: Assistant) -> None:
    readme = (PROJECT / "README.md").read_text()
    session = re.search(r'    \$ itsm ask "(.+)"\n\n((?:    .*\n|\n)+)', readme)
    assert session
    shown = "\n".join(line.removeprefix("    ") for line in session[2].split("\n")).strip()
    assert real.ask(session[1]).markdown.strip() == shown
