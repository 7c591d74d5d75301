from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from assistant.ask import Assistant
from assistant.confidence import Calibration, Features

NOTHING = Features(**{field.name: 0.0 for field in fields(Features)})
FITTED = Calibration(
    {}, 0.0, 0.5, 0.3, 0.1, encoder="own", vector=(2.0, 0.0), vector_intercept=-1.0
)


def test_the_vector_of_a_question_moves_confidence() -> None:
    towards, away = np.array([1.0, 0.0]), np.array([-1.0, 0.0])
    assert FITTED.confidence(NOTHING, towards) == 0.7311
    assert FITTED.confidence(NOTHING, away) == 0.0474


def test_with_another_encoder_the_features_alone_decide() -> None:
    other = FITTED.for_encoder("other")
    assert other.confidence(NOTHING, np.array([1.0, 0.0])) == 0.5
    assert FITTED.for_encoder("own") == FITTED


def test_the_time_of_an_answer_holds_every_stage(tiny: Assistant) -> None:
    timings = dict(tiny.ask("What is a CAB?").timings)
    total = timings.pop("total")
    assert "choices" in timings
    assert sum(timings.values()) == pytest.approx(total, abs=0.01)
