from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import Settings
from corpus.errors import CorpusError
from corpus.handbook import read_handbook
from tests.support import write_tiny


def asked(folder: Path, content: str) -> None:
    (folder / "practices" / "incidents.asked.yaml").write_text(content)


def test_questions_belong_to_the_passages_of_their_heading(tmp_path: Path) -> None:
    folder = write_tiny(tmp_path)
    asked(folder, "Difference between incident and problem:\n  - Is it the same thing?\n")
    handbook = read_handbook(folder)
    passages = {passage.id: passage for passage in handbook.passages}
    [one] = [one for one in handbook.asked if one.text == "Is it the same thing?"]
    assert passages[one.passage_id].headings == ("Difference between incident and problem",)


def test_a_heading_without_text_of_its_own_stands_for_its_parts(tmp_path: Path) -> None:
    folder = write_tiny(tmp_path)
    asked(folder, "Message to users:\n  - What do we tell them?\n")
    handbook = read_handbook(folder)
    passages = {passage.id: passage for passage in handbook.passages}
    found = [one for one in handbook.asked if one.text == "What do we tell them?"]
    assert found
    assert all("Message to users" in passages[one.passage_id].headings for one in found)


def test_asked_lies_in_the_order_of_the_passages(tmp_path: Path) -> None:
    handbook = read_handbook(write_tiny(tmp_path))
    order = [passage.id for passage in handbook.passages]
    positions = [order.index(one.passage_id) for one in handbook.asked]
    assert positions == sorted(positions)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Nothing like it:\n  - Why?\n", "asks for the section 'Nothing like it'"),
        ("Definitions: Why?\n", "must map each heading to a list of questions"),
        ("Definitions:\n  - 5\n", "must map each heading to a list of questions"),
        ("- a\n", "must map each heading"),
        ("a: [", "cannot be read as YAML"),
        ("Definitions:\n  - 2026-02-30\n", "cannot be read as YAML"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, content: str, said: str) -> None:
    folder = write_tiny(tmp_path)
    asked(folder, content)
    with pytest.raises(CorpusError, match=r"incidents\.asked\.yaml") as caught:
        read_handbook(folder)
    assert said in str(caught.value)


def test_the_shipped_handbook_says_how_people_ask() -> None:
    handbook = read_handbook(Settings().corpus_dir)
    assert len({one.passage_id for one in handbook.asked}) > len(handbook.passages) / 2
