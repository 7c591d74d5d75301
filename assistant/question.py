"""A question as it was typed to the question that is searched: checked, trimmed, resolved."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from assistant.errors import QuestionError
from index.lexical import STOP_WORDS, words

_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that|these|those|he|she|him|her)\b", re.IGNORECASE
)
_CONTINUES = re.compile(
    r"^\s*(?:and|but|or|so|also|then|what about|how about|what if|why|why not|since when"
    r"|for example|for whom|by whom|with whom)\b",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"^\s*(?:and|but|or|so|also|then|what about|how about)\b[\s,]*", re.IGNORECASE
)
# A question of so few words of content that it hardly stands alone.
_FEW = 2


def clean_question(question: str, longest: int) -> str:
    """Return a question with single spaces.

    Raises:
        QuestionError: it is blank, too long, not valid Unicode, or holds control characters.
    """
    if "\ufffd" in question or any("\ud800" <= character <= "\udfff" for character in question):
        raise QuestionError("The question is not valid UTF-8. Send it as UTF-8 text.")
    for character in question:
        if unicodedata.category(character) == "Cc" and character not in "\t\n\r":
            raise QuestionError(
                f"The question holds the control character U+{ord(character):04X}. Remove it."
            )
    text = " ".join(unicodedata.normalize("NFC", question).split())
    if not text:
        raise QuestionError("The question is empty. Type a question, such as: What is a PIR?")
    if len(text) > longest:
        raise QuestionError(
            f"The question has {len(text):,} characters, the most is {longest:,}. Shorten it."
        )
    return text


def resolve(question: str, history: Sequence[str], topic: Callable[[str], str | None]) -> str:
    """Return a follow-up written out with the questions before, any other question unchanged.

    A pronoun is replaced by the topic of the latest question that has one ('Who attends it?'
    after 'What is a CAB?'); a question that only goes on ('And in Asia?') follows the latest
    question that stands alone.

    Args:
        question: the question, cleaned.
        history: earlier questions, oldest first.
        topic: finds the handbook's term that a question is about.
    """
    if not history or not _depends(question, topic):
        return question
    before = _standalone(history, topic)
    subject = topic(before)
    if subject and _PRONOUN.search(question):
        return _LEAD_IN.sub("", _PRONOUN.sub(subject, question, count=1))
    rest = _LEAD_IN.sub("", question)
    return f"{before.rstrip('?!. ')}: {rest}"


def content_words(question: str) -> list[str]:
    """Return a question's words that carry content, in order."""
    return [word for word in words(question) if word not in STOP_WORDS]


def _depends(question: str, topic: Callable[[str], str | None]) -> bool:
    if _CONTINUES.match(question):
        return True
    if _PRONOUN.search(question) and topic(question) is None:
        return True
    return not topic(question) and len(content_words(question)) < _FEW


def _standalone(history: Sequence[str], topic: Callable[[str], str | None]) -> str:
    """Return the latest question that does not itself lean on another, else the oldest."""
    for before in reversed(history):
        if not _depends(before, topic):
            return before
    return history[0]
