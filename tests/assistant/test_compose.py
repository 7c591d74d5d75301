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


@pytest.mark.model
def test_who_asks_for_an_example_gets_the_whole_of_one(real: Assistant) -> None:
    answer = real.ask("give me an example", ["What is the difference between impact and urgency?"])
    assert any(citation.text.startswith("**Example:") for citation in answer.citations)
    assert answer.status is Status.ANSWERED
    # Who tells of something by way of example asks for none.
    told = real.ask("A user, for example a nurse, says that everything is urgent. What now?")
    assert not any(citation.text.startswith("**Example:") for citation in told.citations)


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("someone clicked on a phishing link", "Security at the service desk: the first minutes"),
        ("somebody changed prod without a ticket", "Unauthorised changes and pressure"),
        ("who is incharge in a war room", "In the war room"),
        ("how long does a shift handover take", "On-call: first steps and hand-overs"),
    ],
)
def test_what_people_type_on_the_spot_is_answered(
    real: Assistant, question: str, title: str
) -> None:
    answer = real.ask(question)
    assert answer.status in {Status.ANSWERED, Status.PARTIAL}
    assert any(citation.title.startswith(title) for citation in answer.citations)
