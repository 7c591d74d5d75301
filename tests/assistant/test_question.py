from __future__ import annotations

import pytest

from assistant.errors import QuestionError
from assistant.question import clean_question, without_markup


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
    ("typed", "asked"),
    [
        ("<h1>What is a CMDB?</h1>", "What is a CMDB?"),
        ("{% raw %}What is a PIR?{% endraw %}", "What is a PIR?"),
        ("{{ config }} who attends?", "who attends?"),
        (
            "Is MTTR < 4 hours and MTBF > 90 days good?",
            "Is MTTR < 4 hours and MTBF > 90 days good?",
        ),
        ("MTTR <target or availability >target?", "MTTR <target or availability >target?"),
        ("Is P1 <p2 and p3> p4?", "Is P1 <p2 and p3> p4?"),
        ('<a href="/x" target=_blank>What</a> is<br/> a <input value=""/>PIR?', "What is a PIR?"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("{{7*7}}", "{{7*7}}"),
    ],
)
def test_markup_is_no_part_of_what_is_asked(typed: str, asked: str) -> None:
    assert without_markup(typed) == asked
