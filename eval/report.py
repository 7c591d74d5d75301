"""Figures of an evaluation as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def table(figures: Mapping[str, Any]) -> str:
    """Return all figures of one evaluation as aligned text."""
    lines = [
        f"{figures['split']} split: {figures['questions']} questions, {figures['answerable']} "
        f"answerable, build {figures['build']}",
        "",
        *_rows("retrieval", figures["retrieval"]),
        "",
        *(f"{name:<22}{value:>9.3f}" for name, value in figures["answers"].items()),
        "",
        *_rows("form", figures["by form"]),
        "",
        "latency of ask, ms: "
        + ", ".join(f"{name} {value:.1f}" for name, value in figures["latency ms"].items()),
    ]
    for row in figures.get("rows", ()):
        lines.append(
            f"{row['id']} {row['status']:<12} {row['kind']:<11} {row['confidence']:.2f} "
            f"nuggets {row['nuggets']} recall@5 {row['recall@5']} {row['question']}"
        )
    return "\n".join(lines)


def _rows(title: str, rows: Mapping[str, Mapping[str, float]]) -> list[str]:
    columns = list(next(iter(rows.values())))
    head = f"{title:<12}" + "".join(f"{column:>15}" for column in columns)
    return [
        head,
        *(
            f"{name:<12}" + "".join(f"{values[column]:>15.3f}" for column in columns)
            for name, values in rows.items()
        ),
    ]
