"""The reviewable data beside the handbook, and what is counted by it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from assistant.settings import Settings
from corpus import spelling
from corpus.coverage import missing_facts
from corpus.errors import CorpusError
from corpus.handbook import read_handbook
from corpus.reader import read_documents
from corpus.rules import FOLDER, Rules, read_rules
from corpus.statistics import statistics

TEXT = """# Incidents

## What an incident is

Incidents are unplanned interruptions, 99.9 % of which end within 4 hours.

## Roles

The incident manager coordinates.
"""


def test_the_outline_names_every_document_of_the_handbook() -> None:
    outline = read_rules().outline
    assert set(outline) == {one.id for one in read_documents(Settings().corpus_dir)}
    assert sum(map(len, outline.values())) >= 1_300


@pytest.mark.parametrize(
    ("fact", "stated"),
    [
        ("incident unplanned interruption", True),
        ("interruption 99.9", True),
        ("interruption 99", False),
        ("unplanned coordination", False),
    ],
)
def test_a_fact_is_stated_by_one_section_whatever_the_endings(
    tmp_path: Path, fact: str, stated: bool
) -> None:
    (tmp_path / "x.md").write_text(TEXT)
    [document] = read_documents(tmp_path)
    assert missing_facts(document, (fact,)) == (() if stated else (fact,))


def test_statistics_count_the_handbook_and_its_covered_facts() -> None:
    handbook, rules = read_handbook(Settings().corpus_dir), read_rules()
    counted = statistics(handbook, rules)
    assert counted["documents"] >= 130
    assert counted["words"] >= 90_000
    assert counted["coverage"]["covered"] == counted["coverage"]["facts"] >= 1_300
    first = handbook.documents[0].id
    more = Rules(outline={first: (*rules.outline[first], "zebra")})
    assert statistics(handbook, more)["coverage"]["documents"] == {
        first: {"covered": len(rules.outline[first]), "facts": len(rules.outline[first]) + 1}
    }


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("outline.yaml", "D001: {title: T, facts: []}"),
        ("duplicates.yaml", "- {between: [D001 A, D002 B]}"),
        ("duplicates.yaml", "- {between: [D001 A], because: x}"),
        ("spelling.yaml", "words: [a"),
        ("spelling.yaml", None),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, name: str, content: str | None) -> None:
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(CorpusError, match=name):
        read_rules(tmp_path)


def test_a_missing_codespell_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    spelling._corrections.cache_clear()
    monkeypatch.setitem(sys.modules, "codespell_lib", None)
    with pytest.raises(CorpusError, match="pip install codespell"):
        list(spelling.misspelt("A text.", Rules()))
