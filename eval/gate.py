"""Whether a change lost answers: one result against another on the same questions."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import msgspec

from eval.errors import EvaluationError
from eval.results import Result, Row
from eval.significance import Difference, difference

GATED = ("recall@5", "nDCG@10", "nugget recall", "abstention precision", "abstention recall")
BASELINE = Path(str(files("eval").joinpath("baseline.json")))
_LEVEL = 0.05 / len(GATED)
"""A loss is significant below it: 0.05 shared among the metrics (Bonferroni)."""
_NAMED = 20


def differences(before: Sequence[Row], after: Sequence[Row]) -> list[Difference]:
    """Return what each gated metric became; `p` is of a fall."""
    return [difference(before, after, metric, "less") for metric in GATED]


def losses(before: Sequence[Row], after: Sequence[Row]) -> list[str]:
    """Return a sentence for each metric that fell significantly, with the questions it lost."""
    return [
        f"{one.metric} fell from {one.before:.3f} to {one.after:.3f} on {one.questions} questions "
        f"(p = {one.p:.4f}). Lost: {_named(lost_questions(before, after, one.metric))}."
        for one in differences(before, after)
        if one.p < _LEVEL
    ]


def lost_questions(before: Sequence[Row], after: Sequence[Row], metric: str) -> list[Row]:
    """Return the rows of the questions that a metric was better for before."""
    old = {row.id: row for row in before}
    return [
        row for row in after if row.id in old and _value(row, metric) < _value(old[row.id], metric)
    ]


def require_baseline(baseline: Result, result: Result) -> None:
    """Compare a result with the committed one.

    Raises:
        EvaluationError: a metric fell significantly; the message names the lost questions.
    """
    found = losses(baseline.rows, result.rows)
    if found:
        raise EvaluationError(
            f"Build {result.build} at {result.commit} loses against the baseline of "
            f"{baseline.commit}. " + " ".join(found) + " If that is meant, run `itsm eval gate "
            "--update`."
        )


def as_baseline(result: Result) -> Result:
    """Return a result with no more than the gate needs."""
    rows = [
        Row(
            *(row.id, row.group, row.form, row.question, row.answerable),
            parts={metric: row.parts[metric] for metric in GATED if metric in row.parts},
        )
        for row in result.rows
    ]
    return msgspec.structs.replace(result, rows=rows)


def _value(row: Row, metric: str) -> float:
    part, whole = row.parts.get(metric, (1.0, 1.0))  # what does not count cannot be wrong
    return part / whole if whole else 1.0


def _named(rows: Sequence[Row]) -> str:
    named = [f'{row.id} "{row.question}"' for row in rows[:_NAMED]]
    more = [f"{len(rows) - _NAMED} more"] if len(rows) > _NAMED else []
    return ", ".join(named + more)
