"""What an answer is made of, on the real handbook."""

from __future__ import annotations

import pytest

from assistant.ask import Assistant
from assistant.types import Kind, Status


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "headings"),
    [
        ("what do slas contain", "What an SLA contains"),
        ("does iso 20000 certify people", "Which certificates exist for ISO/IEC 20000"),
    ],
)
def test_the_nearest_section_answers_first(real: Assistant, question: str, headings: str) -> None:
    answer = real.ask(question)
    assert answer.status is Status.ANSWERED
    assert answer.citations[0].headings == (headings,)


@pytest.mark.model
def test_of_two_questions_the_one_that_has_an_answer_gets_it(real: Assistant) -> None:
    both = "how do i become a change manager and how much do they earn"
    assert real.ask(both).status is Status.PARTIAL
    assert real.ask("how much does a change manager earn").status is Status.NO_ANSWER


@pytest.mark.model
def test_what_the_handbook_answers_does_not_depend_on_the_organisation(real: Assistant) -> None:
    rank = "Our director joined the incident bridge and gives orders. Is she in charge now?"
    assert real.ask(rank).status in {Status.ANSWERED, Status.PARTIAL}
    assert real.ask("When does our Opsgenie contract end?").kind is Kind.ORGANISATION


@pytest.mark.model
def test_a_list_is_not_taken_from_beside_the_best_section(real: Assistant) -> None:
    cited = {citation.title for citation in real.ask("what are the dora metrics").citations}
    assert cited == {"DORA software delivery metrics"}
