from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from assistant.settings import Settings
from corpus.handbook import read_handbook
from corpus.types import Handbook
from eval.leakage import copied, known
from eval.questions import fit_set, load_questions, shipped_sets
from index.lexical import words
from tests.eval.conftest import question


@pytest.fixture
def handbook(corpus_dir: Path) -> Handbook:
    return read_handbook(corpus_dir)


def test_a_question_copied_from_its_answer_is_found(handbook: Handbook) -> None:
    text = "Is it a GROUP that advises on higher-risk changes, really?"
    (found,) = copied([question("Q1", text, "T1#what-a-cab-is")], handbook)
    assert found.startswith("Q1 ")
    assert found.endswith("shares six words in a row with T1#what-a-cab-is.")


def test_the_same_words_in_a_section_that_does_not_answer_are_chance(handbook: Handbook) -> None:
    text = "Is it a group that advises on higher-risk changes?"
    assert copied([question("Q1", text, "T2#definitions")], handbook) == []


def test_five_words_in_a_row_are_chance(handbook: Handbook) -> None:
    assert (
        copied(
            [question("Q1", "Who advises on higher-risk changes?", "T1#what-a-cab-is")], handbook
        )
        == []
    )


def test_a_question_that_repeats_a_heading_of_any_document_is_found(corpus_dir: Path) -> None:
    (corpus_dir / "more.md").write_text("# More\n\n## When a team may skip the review\n\nNever.\n")
    asked = question("Q1", "Say when a team may skip the review", "T1#what-a-cab-is")
    assert "'When a team may skip the review'" in copied([asked], read_handbook(corpus_dir))[0]


def test_a_question_that_the_index_reads_is_named_with_its_twin(handbook: Handbook) -> None:
    (found,) = known([question("Q1", "my change was refused - what now")], handbook)
    assert found == (
        "Q1 'my change was refused - what now' is among what is asked for T1/3: "
        "'My change was refused. What now?'."
    )
    assert known([question("Q1", "My change was refused.")], handbook) == []


def test_the_written_out_form_of_a_follow_up_is_read_as_well(handbook: Handbook) -> None:
    asked = question("Q1", "And what now?", "T1#what-a-cab-is")
    copy = replace(asked, standalone="Is it a group that advises on higher-risk changes?")
    assert len(copied([copy], handbook)) == 1
    (found,) = known([replace(asked, standalone="My change was refused. What now?")], handbook)
    assert found.startswith("Q1 'My change was refused. What now?' is among")


def test_no_shipped_question_is_copied_from_what_answers_it() -> None:
    """A question copied from its answer, or read by the index, would measure nothing."""
    handbook = read_handbook(Settings().corpus_dir)
    questions = load_questions(shipped_sets())
    assert copied(questions, handbook) == []
    assert known(questions, handbook) == []


def test_what_is_fitted_to_is_not_measured_with() -> None:
    def plain(text: str) -> tuple[str, ...]:
        return tuple(words(text))

    fitted = load_questions([fit_set()])
    assert {one.split for one in fitted} == {"fit"}
    measured = load_questions(shipped_sets())
    texts = {plain(text) for one in measured for text in (one.question, one.standalone) if text}
    assert [one.id for one in fitted if plain(one.question) in texts] == []
