"""Follow-ups against the questions that they stand for: what resolving them loses."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from assistant.ask import Assistant
from eval.errors import EvaluationError
from eval.questions import Question
from eval.results import Result
from eval.run import MAIN, VARIANTS, run


def run_followups(
    assistant: Assistant, questions: Sequence[Question], split: str
) -> tuple[Result, Result, Result]:
    """Search for each follow-up written out by hand, resolved with its history, and as it stands.

    Raises:
        EvaluationError: none of the questions is a follow-up.
    """
    asked = [one for one in questions if one.standalone]
    if not asked:
        raise EvaluationError(f"The {split} split has no follow-ups. Add some with `standalone`.")
    replace = msgspec.structs.replace
    forms = {
        "written out": [replace(one, question=one.standalone, history=[]) for one in asked],
        "resolved": asked,
        "as it stands": [replace(one, history=[]) for one in asked],
    }
    variants = {MAIN: VARIANTS[MAIN]}
    written, resolved, literal = (
        run(assistant, of, variants, f"{split} follow-ups, {name}", answers=False)[0]
        for name, of in forms.items()
    )
    return written, resolved, literal
