"""What can be wrong with an evaluation."""

from __future__ import annotations

from corpus.errors import ItsmError


class EvaluationError(ItsmError):
    """A question set cannot be used; the message names file, line and value."""

    exit_code = 6
