"""Figures of an evaluation, as data and as plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median_high
from typing import Any

import numpy as np

from eval.metrics import ANSWERS, OCCASIONAL, RETRIEVAL
from eval.results import Result, Row, rate
from eval.significance import interval

Interval = tuple[float, float]


def figures(results: Sequence[Result]) -> dict[str, Any]:
    """Return all figures of one evaluation as JSON-able data; answers where any were given."""
    asked = [row for result in results for row in result.rows if row.status]
    rows = asked or results[0].rows
    retrieval = {result.variant: result.rows for result in results}
    occasional = [name for name in OCCASIONAL if any(name in row.parts for row in asked)]
    kinds = group_by(filter(_was_answered, asked), lambda row: row.kind)
    forms = group_by(asked, lambda row: row.form)
    return {
        "build": results[0].build,
        "questions": len(rows),
        "answerable": sum(row.answerable for row in rows),
        "retrieval": {name: _rates(of, RETRIEVAL) for name, of in retrieval.items()},
        "answers": {**_rates(asked, [*ANSWERS, *occasional]), "median words": _median_words(asked)},
        "by form": {
            form: {
                "questions": len(of),
                "answerable": sum(row.answerable for row in of),
                **_rates(of, ("recall@5", "nugget recall", "abstention recall")),
            }
            for form, of in forms.items()
        },
        "by kind": {kind: _of_kind(of) for kind, of in sorted(kinds.items())},
        "confusion": confusion(asked),
        "latency ms": _latency(asked),
        "intervals": {
            "retrieval": {name: _intervals(of, RETRIEVAL) for name, of in retrieval.items()},
            "answers": _intervals(asked, [*ANSWERS, *occasional]),
        },
        "rows": [_row(row) for row in asked],
    }


def table(figures: Mapping[str, Any], questions: str) -> str:
    """Return all figures of one evaluation as aligned text; `questions` says what was asked."""
    intervals = figures["intervals"]
    lines = [
        f"{questions}: {figures['questions']} questions, {figures['answerable']} "
        f"answerable, build {figures['build']}; 95 % intervals by bootstrap",
        "",
        *_rows("retrieval", figures["retrieval"], intervals["retrieval"]),
    ]
    if figures["rows"]:
        answers = {k: v for k, v in figures["answers"].items() if k != "median words"}
        lines += [
            "",
            *(
                f"{name:<24}{_figure(value, intervals['answers'].get(name))}"
                for name, value in answers.items()
            ),
            f"{'median words':<24}{figures['answers']['median words']:.0f}",
            "",
            *_rows("form", figures["by form"]),
            "",
            *_rows("kind", figures["by kind"]),
            "",
            "latency of ask, ms: "
            + ", ".join(f"{name} {value:.1f}" for name, value in figures["latency ms"].items()),
        ]
    return "\n".join(lines)


def row_lines(figures: Mapping[str, Any]) -> str:
    """Return one line of text for each question."""
    return "\n".join(
        f"{row['id']} {row['status']:<12} {row['kind']:<11} {row['confidence']:.2f} "
        f"nuggets {row['nuggets']} recall@5 {row['recall@5']} {row['question']}"
        for row in figures["rows"]
    )


def group_by(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    """Return rows by a key, in the order of first occurrence."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _rates(rows: Sequence[Row], metrics: Iterable[str]) -> dict[str, float]:
    return {metric: round(rate(rows, metric), 4) for metric in metrics}


def _intervals(rows: Sequence[Row], metrics: Iterable[str]) -> dict[str, list[float]]:
    return {
        metric: [round(end, 4) for end in interval(rows, metric)]
        for metric in metrics
        if any(metric in row.parts for row in rows)
    }


def confusion(rows: Iterable[Row]) -> dict[str, dict[str, int]]:
    """Return how often each kind was chosen, by the kind that was expected."""
    matrix: dict[str, dict[str, int]] = {}
    for row in rows:
        if row.expected_kind:
            chosen = matrix.setdefault(row.expected_kind, {})
            chosen[row.chosen_kind] = chosen.get(row.chosen_kind, 0) + 1
    return dict(sorted(matrix.items()))


def _of_kind(rows: Sequence[Row]) -> dict[str, float]:
    return {
        "questions": len(rows),
        **_rates(rows, ("nugget recall", "citation precision")),
        "median words": _median_words(rows),
    }


def _was_answered(row: Row) -> bool:
    return row.answerable and not row.abstained


def _median_words(rows: Iterable[Row]) -> float:
    words = [row.words for row in rows if _was_answered(row)]
    return float(median_high(words)) if words else 0.0


def _latency(rows: Sequence[Row]) -> dict[str, float]:
    if not rows:
        return {}
    total, encode = np.array([row.latency for row in rows]).T
    values = np.percentile(total, [50, 95])
    return {
        "p50": round(float(values[0]), 2),
        "p95": round(float(values[1]), 2),
        "encode p50": round(float(np.percentile(encode, 50)), 2),
    }


def _row(row: Row) -> dict[str, Any]:
    found = {metric: row.parts[metric][0] if metric in row.parts else None for metric in RETRIEVAL}
    return {
        "id": row.id,
        "question": row.question,
        "answerable": row.answerable,
        "status": row.status,
        "kind": row.kind,
        "confidence": row.confidence,
        "nuggets": row.nuggets,
        **found,
    }


def _rows(
    title: str,
    rows: Mapping[str, Mapping[str, float]],
    intervals: Mapping[str, Mapping[str, Interval]] | None = None,
) -> list[str]:
    width = max(len(name) for name in (title, *rows)) + 2
    columns = list(next(iter(rows.values()), {}))
    lines = [f"{title:<{width}}" + "".join(f"{column:<20}" for column in columns)]
    for name, values in rows.items():
        cells = [
            _figure(value, intervals[name].get(column)) if intervals else _plain(value)
            for column, value in values.items()
        ]
        lines.append(f"{name:<{width}}" + "".join(f"{cell:<20}" for cell in cells))
    return [line.rstrip() for line in lines]


def _figure(value: float, between: Interval | None) -> str:
    """Return a figure with its interval; a dash where no question counts in it."""
    return f"{value:.3f}  {between[0]:.2f}-{between[1]:.2f}" if between else "-"


def _plain(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"
