"""A question as it was typed to the question that is searched: checked and trimmed."""

from __future__ import annotations

import re
import unicodedata

from assistant.errors import QuestionError
from index.lexical import STOP_WORDS, terms, words

# "MTTR <target or uptime >target" is no tag: one ends after its name, or goes on with name=value.
_MARKUP = re.compile(
    r"</?[a-zA-Z][\w:-]*(?:\s+[\w:-]+=[^<>]*|\s*/?)>|\{[{%#][^{}]*[}%#]\}",
)
_NAMED = re.compile(r"[^\W_]+(?:[-'\u2019][^\W_]+)*")
ASKS_SPECIMEN = re.compile(
    r"(?<!\bfor )\b(?:examples?|filled[- ](?:in|out))\b"
    r"|(?:^|\b(?:an?|any|some|the|me|us|your) )samples?\b(?! (?:of|size)\b)"
    r"|\b(?:show (?:me|us)|see|look at) one\b|\bshow (?:me|us) an?\b|\blooks? like\W*(?:$|\()",
    re.IGNORECASE,
)
"""Words of who asks to see one of something; "for example" and a sample size are none."""
ASKS_TEMPLATE = re.compile(r"\btemplates?\b", re.IGNORECASE)
"""Words of who asks for a form to fill in."""
_TOLD, _BREATHLESS = 15, 24
"""A situation is told in so many words with a sentence before the question, or in more words."""
_SENTENCE_BEFORE = re.compile(r"[.!]\s")


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


def without_markup(question: str) -> str:
    """Return a question without tags and template marks, as they are no part of what is asked."""
    bare = " ".join(_MARKUP.sub(" ", question).split())
    return bare if content_words(bare) else question


def tells_situation(question: str) -> bool:
    """Return whether a question tells why it is asked, in a sentence before it or at length."""
    length = len(question.split())
    return length > _BREATHLESS or (length >= _TOLD and bool(_SENTENCE_BEFORE.search(question)))


def content_words(question: str) -> list[str]:
    """Return a question's words that carry content, in order."""
    return [word for word in words(question) if word not in STOP_WORDS]


def named_words(question: str) -> list[str]:
    """Return a question's words of content to be named to who asked: `hand-over` is one.

    In lower case, but for those that mean something else so: the US.
    """
    found = (word for word in _NAMED.findall(question) if terms(word))
    lower = (word.lower() if terms(word.lower()) else word for word in found)
    return [re.sub(r"['\u2019]s$", "", word) for word in lower]
