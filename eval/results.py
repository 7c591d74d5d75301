"""What an evaluation leaves behind: one result for each variant, one row for each question.

A metric is a ratio of two sums, and each question brings a part and a whole to it: recall brings
the share of needs met, and 1; citation precision the quotes from a gold section, and all quotes.
So one formula serves every figure, interval and test.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from eval.errors import EvaluationError

Part = tuple[float, float]


class Place(msgspec.Struct, frozen=True):
    """A section or passage as people are shown it."""

    id: str
    title: str
    text: str


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one question brought.

    Attributes:
        group: variants of one question share it; intervals and tests resample groups.
        parts: part and whole of each metric that the question counts in.
        ranks: where each need was first met; `None` if not among the passages that were looked at.
        expected: the sections that meet the needs.
        found: the best passages.
        nuggets: found and all, as `2/3`.
        kind: the shape that the answer has.
        chosen_kind: what the question was taken to ask for.
        expected_kind: what it asks for.
        words: length of the answer, sources included.
        latency: milliseconds of the whole answer and of its encoding.
    """

    id: str
    group: str
    form: str
    question: str
    answerable: bool
    parts: dict[str, Part]
    ranks: list[int | None] = []
    expected: list[Place] = []
    found: list[Place] = []
    status: str = ""
    kind: str = ""
    chosen_kind: str = ""
    expected_kind: str = ""
    confidence: float = 0.0
    nuggets: str = ""
    words: int = 0
    latency: tuple[float, float] = (0.0, 0.0)

    @property
    def abstained(self) -> bool:
        """Whether no answer was given."""
        return "abstention precision" in self.parts


class Result(msgspec.Struct, frozen=True):
    """One variant measured on one build at one commit; `settings` are what it was run with."""

    variant: str
    questions: str
    build: str
    commit: str
    created: str
    settings: dict[str, Any]
    rows: list[Row]


def rate(rows: Iterable[Row], metric: str) -> float:
    """Return a metric over some rows; 0 where no question counts in it."""
    parts = [row.parts[metric] for row in rows if metric in row.parts]
    whole = sum(whole for _, whole in parts)
    return sum(part for part, _ in parts) / whole if whole else 0.0


def load_result(path: Path) -> Result:
    """Read a stored result.

    Raises:
        EvaluationError: there is none, or the file is something else.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Result)
    except (OSError, msgspec.MsgspecError) as error:
        raise EvaluationError(
            f"{path} cannot be read as a result ({error}). Store one with `itsm eval run --save`."
        ) from error


def file_name(result: Result) -> str:
    """Return what a result is called where results are kept: build, commit, questions, variant."""
    parts = (result.build, result.commit, result.questions, result.variant)
    return "-".join(re.sub(r"[^\w.]+", "-", part) for part in parts) + ".json"


def save_result(result: Result, path: Path) -> None:
    """Write a result, one row a line, so that two of them can be compared by eye."""
    head, rows = msgspec.json.encode(msgspec.structs.replace(result, rows=[])), result.rows
    lines = b",\n".join(msgspec.json.encode(row) for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head.removesuffix(b"]}") + b"\n" + lines + b"\n]}\n")
