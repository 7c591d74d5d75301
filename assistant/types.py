"""What an answer is made of.

`Answer` without `nearest` and `asked_kind` is the wire form of the API and CLI.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from corpus.types import Passage, Span


class Status(StrEnum):
    """How far the handbook answers a question."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NO_ANSWER = "no_answer"
    OUT_OF_SCOPE = "out_of_scope"


class Kind(StrEnum):
    """What a question asks for; each has a template of its name, and examples but for the last."""

    DEFINITION = "definition"
    COMPARISON = "comparison"
    PROCEDURE = "procedure"
    ETIQUETTE = "etiquette"
    LIST = "list"
    REASON = "reason"
    WHO = "who"
    WHEN_WHERE = "when_where"
    YES_NO = "yes_no"
    SAYING = "saying"
    TEMPLATE = "template"
    RECOMMENDATION = "recommendation"
    METRIC = "metric"
    MISCONCEPTION = "misconception"
    ORGANISATION = "organisation"
    SMALL_TALK = "small_talk"
    OTHER_LANGUAGE = "other_language"
    OUT_OF_SCOPE = "out_of_scope"
    GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span that may be quoted, and how well it fits: 0 to about 1."""

    span: Span
    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quote: exactly `text[start:end]` of one version of a document, and its place."""

    number: int
    document_id: str
    title: str
    headings: tuple[str, ...]
    sha256: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A place in the handbook, for reading on."""

    document_id: str
    title: str
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class More:
    """Quotes beside an answer, for those who want more than it; numbered on from its own."""

    markdown: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked, what the handbook says, and where.

    `id` is a hash of question, history, build and settings, so equal ids mean equal answers.
    `confidence` estimates the probability that what is quoted answers the question. `timings` are
    milliseconds by stage, the only part that differs between two runs. `kind` is the shape that the
    answer has, `asked_kind` the one that the question asks for; they differ where the handbook has
    nothing of that shape, or no answer. `choices` are questions that it may
    also have meant; each is answered. `more` is what else the handbook says to it.
    """

    id: str
    question: str
    resolved_question: str
    status: Status
    kind: Kind
    confidence: float
    markdown: str
    citations: tuple[Citation, ...]
    related: tuple[str, ...]
    build: str
    timings: Mapping[str, float] = field(compare=False)
    nearest: tuple[Section, ...] = ()
    asked_kind: Kind = Kind.GENERAL
    choices: tuple[str, ...] = ()
    more: More | None = None
