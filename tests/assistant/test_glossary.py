from __future__ import annotations

from pathlib import Path

import pytest

from assistant.glossary import (
    Acronym,
    Term,
    collect_sayings,
    find_sayings,
    find_terms,
)
from assistant.reference import Reference
from assistant.terms import collect_terms
from index.search import Index
from tests.support import IDENTITY, HashingModel, build_tiny

SENSES = """---
id: T9
title: Terms
section: glossary
---
# Terms

## Terms that begin with D

**Definition: DORA (metrics).** DORA (DevOps Research and Assessment) is a research programme.

**Definition: Digital Operational Resilience Act (DORA).** The act binds financial firms.

**Definition: Incident.** An incident, in the words of the glossary, is an interruption.
"""


@pytest.fixture
def index(corpus_dir: Path, data_dir: Path) -> Index:
    (corpus_dir / "practices" / "terms.md").write_text(SENSES)
    build_tiny(corpus_dir, data_dir)
    return Index.open(data_dir, IDENTITY.name, HashingModel())


def test_a_term_stands_once_with_the_glossary_s_words_first(index: Index) -> None:
    (incident,) = [one for one in Reference(index).glossary if one.name == "Incident"]
    assert isinstance(incident, Term)
    assert [place.document_id for place in incident.places] == ["T9", "T2"]
    for place in incident.places:
        assert index.documents[place.document_id].text[place.start : place.end] == place.text


def test_an_acronym_shows_all_its_senses(index: Index) -> None:
    first, *others = find_terms(Reference(index).glossary, "dora")
    assert isinstance(first, Acronym)
    assert dict(first.senses).keys() == {
        "Digital Operational Resilience Act",
        "DevOps Research and Assessment",
    }
    assert all(place.document_id == "T9" for _, place in first.senses)
    assert len(others) == 2


def test_entries_of_that_name_come_before_those_that_speak_of_it(index: Index) -> None:
    names = [one.name for one in find_terms(Reference(index).glossary, "incident")]
    assert names == ["Incident", "Problem"]
    assert find_terms(Reference(index).glossary, "cident") == []


def test_the_glossary_runs_from_a_to_z(index: Index) -> None:
    letters = [one.letter for one in Reference(index).glossary]
    assert letters == sorted(letters)


def test_the_words_of_a_saying_are_whole_words(tiny_index: Index) -> None:
    sayings = collect_terms([], tiny_index.blocks("T1"))
    assert sayings.saying("CAB decides, we comply: what is that?")
    assert not sayings.saying("Does an ECAB decide what we comply with?")


def test_a_saying_has_its_parts_in_exact_words(tiny_index: Index) -> None:
    (saying,) = collect_sayings(tiny_index)
    assert saying.words.text == "CAB Decides, We Comply"
    assert list(saying.parts) == ["meaning", "use"]
    assert find_sayings([saying], "fair hear") == [saying]
    assert find_sayings([saying], "airlock") == []
