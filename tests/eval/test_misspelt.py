"""What misspelling loses."""

from __future__ import annotations

import pytest

from assistant.ask import Assistant
from eval.misspelt import Retyped, load_retyped, run_misspelt
from eval.questions import Question, fit_set, load_questions, shipped_sets
from eval.results import rate


def test_a_retyped_question_is_judged_as_the_one_it_was_typed_from(tiny: Assistant) -> None:
    asked = Question(
        *("Q1", "Q1", "dev", "plain", "What is a problem?", True, [["T2#definitions"]])
    )
    written, retyped = run_misspelt(tiny, [asked], [Retyped("Q1", "what is a probelm")])
    assert written.rows[0].found == retyped.rows[0].found
    assert rate(retyped.rows, "recall@5") == 1


def test_every_retyped_question_is_one_that_there_is_typed_otherwise() -> None:
    known = {one.id: one for one in load_questions([*shipped_sets(), fit_set()])}
    retyped = load_retyped()
    assert len({one.id for one in retyped}) == len(retyped) > 500
    assert [one.id for one in retyped if one.question == known[one.id].question] == []
    assert {known[one.id].split for one in retyped} == {"dev", "fit", "test"}


@pytest.mark.model
def test_misspelling_loses_little(real: Assistant) -> None:
    dev = [one for one in load_questions(shipped_sets()) if one.split == "dev"]
    known = [*dev, *load_questions([fit_set()])]
    written, retyped = run_misspelt(real, known, load_retyped())
    assert rate(written.rows, "recall@5") - rate(retyped.rows, "recall@5") <= 0.03
