from __future__ import annotations

import numpy as np
import pytest

from assistant.ask import Assistant
from assistant.confidence import Confidence
from eval.calibrate import balanced_threshold, calibrate, risk_threshold
from eval.errors import EvaluationError
from eval.questions import UNSEARCHED, Question


def test_the_risk_is_kept_where_sure_answers_are_right_and_unsure_ones_wrong() -> None:
    confidence = np.linspace(0.01, 0.99, 1_000)
    right = confidence >= 0.5
    threshold = risk_threshold(confidence, right, np.ones(1_000), risk=0.1)
    given = confidence >= threshold
    assert 0.4 < threshold < 0.5
    assert (~right[given]).mean() < 0.1


def test_a_smaller_risk_takes_a_higher_threshold() -> None:
    random = np.random.default_rng(0)
    confidence = random.uniform(0, 1, 2_000)
    right = random.uniform(0, 1, 2_000) < confidence
    low, high = (risk_threshold(confidence, right, np.ones(2_000), risk) for risk in (0.3, 0.15))
    assert low < high


def test_wrong_answers_that_weigh_more_raise_the_threshold() -> None:
    random = np.random.default_rng(0)
    confidence = random.uniform(0, 1, 2_000)
    right = random.uniform(0, 1, 2_000) < confidence
    heavy = np.where(right, 1.0, 3.0)
    assert risk_threshold(confidence, right, heavy, 0.3) > risk_threshold(
        confidence, right, np.ones(2_000), 0.3
    )


def test_abstaining_begins_where_both_rates_are_best() -> None:
    confidence = np.array([0.2] * 50 + [0.8] * 50)
    assert balanced_threshold(confidence, confidence > 0.5) == 0.21


def test_of_thresholds_that_differ_by_chance_the_one_that_refuses_least_is_taken() -> None:
    # 1,000 cannot be answered: 900 are found out from .31 on, three more from .61 on.
    impossible = [0.3] * 900 + [0.6] * 3 + [0.95] * 97
    confidence = np.array([*impossible, *[0.9] * 1000])
    assert balanced_threshold(confidence, np.arange(2000) >= 1000) == 0.31
    # Twenty more are no chance.
    confidence[903:923] = 0.6
    assert balanced_threshold(confidence, np.arange(2000) >= 1000) == 0.61


def test_a_risk_that_no_answer_keeps_is_refused() -> None:
    confidence = np.linspace(0, 1, 1_000)
    with pytest.raises(EvaluationError, match="more often than 10%"):
        risk_threshold(confidence, np.arange(1_000) % 2 == 0, np.ones(1_000), risk=0.1)


def test_a_few_sure_answers_prove_nothing() -> None:
    with pytest.raises(EvaluationError, match="surest answers"):
        risk_threshold(np.full(20, 0.9), np.ones(20, dtype=bool), np.ones(20), risk=0.1)


def test_what_nobody_searched_for_counts_as_wrong_but_not_as_unanswerable(tiny: Assistant) -> None:
    def asked(number: int, text: str, reason: str = "") -> Question:
        known = {"reason": reason} if reason else {"gold": [["T1#what-a-cab-is"]], "nuggets": ["x"]}
        return Question(
            *(f"{reason} {number}", f"{reason} {number}", "fit", "plain", text, not reason), **known
        )

    usual = [
        question
        for i in range(30)
        for question in (
            asked(i, f"What is a CAB, colleague {i}?"),
            asked(i, f"How do I bake bread {i}?", "outside"),
        )
    ]

    def confidence(reason: str) -> Confidence:
        text = "How does a rejected change go on"
        doubtful = [asked(i, f"{text}, colleague {i}?", reason) for i in range(30)]
        calibration = calibrate(tiny, usual, further=doubtful, risk=0.4)
        _, vector, features = tiny.figures(f"{text}, colleague 31?")
        return calibration.confidence(features, vector)

    unsearched, searched = confidence(UNSEARCHED), confidence("near miss")
    assert searched.answerable < 0.5 < unsearched.answerable
    assert unsearched.right < 0.5
