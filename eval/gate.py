"""Whether a change lost answers: one result against another on the same questions.

Twice: `itsm eval gate` holds the program against a committed baseline, and `judge_build` a new
build against the published one before it takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from itertools import chain
from pathlib import Path

import msgspec

from assistant.ask import Assistant
from assistant.settings import Settings
from eval.errors import EvaluationError
from eval.questions import Question, load_questions, section_ids, shipped_sets
from eval.results import Result, Row, rate
from eval.run import MAIN, VARIANTS, run
from eval.significance import difference
from index.errors import BuildRejectedError, IndexUnavailableError
from index.search import Index

GATED = ("recall@5", "nDCG@10", "nugget recall", "abstention precision", "abstention recall")
BASELINE = Path(str(files("eval").joinpath("baseline.json")))
_LEVEL = 0.05 / len(GATED)
"""A loss is significant below it: 0.05 shared among the metrics (Bonferroni)."""
_NAMED = 20
_FEWEST = 20
"""Fewer golden questions than these prove nothing about a build."""


def losses(before: Sequence[Row], after: Sequence[Row]) -> list[str]:
    """Return a line for each metric that fell significantly, and for each question they lost."""
    compared = [difference(before, after, metric, "less") for metric in GATED]
    fallen = [one for one in compared if one.p < _LEVEL]
    lost = {row.id: row for one in fallen for row in lost_questions(before, after, one.metric)}
    return [
        f"{one.metric} fell from {one.before:.3f} to {one.after:.3f} on {one.questions} questions "
        f"(p = {one.p:.4f})."
        for one in fallen
    ] + _listed("Lost", list(lost.values()))


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
            f"{baseline.commit}.\n" + "\n".join(found) + "\nIf that is meant, run `itsm eval gate "
            "--update`."
        )


def golden_questions() -> list[Question]:
    """Return the fixed part of the dev questions that every build is judged by."""
    ids = set(files("eval").joinpath("golden.txt").read_text().split())
    return [question for question in load_questions(shipped_sets()) if question.id in ids]


def judge_build(
    new: Assistant, old: Assistant | None, questions: Sequence[Question], floor: float
) -> str:
    """Compare a new build with the published one; return what was found.

    Only questions whose sections the new build has are counted: others are about another text.

    Args:
        new: the build that is to be published.
        old: the published one, if it can be opened.
        questions: golden questions; each can be answered.
        floor: the least share of them that the first five passages must answer.

    Raises:
        BuildRejectedError: the new build loses significantly or stays below the floor.
    """
    after = _rows(new, questions)
    if len(after) < _FEWEST:
        return (
            f"The build is not judged: the sections of {len(after)} of {len(questions)} golden "
            f"questions are in it, {_FEWEST} are needed."
        )
    before = _rows(old, questions) if old else []
    reached = round(rate(after, "recall@5"), 4)
    reasons = losses(before, after)
    if reached < floor:
        reasons.append(
            f"recall@5 is {reached:.3f} on {len(after)} golden questions, below the floor of "
            f"{floor:.2f} (setting `gate_floor`)."
        )
        reasons += _listed("Missed", [row for row in after if _value(row, "recall@5") < 1])
    if reasons:
        raise BuildRejectedError(
            f"The new build {new.index.manifest.id} is not published.\n"
            + "\n".join(reasons)
            + "\nIt is kept aside; `itsm index build --no-gate` publishes it anyway."
        )
    compared = (
        f"nothing lost against build {old.index.manifest.id}" if old else "no build to compare"
    )
    return f"{len(after)} golden questions: recall@5 {reached:.3f}, {compared}."


def open_for_judging(folder: Path, settings: Settings) -> Assistant | None:
    """Open a build that may be of another format or model, or damaged: then there is none."""
    try:
        return Assistant(Index.open_build(folder, settings.model), settings)
    except IndexUnavailableError:
        return None


def judge_folder(settings: Settings, new: Path, published: Path | None) -> str:
    """Open a new build and hold it against the published one on the golden questions.

    Raises:
        BuildRejectedError: as `judge_build` does.
    """
    assistant = Assistant(Index.open_build(new, settings.model), settings)
    before = open_for_judging(published, settings) if published else None
    return judge_build(assistant, before, golden_questions(), settings.gate_floor / 100)


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


def _rows(assistant: Assistant, questions: Sequence[Question]) -> list[Row]:
    """Return the outcome of the questions whose sections are all in a build."""
    known = {id_ for passage in assistant.index.passages for id_ in section_ids(passage)}
    about = [one for one in questions if known.issuperset(chain.from_iterable(one.gold))]
    return run(assistant, about, {MAIN: VARIANTS[MAIN]})[0].rows if about else []


def _value(row: Row, metric: str) -> float:
    part, whole = row.parts.get(metric, (1.0, 1.0))  # what does not count cannot be wrong
    return part / whole if whole else 1.0


def _listed(title: str, rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    more = [f"  ... and {len(rows) - _NAMED} more"] if len(rows) > _NAMED else []
    return [f"{title}:", *(f"  {row.id} {row.question}" for row in rows[:_NAMED]), *more]
