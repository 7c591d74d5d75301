"""Intervals and tests against values that follow from the definitions."""

from __future__ import annotations

from math import comb

import pytest

from eval.results import Row, rate
from eval.significance import difference, interval
from tests.eval.conftest import rows


def test_an_interval_is_that_of_the_binomial_and_the_same_every_time() -> None:
    sample = rows(*[1.0] * 80, *[0.0] * 20)
    low, high = interval(sample, "recall@5")
    assert low == pytest.approx(0.8 - 1.96 * 0.04, abs=0.02)
    assert high == pytest.approx(0.8 + 1.96 * 0.04, abs=0.02)
    assert interval(sample, "recall@5") == (low, high)


def test_an_interval_of_nothing_or_one_question_has_no_width() -> None:
    assert interval([], "recall@5") == (0.0, 0.0)
    assert interval(rows(0.5), "recall@5") == (0.5, 0.5)


def test_variants_of_one_question_count_once_in_how_sure_a_figure_is() -> None:
    """Ten copies of five questions tell no more than the five."""
    few = rows(1, 1, 1, 0, 0)
    many = [
        Row(f"{row.id}-{copy}", row.group, row.form, row.question, True, row.parts)
        for row in few
        for copy in range(10)
    ]
    assert interval(many, "recall@5") == interval(few, "recall@5")


def test_p_of_a_fall_is_exact_where_all_swaps_can_be_counted() -> None:
    """Eight questions lost and none won: only one of 2^8 swaps is as bad."""
    before, after = rows(*[1.0] * 8, 1, 0), rows(*[0.0] * 8, 1, 0)
    fell = difference(before, after, "recall@5", "less")
    assert fell.p == pytest.approx(1 / 2**8, rel=0.1)
    assert fell.change == -0.8
    assert difference(before, after, "recall@5").p == pytest.approx(2 / 2**8, rel=0.1)
    assert difference(after, before, "recall@5", "less").p > 0.99


def test_p_agrees_with_the_sign_test() -> None:
    before = rows(*[1.0] * 5, *[0.0] * 2)
    after = rows(*[0.0] * 5, *[1.0] * 2)
    expected = sum(comb(7, wins) for wins in range(3)) / 2**7
    assert difference(before, after, "recall@5", "less").p == pytest.approx(expected, rel=0.05)


def test_only_shared_questions_are_compared() -> None:
    assert difference(rows(1, 1, 1), rows(1, 0), "recall@5").before == 1.0
    assert difference(rows(1, 1, 1), rows(1, 0), "recall@5").questions == 2


def test_a_metric_that_counts_for_one_side_only_is_compared_as_a_ratio() -> None:
    """Abstaining before and answering now: the question leaves the precision of refusals."""
    metric = "abstention precision"
    before = rows(1.0, 0.0, metric=metric)
    after = [*rows(1.0, metric=metric), Row("Q1", "Q1", "plain", "?", True, {})]
    assert rate(after, metric) == 1.0
    assert difference(before, after, metric).change == 0.5
