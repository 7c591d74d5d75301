"""Intervals of a metric, and whether two results differ, by resampling questions.

Variants of one question stand or fall together, so whole groups are resampled. Bootstrap: Efron
and Tibshirani, "An Introduction to the Bootstrap", 1993 (percentile intervals). Paired
randomisation test: Smucker, Allan and Carterette, "A Comparison of Statistical Significance Tests
for Information Retrieval Evaluation", 2007. The seed is fixed: the same rows, the same figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import bootstrap, permutation_test

from eval.results import Row, rate

_SAMPLING = {"n_resamples": 9_999, "batch": 1_000, "vectorized": True, "rng": 0}

Sums = npt.NDArray[np.float64]
"""Part and whole by group, `[groups, 2]`."""
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric before and after on the same questions, with a 95 % interval of the change."""

    metric: str
    questions: int
    before: float
    after: float
    change: float
    low: float
    high: float
    p: float


def interval(rows: Iterable[Row], metric: str) -> tuple[float, float]:
    """Return the 95 % interval of a metric; its value twice where one group alone counts."""
    by_group = _sums(rows, metric)
    sums = np.array(list(by_group.values())).reshape(-1, 2)
    if len(sums) < 2:
        value = float(_ratio(sums.sum(axis=0)))
        return value, value
    return _bootstrap(len(sums), lambda ids: _ratio(sums[ids].sum(axis=-2)))


def difference(
    before: Sequence[Row],
    after: Sequence[Row],
    metric: str,
    alternative: Literal["two-sided", "less"] = "two-sided",
) -> Difference:
    """Compare a metric on the questions that both results have.

    Args:
        before: rows of one result.
        after: rows of the other.
        metric: its name.
        alternative: `less` asks only whether the metric fell.
    """
    shared = {row.id for row in before} & {row.id for row in after}
    before, after = ([row for row in rows if row.id in shared] for rows in (before, after))
    old, new = _sums(before, metric), _sums(after, metric)
    groups = list(dict.fromkeys([*old, *new]))
    low, high, p = 0.0, 0.0, 1.0
    if len(groups) > 1:
        # Rows 0 to n - 1 are the groups before, the next n the same groups after.
        sums = np.array([side.get(group, (0.0, 0.0)) for side in (old, new) for group in groups])
        count = len(groups)

        def gain(one: Ids, other: Ids) -> Sums:
            return _ratio(sums[other].sum(axis=-2)) - _ratio(sums[one].sum(axis=-2))

        low, high = _bootstrap(count, lambda ids: gain(ids, ids + count))
        swapped = permutation_test(
            (np.arange(count), np.arange(count, 2 * count)),
            lambda one, other, axis: gain(one, other),
            permutation_type="samples",
            alternative=alternative,
            **_SAMPLING,
        )
        p = float(swapped.pvalue)
    counted = {row.id for row in (*before, *after) if metric in row.parts}
    was, now = round(rate(before, metric), 4), round(rate(after, metric), 4)
    change = round(now - was, 4)
    return Difference(metric, len(counted), was, now, change, round(low, 4), round(high, 4), p)


def _sums(rows: Iterable[Row], metric: str) -> dict[str, tuple[float, float]]:
    sums: dict[str, tuple[float, float]] = {}
    for row in rows:
        if metric in row.parts:
            part, whole = sums.get(row.group, (0.0, 0.0))
            sums[row.group] = part + row.parts[metric][0], whole + row.parts[metric][1]
    return sums


def _ratio(sums: Sums) -> Sums:
    part, whole = sums[..., 0], sums[..., 1]
    ratio: Sums = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    return ratio


def _bootstrap(groups: int, statistic: Any) -> tuple[float, float]:
    drawn = bootstrap(
        (np.arange(groups),),
        lambda ids, axis: statistic(ids),
        method="percentile",
        **_SAMPLING,
    ).confidence_interval
    return float(drawn.low), float(drawn.high)
