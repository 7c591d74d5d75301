"""The questions of one sentence: 'What is a CAB and who attends it?'."""

from __future__ import annotations

import re

# A verb opens a question only before who or what it is about: 'and is not restored' is none.
_ABOUT = (
    r"(?:i|we|you|he|she|it|they|there|this|that|these|those|an?|the|my|our"
    r"|any\w*|some\w*|every\w*|(?-i:[A-Z]{2,}))\b"
)
_ASKING = (
    r"(?:(?:(?:what|who|where|how)'?s|what|who|whom|whose|when|where|why|how|which)\b"
    rf"|(?:is|are|do|does|did|can|could|may|must|should|will|would|has|have)\s+{_ABOUT})"
)
_OPENS = re.compile(_ASKING, re.IGNORECASE)
_BETWEEN = re.compile(rf"(?:\?(?:\s+and)?|,?\s+and|(?P<comma>,))\s+(?={_ASKING})", re.IGNORECASE)
_MOST = 3


def several_questions(question: str) -> tuple[str, ...]:
    """Return the two or three questions of a single sentence, each opening with its own word.

    None where it asks one, or more. What a sentence before them tells would be lost to the others,
    so such a question stays whole, and so does one with nothing but a comma between two.
    """
    text = question.strip().rstrip("?").strip()
    breaks = list(_BETWEEN.finditer(text))
    if not breaks or re.search(r"[.!]", text) or not _OPENS.match(text):
        return ()
    starts, ends = (
        [0, *(one.end() for one in breaks)],
        [*(one.start() for one in breaks), len(text)],
    )
    parts = tuple(f"{text[start:end].strip()}?" for start, end in zip(starts, ends, strict=True))
    if len(parts) > _MOST or all(one["comma"] for one in breaks):
        return ()
    return parts
