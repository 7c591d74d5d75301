"""Questions as retyped in a hurry against the questions as written: what misspelling loses."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

import msgspec

from assistant.ask import Assistant
from eval.questions import Question
from eval.results import Result
from eval.run import MAIN, VARIANTS, run


class Retyped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question by its id, with the mistakes that people make."""

    id: str
    question: str


def load_retyped() -> list[Retyped]:
    """Return the retyped questions, of either split and of those for fitting."""
    lines = files("eval").joinpath("misspelt.jsonl").read_bytes()
    return msgspec.json.Decoder(Retyped).decode_lines(lines)


def run_misspelt(
    assistant: Assistant, questions: Sequence[Question], retyped: Sequence[Retyped]
) -> tuple[Result, Result]:
    """Search for those of the questions that were retyped: as written, and with mistakes."""
    known = {one.id: one for one in questions}
    both = [(known[one.id], one.question) for one in retyped if one.id in known]
    written = [one for one, _ in both]
    mistyped = [
        msgspec.structs.replace(one, question=typed, form="misspelt") for one, typed in both
    ]
    variants = {MAIN: VARIANTS[MAIN]}
    as_written, with_mistakes = (
        run(assistant, of, variants, label, answers=False)[0]
        for of, label in ((written, "as written"), (mistyped, "with mistakes"))
    )
    return as_written, with_mistakes
