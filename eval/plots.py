"""Plots of an evaluation as SVG that takes its colours from the page around it."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.rcsetup import cycler
from sklearn.calibration import calibration_curve

from eval.results import Result, Row, rate
from eval.significance import interval

Curve = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]

_DEPTH = 20
_BINS = 8
# Stand-ins for the CSS variables `--c1` to `--c7` of the page, which has a light and a dark set.
_COLOURS = [f"#00000{number}" for number in range(1, 8)]
_STYLED = mpl.rc_context(
    {
        "svg.fonttype": "none",
        "svg.hashsalt": "itsm",
        "font.family": "sans-serif",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.prop_cycle": cycler(color=_COLOURS),
        "legend.frameon": False,
    }
)


@_STYLED
def recall_curves(results: Sequence[Result]) -> str:
    """Plot the share of needs met by the k best passages, for each ranking."""
    figure, axes = _axes("passages looked at (k)", "recall@k")
    depths = range(1, _DEPTH + 1)
    for result in results:
        shares = [recall_at(result.rows, depth) for depth in depths]
        style = "--" if "without" in result.variant else "-"
        axes.plot(list(depths), shares, style, label=result.variant)
    axes.set_xticks([1, *range(5, _DEPTH + 1, 5)])
    axes.legend()
    return _svg(figure)


@_STYLED
def bars(groups: Mapping[str, Sequence[Row]], metrics: Sequence[str]) -> str:
    """Plot metrics for groups of questions, with 95 % intervals."""
    figure, axes = _axes("", "", height=0.8 + 0.42 * len(groups))
    height = 0.8 / len(metrics)
    for number, metric in enumerate(metrics):
        values = np.array([rate(rows, metric) for rows in groups.values()])
        ends = np.array([interval(rows, metric) for rows in groups.values()]).T
        places = np.arange(len(groups)) + (number - (len(metrics) - 1) / 2) * height
        errors = np.abs(ends - values)
        axes.barh(places, values, height, xerr=errors, label=metric, error_kw={"ecolor": "#000000"})
    axes.set_yticks(range(len(groups)), [f"{name} ({len(rows)})" for name, rows in groups.items()])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=len(metrics))
    return _svg(figure)


@_STYLED
def risk_coverage_curve(rows: Sequence[Row]) -> str:
    """Plot how often the assistant is wrong if it answers only where it is surest."""
    figure, axes = _axes("coverage: share of questions answered", "risk: share of those wrong")
    axes.plot(*risk_coverage(rows))
    axes.set_xlim(0, 1)
    axes.set_ylim(0, None)
    return _svg(figure)


@_STYLED
def reliability_curve(rows: Sequence[Row]) -> str:
    """Plot the share of right answers by stated confidence; the diagonal is perfect."""
    figure, axes = _axes("confidence", "share of answers that are right")
    axes.plot([0, 1], [0, 1], ":", color="#000000", label="perfect")
    axes.plot(*reliability(rows), "o-", color=_COLOURS[0], label="measured")
    axes.legend()
    return _svg(figure)


@_STYLED
def latency_histogram(rows: Sequence[Row]) -> str:
    """Plot how long answers took."""
    figure, axes = _axes("milliseconds", "answers")
    axes.hist([row.latency[0] for row in rows], bins=30)
    return _svg(figure)


def recall_at(rows: Sequence[Row], depth: int) -> float:
    """Return the mean share of needs that were met by the best passages."""
    shares = [
        sum(rank is not None and rank <= depth for rank in row.ranks) / len(row.ranks)
        for row in rows
        if row.ranks
    ]
    return sum(shares) / len(shares) if shares else 0.0


def risk_coverage(rows: Sequence[Row]) -> Curve:
    """Return coverage and risk as ever less sure answers are added.

    Right is a question with a passage that meets a need among the first five.
    """
    judged = [row for row in rows if row.ranks or not row.answerable]
    ordered = sorted(judged, key=lambda row: -row.confidence)
    wrong = [not any(rank and rank <= 5 for rank in row.ranks) for row in ordered]
    count = np.arange(1, len(ordered) + 1)
    return count / max(len(ordered), 1), np.cumsum(wrong) / count


def reliability(rows: Sequence[Row]) -> Curve:
    """Return mean confidence of answers and the share that is right, in bins of equal size.

    Right is an answer that quotes a section that answers.
    """
    cites = "answers citing gold"
    judged = [
        row for row in rows if not row.abstained and (cites in row.parts or not row.answerable)
    ]
    if not judged:
        return np.empty(0), np.empty(0)
    right = [row.parts.get(cites, (0.0, 1))[0] > 0 for row in judged]
    confidence = [row.confidence for row in judged]
    share, mean = calibration_curve(right, confidence, n_bins=_BINS, strategy="quantile")
    return mean, share


def _axes(across: str, up: str, height: float = 3.2) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6.4, height), layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    return figure, axes


def _svg(figure: Figure) -> str:
    """Return a figure as an `<svg>` element for a page."""
    text = io.StringIO()
    figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' xmlns(:xlink)?="[^"]*"', "", svg)  # HTML knows them
    svg = re.sub(r' id="[A-Za-z0-9.]+_\d+"', "", svg)  # several plots share a page
    svg = re.sub(r"#00000([1-7])", r"var(--c\1)", svg)
    return svg.replace("#000000", "currentColor")
