"""The two questions of one sentence: 'What is a CAB and who attends it?'."""

from __future__ import annotations

import re

_ASKING = r"(?:what|who|whom|whose|when|where|why|how|which)\b"
_TWO = re.compile(
    rf"(?P<first>{_ASKING}[^.!?]+?),?\s+and\s+(?P<second>{_ASKING}[^.!?]+)\??", re.IGNORECASE
)


def two_questions(question: str) -> tuple[str, str] | None:
    """Return both questions where a single sentence asks two, each opening with its own word.

    What a sentence before them tells would be lost to the second, so such a question stays whole.
    """
    match = _TWO.fullmatch(question.strip())
    return (f"{match['first'].strip()}?", f"{match['second'].strip()}?") if match else None
