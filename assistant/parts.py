"""The two questions of one sentence: 'What is a CAB and who attends it?'."""

from __future__ import annotations

import re

# A verb opens a question only before who or what it is about: 'and is not restored' is none.
_ABOUT = (
    r"(?:i|we|you|he|she|it|they|there|this|that|these|those|an?|the|my|our"
    r"|any\w*|some\w*|every\w*|(?-i:[A-Z]{2,}))\b"
)
_ASKING = (
    r"(?:(?:what|who|whom|whose|when|where|why|how|which)\b"
    rf"|(?:is|are|do|does|did|can|could|may|must|should|will|would|has|have)\s+{_ABOUT})"
)
_TWO = re.compile(
    rf"(?P<first>{_ASKING}[^.!?]+?)(?:,?\s+and|\?(?:\s+and)?)\s+(?P<second>{_ASKING}[^.!?]+)\??",
    re.IGNORECASE,
)


def two_questions(question: str) -> tuple[str, str] | None:
    """Return both questions where a single sentence asks two, each opening with its own word.

    What a sentence before them tells would be lost to the second, so such a question stays whole.
    """
    match = _TWO.fullmatch(question.strip())
    return (f"{match['first'].strip()}?", f"{match['second'].strip()}?") if match else None
