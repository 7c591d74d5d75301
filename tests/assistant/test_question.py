from __future__ import annotations

import pytest

from assistant.errors import QuestionError
from assistant.question import clean_question, resolve

TOPICS = {"cab": "CAB", "pir": "PIR", "incident": "incident"}


def topic(question: str) -> str | None:
    return next((term for word, term in TOPICS.items() if word in question.lower()), None)


def test_white_space_is_folded() -> None:
    assert clean_question("  What \n is\ta  CAB? ", 100) == "What is a CAB?"


@pytest.mark.parametrize("blank", ["", "   ", "\n\t"])
def test_a_blank_question_is_refused(blank: str) -> None:
    with pytest.raises(QuestionError, match="empty"):
        clean_question(blank, 100)


def test_length_is_bounded_and_said() -> None:
    assert clean_question("x" * 100, 100)
    with pytest.raises(QuestionError, match="has 101 characters, the most is 100"):
        clean_question("x" * 101, 100)


@pytest.mark.parametrize(("bad", "said"), [("a\x00b", "U\\+0000"), ("a\x1b[31m", "U\\+001B")])
def test_control_characters_are_refused_by_name(bad: str, said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        clean_question(bad, 100)


@pytest.mark.parametrize("bad", ["caf\udce9", "na\ufffdve"])
def test_what_was_not_utf8_is_refused(bad: str) -> None:
    with pytest.raises(QuestionError, match="not valid UTF-8"):
        clean_question(bad, 100)


@pytest.mark.parametrize(
    ("question", "history", "resolved"),
    [
        ("Who attends it?", ["What is a CAB?"], "Who attends CAB?"),
        ("And who attends it?", ["What is a CAB?"], "who attends CAB?"),
        ("And in Asia?", ["How is a PIR done?"], "How is a PIR done: in Asia?"),
        ("Why?", ["How is a PIR done?"], "How is a PIR done: Why?"),
        ("What about a PIR?", ["Who attends a CAB?"], "Who attends a CAB: a PIR?"),
        ("Who attends it?", ["What is a CAB?", "And why?"], "Who attends CAB?"),
        ("What is a PIR?", ["What is a CAB?"], "What is a PIR?"),
        ("Who attends it?", [], "Who attends it?"),
    ],
)
def test_follow_ups_are_written_out_and_others_left_alone(
    question: str, history: list[str], resolved: str
) -> None:
    assert resolve(question, history, topic) == resolved
