"""An evaluation as one HTML page that needs nothing else: no file beside it, no network."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from eval import plots
from eval.metrics import RETRIEVAL
from eval.report import figures, group_by
from eval.results import Result, Row

_WORST = 30


def page(results: Sequence[Result]) -> str:
    """Return the report of one evaluation's results as HTML."""
    environment = Environment(
        loader=PackageLoader("eval", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    asked = [row for result in results for row in result.rows if row.status]
    return environment.get_template("report.html").render(
        first=results[0],
        results=results,
        figures=figures(results),
        retrieval_metrics=list(RETRIEVAL),
        plots=_plots(results, asked),
        worst=worst(asked or results[0].rows)[:_WORST],
    )


def worst(rows: Sequence[Row]) -> list[Row]:
    """Return the questions that were not fully answered, the worst first."""

    def value(row: Row) -> tuple[float, ...]:
        parts = (row.parts.get(name) for name in ("recall@5", "nugget recall", "MRR@10"))
        return tuple(part[0] if part else 1.0 for part in parts)

    missed = [row for row in rows if row.answerable and value(row)[:2] < (1.0, 1.0)]
    return sorted(missed, key=lambda row: (value(row), row.id))


def _plots(results: Sequence[Result], asked: Sequence[Row]) -> dict[str, Markup]:
    drawn = {"Recall at k": plots.recall_curves(results)}
    if asked:
        answerable = [row for row in asked if row.answerable]
        metrics = ("recall@5", "nugget recall")
        drawn |= {
            "By form of the question": plots.bars(
                group_by(answerable, lambda row: row.form), metrics
            ),
            "By kind of the answer": plots.bars(
                group_by(answerable, lambda row: row.kind), metrics
            ),
            "Risk and coverage": plots.risk_coverage_curve(asked),
            "Reliability of confidence": plots.reliability_curve(asked),
            "Latency of an answer": plots.latency_histogram(asked),
        }
    return {title: Markup(svg) for title, svg in drawn.items()}
