"""What the classifier of kinds learns from."""

from __future__ import annotations

import re

import msgspec
import pytest

from assistant.ask import Assistant
from assistant.kinds import example_questions
from assistant.types import Kind
from eval.kinds import labelled_questions, lessons
from eval.questions import load_questions, shipped_sets
from tests.eval.conftest import question


def test_a_follow_up_is_learnt_from_as_it_was_understood(tiny: Assistant) -> None:
    asked = msgspec.structs.replace(
        question("Q1", "who attends it?"),
        history=["What is a CAB?"],
        kind="who",
        kinds=["list", "procedure"],
    )
    *_, (text, shares) = lessons(tiny, [asked])
    assert text == "Who attends a CAB?"
    assert shares == {"who": 0.6, "list": 0.2, "procedure": 0.2}


def test_shares_of_a_question_add_up(tiny: Assistant) -> None:
    assert {round(sum(shares.values()), 6) for _, shares in lessons(tiny, [])} == {1.0}


def test_every_kind_is_learnt() -> None:
    assert {one.kind for one in labelled_questions()} == set(Kind) - {Kind.GENERAL}


@pytest.mark.parametrize("split", ["dev", "test"])
def test_no_example_is_an_evaluation_question(split: str) -> None:
    def plain(text: str) -> str:
        return " ".join(re.findall(r"\w+", text.lower()))

    judged = load_questions(shipped_sets())
    measured = {plain(one.question) for one in judged if one.split == split}
    texts = [text for of in example_questions().values() for text in of]
    texts += [one.question for one in labelled_questions()]
    assert [text for text in texts if plain(text) in measured] == []
