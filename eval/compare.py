"""Two results side by side: what changed, how sure that is, and for which questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from eval.errors import EvaluationError
from eval.gate import lost_questions
from eval.metrics import ANSWERS, OCCASIONAL, RETRIEVAL
from eval.results import Result
from eval.significance import difference


def compare(before: Result, after: Result) -> dict[str, Any]:
    """Return each metric that both results have, with the questions it lost and won.

    Raises:
        EvaluationError: the results share no question.
    """
    shared = {row.id for row in before.rows} & {row.id for row in after.rows}
    if not shared:
        raise EvaluationError("The two results share no question. Compare results of one set.")
    one, other = ([row for row in side.rows if row.id in shared] for side in (before, after))
    metrics = [
        metric
        for metric in (*RETRIEVAL, *ANSWERS, *OCCASIONAL)
        if all(any(metric in row.parts for row in rows) for rows in (one, other))
    ]
    return {
        "before": _identity(before),
        "after": _identity(after),
        "questions": len(shared),
        "metrics": [asdict(difference(one, other, metric)) for metric in metrics],
        "lost": {m: [row.id for row in lost_questions(one, other, m)] for m in metrics},
        "won": {m: [row.id for row in lost_questions(other, one, m)] for m in metrics},
    }


def comparison_table(found: Mapping[str, Any]) -> str:
    """Return a comparison as aligned text."""
    lines = [
        *(f"{side:<7} {_described(found[side])}" for side in ("before", "after")),
        "",
        f"{'metric':<22}{'questions':>9}{'before':>8}{'after':>8}{'change':>8}  "
        f"{'95 % interval':<16}{'p':>6}  lost  won",
    ]
    for one in found["metrics"]:
        name = one["metric"]
        lines.append(
            f"{name:<22}{one['questions']:>9}{one['before']:>8.3f}{one['after']:>8.3f}"
            f"{one['change']:>+8.3f}  {one['low']:+.3f} to {one['high']:+.3f}{one['p']:>8.4f}"
            f"{len(found['lost'][name]):>6}{len(found['won'][name]):>5}"
        )
    return "\n".join(lines)


def _identity(result: Result) -> dict[str, str]:
    return {name: getattr(result, name) for name in ("variant", "questions", "build", "commit")}


def _described(side: Mapping[str, str]) -> str:
    return (
        f"{side['variant']} ({side['questions']}, build {side['build']}, commit {side['commit']})"
    )
