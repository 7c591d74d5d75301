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
    """A question, the kind of answer it asks for, and what else a careful reader might choose."""

    question: str
    kind: Kind
    kinds: list[Kind] = []


def labelled_questions() -> list[Labelled]:
    """Return the questions that are labelled for learning alone."""
    lines = files("eval").joinpath("kinds.jsonl").read_bytes()
    return msgspec.json.Decoder(Labelled).decode_lines(lines)


def lessons(assistant: Assistant, questions: Sequence[Question]) -> list[Lesson]:
    """Return all that the classifier learns from, the judged `questions` written out."""
    return [*_examples(), *_judged(assistant, questions)]


def _examples() -> Iterator[Lesson]:
    for kind, texts in example_questions().items():
        yield from ((text, _shares(kind, ())) for text in texts)
    for one in labelled_questions():
        yield one.question, _shares(one.kind, one.kinds)


def _judged(assistant: Assistant, questions: Sequence[Question]) -> Iterator[Lesson]:
    for one in questions:
        if one.kind:
            asked = assistant.understand(one.question, one.history)
            yield asked, _shares(one.kind, one.kinds)


def _shares(kind: str, others: Sequence[str]) -> dict[str, float]:
    also = dict.fromkeys(map(str, others), _ALSO / len(others)) if others else {}
    return {str(kind): 1 - sum(also.values()), **also}
