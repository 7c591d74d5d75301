"""What the classifier of kinds learns from: examples, labelled questions and judged ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

import msgspec

from assistant.ask import Assistant
from assistant.kinds import example_questions
from assistant.types import Kind
from eval.questions import Question

_ALSO = 0.4
"""The share of all other kinds that a question may ask for."""

Lesson = tuple[str, Mapping[str, float]]
"""A question with the kinds that it asks for and their shares, which add up to 1."""


class Labelled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question, the kind of answer it asks for, and what else a careful reader might choose.

    `history` has the questions before a follow-up, oldest first.
    """

    question: str
    kind: Kind
    kinds: list[Kind] = []
    history: list[str] = []


def labelled_questions() -> list[Labelled]:
    """Return the questions that are labelled for learning alone."""
    lines = files("eval").joinpath("kinds.jsonl").read_bytes()
    return msgspec.json.Decoder(Labelled).decode_lines(lines)


def lessons(assistant: Assistant, questions: Sequence[Question]) -> list[Lesson]:
    """Return all that it learns from; follow-ups and the judged `questions` are written out."""
    judged = [one for one in questions if one.kind]
    return [*_examples(), *_written_out(assistant, [*labelled_questions(), *judged])]


def _examples() -> Iterator[Lesson]:
    for kind, texts in example_questions().items():
        yield from ((text, _shares(kind, ())) for text in texts)


def _written_out(
    assistant: Assistant, questions: Sequence[Labelled | Question]
) -> Iterator[Lesson]:
    for one in questions:
        yield assistant.understand(one.question, one.history), _shares(one.kind, one.kinds)


def _shares(kind: str, others: Sequence[str]) -> dict[str, float]:
    also = dict.fromkeys(map(str, others), _ALSO / len(others)) if others else {}
    return {str(kind): 1 - sum(also.values()), **also}
