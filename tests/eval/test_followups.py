"""What follow-ups lose against the questions that they stand for, and answers that repeat."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.ask import Assistant
from assistant.types import Status
from eval.errors import EvaluationError
from eval.followups import run_followups
from eval.questions import Question, load_questions, shipped_sets
from eval.repeat import require_same
from eval.results import rate


def test_a_follow_up_is_searched_with_what_was_asked_before(tiny: Assistant) -> None:
    asked = Question(
        *("F1", "F1", "dev", "follow-up", "What is it?", True, [["T2#definitions"]], ["cause"]),
        history=["Who owns a problem?"],
        standalone="What is a problem?",
    )
    written, resolved, literal = run_followups(tiny, [asked], "dev")
    assert resolved.rows[0].found == written.rows[0].found
    assert literal.rows[0].found != written.rows[0].found


def test_a_split_without_follow_ups_is_said(tiny: Assistant) -> None:
    with pytest.raises(EvaluationError, match="has no follow-ups"):
        run_followups(tiny, [], "dev")


@pytest.mark.model
def test_follow_ups_lose_little_against_the_questions_they_stand_for(real: Assistant) -> None:
    dev = [one for one in load_questions(shipped_sets()) if one.split == "dev"]
    written, resolved, _ = run_followups(real, dev, "dev")
    assert rate(written.rows, "recall@5") - rate(resolved.rows, "recall@5") <= 0.051


@pytest.mark.model
def test_two_processes_give_the_same_bytes_in_any_order(
    real: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(real.settings.data_dir.parent)
    # Settings of their own, for the other process to go by.
    settings = replace(real.settings, data_dir=Path(real.settings.data_dir.name), max_history=1)
    dev = [one for one in load_questions(shipped_sets()) if one.split == "dev"]
    asked = [(one.question, one.history) for one in (*dev[::60], *dev[-10:])]
    asked.append(("Who attends it?", ["What is a CAB?", "Thanks!"]))
    assert require_same(settings, asked)


@pytest.mark.model
def test_related_questions_and_choices_are_answered(real: Assistant) -> None:
    dev = [one for one in load_questions(shipped_sets()) if one.split == "dev"][::40]
    answers = [real.ask(one) for one in (*(q.question for q in dev), "DORA", "What is a PIR?")]
    offered = {one for answer in answers for one in (*answer.related, *answer.choices)}
    unanswered = [
        one for one in offered if real.ask(one).status not in {Status.ANSWERED, Status.PARTIAL}
    ]
    assert offered
    assert unanswered == []


@pytest.mark.model
def test_an_acronym_with_two_senses_is_asked_back_once(real: Assistant) -> None:
    answer = real.ask("What is DORA?")
    assert answer.status is Status.ANSWERED
    assert "What does Digital Operational Resilience Act mean?" in answer.choices
    assert real.ask("What is DORA?", ["What is a PIR?"]).choices == ()
    assert real.ask("What is a CAB?").choices == ()
