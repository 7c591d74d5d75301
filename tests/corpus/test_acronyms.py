from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import Settings
from corpus.acronyms import senses_of
from corpus.handbook import read_handbook


def expansions(folder: Path, text: str) -> dict[str, list[str]]:
    (folder / "one.md").write_text(f"# One\n\n{text}\n")
    senses = senses_of(read_handbook(folder))
    return {acronym: [sense.expansion for sense in found] for acronym, found in senses.items()}


@pytest.mark.parametrize(
    ("text", "acronym", "expansion"),
    [
        ("A change advisory board (CAB) advises.", "CAB", "change advisory board"),
        ("The service level agreements (SLAs) hold.", "SLA", "service level agreement"),
        ("The post-implementation review (PIR) is due.", "PIR", "post-implementation review"),
        (
            "A configuration management database (CMDB).",
            "CMDB",
            "configuration management database",
        ),
        ("The Office of Government Commerce (OGC).", "OGC", "Office of Government Commerce"),
        ("MTTR (mean time to restore) is a mean.", "MTTR", "mean time to restore"),
        ("Online, RFC stands for request for comments.", "RFC", "request for comments"),
        ("PDCA stands for plan, do, check, act, a loop.", "PDCA", "plan, do, check, act"),
        (
            "**Definition: Experience level agreement (XLA).** X",
            "XLA",
            "Experience level agreement",
        ),
    ],
)
def test_what_an_acronym_stands_for_is_read_from_the_sentence(
    tmp_path: Path, text: str, acronym: str, expansion: str
) -> None:
    assert expansions(tmp_path, text) == {acronym: [expansion]}


@pytest.mark.parametrize(
    "text",
    [
        "Exempt under Regulation (EU) 2022/2554.",  # the letters are not those of the words
        "A list of four things (see below) and a note (a).",
        "**Definition: Governance (COBIT).** It is.",
        '**Myth:** "A client advice bureau (CAB) decides."\n**Fact:** Nobody does.',
        "```text\nWe run a client advice bureau (CAB).\n```",
    ],
)
def test_what_explains_no_acronym_gives_none(tmp_path: Path, text: str) -> None:
    assert expansions(tmp_path, text) == {}


def test_ways_of_writing_one_sense_are_one_and_other_senses_stay(tmp_path: Path) -> None:
    text = (
        "A post-implementation review (PIR) is held. Post implementation reviews (PIRs) help.\n\n"
        "In some companies, PIR stands for post-incident review.\n\n"
        "MTTR has two readings: mean time to repair and mean time to resolve."
    )
    assert expansions(tmp_path, text) == {
        "MTTR": ["mean time to repair", "mean time to resolve"],
        "PIR": ["post-implementation review", "post-incident review"],
    }


def test_definitions_are_the_evidence_where_there_are_any(tmp_path: Path) -> None:
    first = "The change advisory board (CAB) met."
    (tmp_path / "one.md").write_text(
        f"# One\n\n{first}\n\n**Definition: Change advisory board (CAB).** A group that advises.\n"
    )
    handbook = read_handbook(tmp_path)
    (sense,) = senses_of(handbook)["CAB"]
    text = handbook.documents[0].text
    assert [text[span.start : span.end] for span in sense.spans] == ["A group that advises."]


def test_the_shipped_handbook_keeps_both_senses_of_what_is_ambiguous() -> None:
    senses = senses_of(read_handbook(Settings().corpus_dir))
    found = {acronym: [one.expansion.lower() for one in senses[acronym]] for acronym in senses}
    assert found["PIR"] == ["post-implementation review", "post-incident review"]
    assert set(found["DORA"]) == {
        "devops research and assessment",
        "digital operational resilience act",
    }
    assert found["CAB"] == ["change advisory board"]
    assert all(sense.spans for several in senses.values() for sense in several)
