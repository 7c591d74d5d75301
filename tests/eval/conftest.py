from __future__ import annotations

import pytest

from assistant.ask import Assistant
from eval.questions import Question
from eval.results import Result, Row
from eval.run import ABLATIONS, VARIANTS, run


def question(id_: str, text: str, *gold: str, nuggets: tuple[str, ...] = ()) -> Question:
    answerable = bool(gold)
    return Question(
        *(id_, id_, "dev", "plain", text, answerable),
        gold=[[section] for section in gold],
        nuggets=list(nuggets),
    )


TINY_QUESTIONS = [
    question("Q1", "What is a CAB?", "T1#what-a-cab-is", nuggets=("group advises changes",)),
    question(
        *("Q2", "How does a rejected change go on?", "T1#how-a-rejected-change-goes-on"),
        nuggets=("change manager",),
    ),
    question(
        *("Q3", "difference of incident and problem", "T2#difference-between-incident-and-problem"),
        nuggets=("incident disturbs service",),
    ),
    question("Q4", "Which <b>aeroplane</b> flies highest?"),
]


@pytest.fixture
def results(tiny: Assistant) -> list[Result]:
    """Every ranking measured on the tiny handbook."""
    return run(tiny, TINY_QUESTIONS, {**VARIANTS, **ABLATIONS}, "dev")


def rows(*values: float, metric: str = "recall@5") -> list[Row]:
    """Rows whose metric has the given values, each in a group of its own."""
    return [
        Row(f"Q{n}", f"Q{n}", "plain", f"What is {n}?", True, {metric: (value, 1.0)})
        for n, value in enumerate(values)
    ]
