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
    """Return the retyped questions, each of the dev split or for fitting."""
    lines = files("eval").joinpath("misspelt.jsonl").read_bytes()
    return msgspec.json.Decoder(Retyped).decode_lines(lines)


def run_misspelt(
    assistant: Assistant, questions: Sequence[Question], retyped: Sequence[Retyped]
) -> tuple[Result, Result]:
    """Search for those of the questions that were retyped: as written, and with mistakes."""
    known = {one.id: one for one in questions}
    written = [known[one.id] for one in retyped]
    mistyped = [
        msgspec.structs.replace(known[one.id], question=one.question, form="misspelt")
        for one in retyped
    ]
    variants = {MAIN: VARIANTS[MAIN]}
    as_written, with_mistakes = (
        run(assistant, of, variants, label, answers=False)[0]
        for of, label in ((written, "as written"), (mistyped, "with mistakes"))
    )
    return as_written, with_mistakes
