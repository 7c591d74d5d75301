"""Test questions: their form, where they lie, and what makes one invalid.

One JSON object a line. `gold` lists what the question needs; each need is a list of sections
(`document#anchor`), any one of which meets it alone. A nugget is found when one quote holds all
its words, compared by stem; `|` separates alternatives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Literal

import msgspec

from corpus.blocks import heading_anchor
from corpus.types import Passage
from eval.errors import EvaluationError

Split = Literal["dev", "test", "fit", "own"]
Form = Literal[
    "plain",
    "paraphrase",
    "terse",
    "misspelt",
    "scenario",
    "acronym",
    "follow-up",
    "hostile",
]
AskedKind = Literal[
    "",
    "definition",
    "comparison",
    "procedure",
    "etiquette",
    "list",
    "reason",
    "who",
    "when_where",
    "yes_no",
    "saying",
    "template",
    "recommendation",
    "metric",
    "misconception",
    "organisation",
    "small_talk",
    "other_language",
    "out_of_scope",
    "general",
]


PARTLY = "partly"
"""The `reason` of a question that is answered only in part; it settles nothing about confidence."""

UNSEARCHED = "unsearched"
"""The `reason` of a question that none of its best sections answers, and nobody looked further.

What is quoted for it is wrong; whether the handbook answers it is not known.
"""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One test question with its judgements.

    `kind` is the answer it asks for, `kinds` what else would be right. `standalone` writes a
    follow-up out as it would be typed without its `history` (oldest first). `answer` is of people's
    own questions; `grades` tells how well each need's sections answer, 1 if it is not said.
    """

    id: str
    group: str
    split: Split
    form: Form
    question: str
    answerable: bool
    gold: list[list[str]] = []
    nuggets: list[str] = []
    history: list[str] = []
    standalone: str = ""
    kind: AskedKind = ""
    kinds: list[AskedKind] = []
    reason: str = ""
    answer: str = ""
    grades: list[int] = []


LURES = "dev-refusals"
"""How the names of the sets begin that were written to be refused: no sample of what is asked."""


def shipped_sets(names: Sequence[str] = ()) -> list[Path]:
    """Return the question files of the project, or those of some names.

    Raises:
        EvaluationError: a name is unknown.
    """
    folder = Path(str(files("eval").joinpath("sets")))
    known = {path.stem: path for path in sorted(folder.glob("*.jsonl"))}
    if unknown := [name for name in names if name not in known]:
        raise EvaluationError(f"There is no set {unknown[0]!r}. Choose from: {', '.join(known)}.")
    return [known[name] for name in names or known]


def fit_set() -> Path:
    """Return the file of the questions that are for fitting alone."""
    return Path(str(files("eval").joinpath("fit.jsonl")))


def load_questions(paths: Iterable[Path]) -> list[Question]:
    """Read questions from JSON Lines files.

    Raises:
        EvaluationError: a file cannot be read, or a line is not a valid question; the message
            names file and line.
    """
    questions: dict[str, Question] = {}
    splits: dict[str, str] = {}
    for path in paths:
        for number, line in enumerate(_lines(path), 1):
            if not line.strip():
                continue
            question = _question(line, f"{path}:{number}")
            if question.id in questions:
                raise EvaluationError(f"{path}:{number}: the id {question.id} is taken. Rename it.")
            if splits.setdefault(question.group, question.split) != question.split:
                raise EvaluationError(
                    f"{path}:{number}: the group {question.group} is in both splits. Keep "
                    "variants of one question together."
                )
            questions[question.id] = question
    if not questions:
        raise EvaluationError("There are no questions to evaluate with. Name a file that has some.")
    return list(questions.values())


def check_sections(questions: Iterable[Question], known: Mapping[str, object]) -> None:
    """Raise EvaluationError for a gold section that the handbook does not have."""
    for question in questions:
        for section in (section for need in question.gold for section in need):
            if section not in known:
                raise EvaluationError(
                    f"{question.id} expects the section {section}, which the handbook does not "
                    "have. Name the section that answers it now."
                )


def section_ids(passage: Passage) -> list[str]:
    """Return the ids of the sections that a passage is part of, the innermost last."""
    if not passage.headings:
        return [f"{passage.document_id}#"]
    return [f"{passage.document_id}#{heading_anchor(heading)}" for heading in passage.headings]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path} cannot be read: {error}.") from error


def _question(line: str, place: str) -> Question:
    try:
        question = msgspec.json.decode(line, type=Question)
    except msgspec.MsgspecError as error:
        raise EvaluationError(f"{place}: {error}.") from error
    judged = question.nuggets or question.split == "fit"
    if question.answerable != bool(question.gold and judged):
        raise EvaluationError(
            f"{place}: an answerable question has gold sections and nuggets, any other has none."
        )
    if question.kind in question.kinds:
        raise EvaluationError(f"{place}: `kinds` repeats {question.kind!r}, which is the `kind`.")
    if bool(question.standalone) != (question.form == "follow-up"):
        raise EvaluationError(f"{place}: a follow-up has `standalone`, no other question has it.")
    return question
