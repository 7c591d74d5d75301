"""`itsm search` and `itsm corpus terms` on the tiny handbook, in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from assistant.ask import Assistant
from assistant.cli import itsm
from assistant.errors import NotFoundError
from assistant.finding import find_passages
from index.errors import FilterError


@pytest.fixture(autouse=True)
def on_the_tiny_handbook(tiny: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Assistant, "open", lambda settings: tiny)
    monkeypatch.setenv("ITSM_CORPUS_DIR", str(tiny.settings.corpus_dir))


def printed(*arguments: str) -> str:
    done = CliRunner().invoke(itsm, arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def wire(*arguments: str) -> Any:
    return json.loads(printed(*arguments, "--json"))


def test_search_is_limited_by_repeatable_filters() -> None:
    hits = wire("search", "CAB", "--section", "change", "--kind", "do", "--kind", "dont")["hits"]
    assert {hit["headings"][-1].partition(":")[0] for hit in hits} == {"Do", "Don't"}


def test_an_unknown_filter_names_the_known_ones() -> None:
    done = CliRunner().invoke(itsm, ["search", "CAB", "--kind", "donts"])
    assert isinstance(done.exception, FilterError)
    assert "no kind 'donts'. Choose from: comparison," in str(done.exception)


@pytest.mark.parametrize(
    ("place", "headings"),
    [
        ("T1#what-a-cab-is", {"What a CAB is"}),
        ("change/cab.md#What a CAB is", {"What a CAB is"}),
        ("Incidents and problems#definitions", {"Definitions"}),
        ("T1/0", {"What a CAB is"}),
    ],
)
def test_a_place_goes_by_any_of_its_names(tiny: Assistant, place: str, headings: set[str]) -> None:
    assert {passage.headings[0] for passage in find_passages(tiny.index, place)} == headings


def test_an_unknown_place_is_not_found(tiny: Assistant) -> None:
    with pytest.raises(NotFoundError, match="no document 'T9'"):
        find_passages(tiny.index, "T9#definitions")
    with pytest.raises(NotFoundError, match="no section 'x' in T3.*what-are-our-sla-targets"):
        find_passages(tiny.index, "T3#x")


def test_why_not_says_where_a_document_was_lost() -> None:
    question = "What is a change advisory board?"
    lines = printed("search", question, "-k", "2", "--why-not", "T3").splitlines()
    assert lines[0].startswith("T3/0  Questions only your organisation can answer")
    assert lines[1].startswith("Outranked: rank ")
    assert lines[1].endswith(" costs it most.")
    assert "no embedded question asks for it" in printed(
        "search", question, "--why-not", "T3", "-k", "2"
    )
    found = wire("search", question, "-k", "2", "--why-not", "T3")["why_not"]
    assert found["outcome"] == "outranked"
    dearest = max(found["costs"], key=found["costs"].get)
    assert {"passage": "passage cosine", "span": "best span", "bm25": "BM25"}.get(
        dearest, "best asked"
    ) in lines[1]
    assert wire("search", question, "--why-not", "T1")["why_not"]["outcome"] == "found"
    limited = wire("search", question, "--why-not", "T3", "--section", "change")["why_not"]
    assert limited["outcome"] == "filtered"


def test_terms_lists_each_sense_with_the_sentence_that_says_so(tiny: Assistant) -> None:
    (sense,) = wire("corpus", "terms", "cab")
    assert (sense["acronym"], sense["expansion"]) == ("CAB", "change advisory board")
    (evidence, *_) = sense["evidence"]
    text = tiny.index.documents[evidence["document_id"]].text
    assert evidence["text"] == text[evidence["start"] : evidence["end"]]
    assert "change advisory board (CAB) is a group" in evidence["text"].replace("\n", " ")
    assert "CAB       change advisory board" in printed("corpus", "terms")


def test_an_acronym_that_is_spelt_out_nowhere_is_not_found() -> None:
    done = CliRunner().invoke(itsm, ["corpus", "terms", "XYZ"])
    assert isinstance(done.exception, NotFoundError)


@pytest.mark.parametrize(
    ("question", "acronyms"),
    [
        ("What do CABs do?", {"CAB"}),
        ("what is a cab", {"CAB"}),
        ("WHO IS IN THE CAB", {"CAB"}),
        ("Cab fares", set()),  # a word at the beginning of a sentence
        ("cabbage", set()),
    ],
)
def test_acronyms_are_found_in_questions_as_people_type_them(
    tiny: Assistant, question: str, acronyms: set[str]
) -> None:
    assert set(tiny.senses(question)) == acronyms


def test_what_the_handbook_uses_as_a_word_is_an_acronym_only_in_capitals(
    corpus_dir: Path, tiny: Assistant
) -> None:
    from assistant.terms import Acronyms
    from corpus.acronyms import senses_of
    from corpus.handbook import read_handbook

    (corpus_dir / "rest.md").write_text(
        "# Rest\n\nRepresentational state transfer (REST) is a style. The rest is known.\n\n"
        "A proof of concept (POC) is a trial. In lists, POC stands for point of contact.\n"
    )
    handbook = read_handbook(corpus_dir)
    acronyms = Acronyms(handbook.documents, senses_of(handbook))
    assert acronyms.senses("where is the rest") == {}
    assert acronyms.senses("WHERE IS THE REST") == {}
    assert set(acronyms.senses("what is REST")) == {"REST"}
    (senses,) = acronyms.senses("who is the poc").values()
    assert [one.expansion for one in senses] == ["proof of concept", "point of contact"]
