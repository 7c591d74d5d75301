from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from assistant.ask import Assistant
from assistant.confidence import Calibration, Confidence, Features, Regression
from assistant.types import Status

NOTHING = Features(**{field.name: 0.0 for field in fields(Features)})
VECTOR = Regression({}, 0.0, vector=(2.0, 0.0), vector_intercept=-1.0)
LEAD = Regression({"lead": 4.0}, 0.0)
FITTED = Calibration(VECTOR, LEAD, partial=0.3, answered=0.6, outside=0.1, encoder="own")


def test_the_vector_of_a_question_moves_confidence() -> None:
    towards, away = np.array([1.0, 0.0]), np.array([-1.0, 0.0])
    assert FITTED.confidence(NOTHING, towards) == Confidence(answerable=0.7311, right=0.5)
    assert FITTED.confidence(NOTHING, away).answerable == 0.0474


def test_with_another_encoder_the_features_alone_decide() -> None:
    other = FITTED.for_encoder("other")
    assert other.confidence(NOTHING, np.array([1.0, 0.0])) == Confidence(0.5, 0.5)
    assert other.confidence(replace(NOTHING, lead=0.5), np.array([1.0, 0.0])).right == 0.8808
    assert FITTED.for_encoder("own") == FITTED


def test_a_refusal_says_outside_only_where_the_question_reads_so() -> None:
    beside = replace(NOTHING, outside=0.1)
    assert FITTED.status(Confidence(0.2, 0.9), beside) is Status.OUT_OF_SCOPE
    assert FITTED.status(Confidence(0.2, 0.9), NOTHING) is Status.NO_ANSWER


def test_what_is_likely_right_comes_without_reserve() -> None:
    assert FITTED.status(Confidence(answerable=0.9, right=0.5), NOTHING) is Status.PARTIAL
    assert FITTED.status(Confidence(answerable=0.3, right=0.6), NOTHING) is Status.ANSWERED


def test_a_number_is_not_said_to_stand_nowhere(tiny: Assistant) -> None:
    refused = tiny.ask("Where do 4711 sourdough loaves go?")
    assert "Not in the handbook: sourdough, loaves." in refused.markdown


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "outside"),
    [
        ("how many people should look at one problem", False),
        ("user says outlook is slow, what priority", False),
        ("price of servicenow stock next year", True),
        ("which wine goes with fish", True),
    ],
)
def test_only_what_lies_outside_the_field_is_told_so(
    real: Assistant, question: str, outside: bool
) -> None:
    assert (real.ask(question).status is Status.OUT_OF_SCOPE) is outside


def test_the_time_of_an_answer_holds_every_stage(tiny: Assistant) -> None:
    timings = dict(tiny.ask("What is a CAB?").timings)
    total = timings.pop("total")
    assert "choices" in timings
    assert sum(timings.values()) == pytest.approx(total, abs=0.01)
