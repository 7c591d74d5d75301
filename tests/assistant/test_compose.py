"""What an answer is made of, on the real handbook."""

from __future__ import annotations

from itertools import chain

import pytest

from assistant.ask import Assistant
from assistant.material import DISAGREES, Composition, Part, Region, joined
from assistant.types import Kind, Status
from corpus.labels import read_label
from corpus.types import Block


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "headings"),
    [
        ("what do slas contain", "What an SLA contains"),
        ("who decides priority if the user disagrees", "Who decides the priority of an incident"),
    ],
)
def test_the_nearest_section_answers_first(real: Assistant, question: str, headings: str) -> None:
    answer = real.ask(question)
    assert answer.status is Status.ANSWERED
    assert answer.citations[0].headings == (headings,)


@pytest.mark.model
def test_what_is_asked_of_a_defined_term_is_answered_by_its_definition(real: Assistant) -> None:
    defining: dict[str, list[Block]] = {}
    for block in chain.from_iterable(map(real.index.blocks, real.index.documents)):
        if block.kind == "definition":
            defining.setdefault(read_label(block.label)[0].lower(), []).append(block)
    beside = []
    for name, blocks in sorted(defining.items())[::4]:
        answer = real.ask(f"What is {name}?")
        places = [(one.document_id, one.start) for one in answer.citations[:1]]
        told = any(
            one.document_id == id_ and one.start <= at < one.end
            for one in blocks
            for id_, at in places
        )
        if answer.status is not Status.ANSWERED or not told:
            beside.append(name)
    assert len(defining) > 400
    # Of near namesakes ("assets" and the product Assets) the likelier is told.
    assert len(beside) <= 2, beside


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    [
        "CAB",
        "cab?",
        "what does CAB stand for",
        "Define CAB, please",
        "What is a CAB in plain words?",
        "what's a cab in one sentence",
        "explain the CAB to a non-technical manager",
        "explain the CAB to my boss",
        "What does CAB mean in ITIL?",
        "What is meant by a CAB?",
        "can you explain what a CAB is for someone who's new to IT",
    ],
)
def test_however_a_meaning_is_asked_for_the_definition_leads(
    real: Assistant, question: str
) -> None:
    answer = real.ask(question)
    assert (answer.status, answer.kind) == (Status.ANSWERED, Kind.DEFINITION)
    assert answer.citations[0].text.startswith("A change advisory board (CAB) is")


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "opening"),
    [
        ("COBIT", "COBIT is the governance framework"),
        ("What is governance?", "Governance is how the top"),
        ("incident commander", "An incident commander (IC) leads"),
        ("what are assets", "An IT asset is"),
        ("What is a request for change?", "A request for change (RFC) is"),
    ],
)
def test_of_namesakes_the_one_in_the_question_s_words_is_defined(
    real: Assistant, question: str, opening: str
) -> None:
    assert real.ask(question).citations[0].text.startswith(opening)


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "opening", "columns"),
    [
        ("SLA vs OLA vs UC", "A service level agreement (SLA) is", "| Aspect | SLA | OLA | UC |"),
        (
            "problem vs known error",
            "A known error is a problem",
            "| Aspect | Problem | Known error |",
        ),
        ("RTO vs RPO", "A recovery time objective (RTO) is", "| Aspect | RTO | RPO |"),
        (
            "difference between incident and service request",
            "A service request asks for something agreed, while an incident",
            "| Aspect | Service request | Incident |",
        ),
        (
            "incident vs problem",
            "The difference between an incident and a problem",
            "| Aspect | Incident | Problem |",
        ),
        (
            "ISO 20000 vs ITIL",
            "ISO/IEC 20000-1 is independent",
            "| Aspect | ITIL | ISO/IEC 20000-1 |",
        ),
    ],
)
def test_a_comparison_shows_what_sets_its_sides_apart_and_their_columns(
    real: Assistant, question: str, opening: str, columns: str
) -> None:
    answer = real.ask(question)
    assert answer.citations[0].text.startswith(opening)
    assert columns in answer.markdown.splitlines()
    documents = real.index.documents
    for one in answer.citations:
        assert one.text == documents[one.document_id].text[one.start : one.end]


@pytest.mark.model
def test_no_side_of_a_comparison_is_defined_twice(real: Assistant) -> None:
    told = [citation.text[:20] for citation in real.ask("KPI vs metric").citations]
    assert told == ["A key performance in", "A metric is a measur"]


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    [
        *("What is our CAB?", "Who is in the CAB?", "What does the CAB do in an emergency?"),
        *("What is not an incident?", "What isn't a change?"),
    ],
)
def test_who_asks_more_than_a_meaning_gets_more(real: Assistant, question: str) -> None:
    assert real.ask(question).kind is not Kind.DEFINITION


@pytest.mark.model
def test_of_two_questions_the_one_that_has_an_answer_gets_it(real: Assistant) -> None:
    both = "how do i become a change manager and how much do they earn"
    assert real.ask(both).status is Status.PARTIAL
    assert real.ask("how much does a change manager earn").status is Status.NO_ANSWER


@pytest.mark.model
def test_each_question_of_a_sentence_is_answered_on_the_topic_of_the_first(real: Assistant) -> None:
    several = "What is a major incident, who runs it and how often should updates go out?"
    answer = real.ask(several)
    told = " ".join(citation.text for citation in answer.citations)
    assert answer.status is Status.ANSWERED
    assert "is an incident with the highest business impact" in told
    assert "a major incident manager leads" in told
    assert "Send a P1 update every 30 to 60 minutes" in told
    assert len(answer.citations) <= 6


@pytest.mark.model
def test_what_the_handbook_answers_does_not_depend_on_the_organisation(real: Assistant) -> None:
    rank = "Our director joined the incident bridge and gives orders. Is she in charge now?"
    assert real.ask(rank).status in {Status.ANSWERED, Status.PARTIAL}
    assert real.ask("When does our Opsgenie contract end?").kind is Kind.ORGANISATION


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    ["How much does a ServiceNow licence cost?", "What salary can a change manager expect?"],
)
def test_who_asks_for_a_price_is_told_whom_to_ask(real: Assistant, question: str) -> None:
    answer = real.ask(question)
    assert (answer.status, answer.kind) == (Status.NO_ANSWER, Kind.ORGANISATION)
    assert "The vendor of a product gives quotations" in answer.markdown


@pytest.mark.model
def test_a_list_is_not_taken_from_beside_the_best_section(real: Assistant) -> None:
    cited = {citation.title for citation in real.ask("what are the dora metrics").citations}
    assert cited == {"DORA software delivery metrics"}


@pytest.mark.model
def test_who_asks_for_an_example_gets_the_whole_of_one(real: Assistant) -> None:
    answer = real.ask("give me an example", ["What is an OLA?"])
    assert any(citation.text.startswith("**Example:") for citation in answer.citations)
    assert answer.status is Status.ANSWERED
    # Who tells of something by way of example asks for none.
    told = real.ask("A user, for example a nurse, says that everything is urgent. What now?")
    assert not told.citations[0].text.startswith("**Example:")


@pytest.mark.model
def test_an_example_that_supports_an_answer_is_whole_and_says_that_it_is_one(
    real: Assistant,
) -> None:
    told = [citation.text for citation in real.ask("Who owns ITIL?").citations]
    assert told[0].startswith("PeopleCert has owned ITIL since 2021.")
    assert told[1].startswith("**Example: Checking an offer for an ITIL course.** A training")
    assert told[1].endswith("accredited.")


@pytest.mark.model
def test_what_announces_a_list_does_not_stand_without_it(real: Assistant) -> None:
    answer = real.ask("can I hook PagerDuty into ServiceNow so incidents get created automatically")
    assert answer.status is Status.ANSWERED
    assert not any(citation.text.endswith(":") for citation in answer.citations)


@pytest.mark.model
def test_advice_opens_with_what_to_do(real: Assistant) -> None:
    told = real.ask(
        "During an outage the director asks every five minutes for an ETA. What do I say?"
    )
    assert told.citations[0].text.startswith("Give the manager the time of the next update")


@pytest.mark.model
def test_an_example_stands_with_its_fellows_and_what_they_show(real: Assistant) -> None:
    filled_in = real.ask("can i see a filled in sla")
    examples = [one for one in filled_in.citations if one.text.startswith("**Example: payroll")]
    assert len(examples) > 1
    assert filled_in.citations[0] is examples[0]
    item = real.ask("show me a sample catalogue item").markdown
    assert item.index("**Example: New laptop.**") < item.index("Name:               New laptop")


@pytest.mark.model
def test_who_says_show_me_one_gets_one_and_who_takes_a_sample_does_not(real: Assistant) -> None:
    assert real.ask("can you show me a known error?").markdown.startswith("**Example: a known")
    sampled = real.ask("which records does an auditor sample")
    assert not any(citation.text.startswith("**Example") for citation in sampled.citations)


@pytest.mark.model
def test_an_opinion_does_not_stand_above_steps(real: Assistant) -> None:
    answer = real.ask("What belongs into an onboarding request for a new employee?")
    assert "\n1. " in answer.markdown
    assert not answer.markdown.startswith("Some IT consultants")


@pytest.mark.model
def test_where_more_stands_is_no_quote_of_its_own(real: Assistant) -> None:
    answer = real.ask("quick: ITIL words I shouldn't mix up in front of a client")
    assert answer.status is Status.ANSWERED
    assert not any(one.text.startswith("Details on") for one in answer.citations)


@pytest.mark.model
def test_steps_of_another_section_stand_under_the_best_sentence(real: Assistant) -> None:
    answer = real.ask("how should I handle duplicate tickets step by step")
    assert answer.kind is Kind.PROCEDURE
    assert answer.citations[0].headings == ("Merging duplicate tickets",)
    assert 'has is from "Merging duplicate tickets"' in answer.markdown


@pytest.mark.model
def test_steps_with_no_word_of_the_question_above_them_are_not_quoted(real: Assistant) -> None:
    answer = real.ask("how do I cut down the noise?")
    assert answer.citations[0].headings[0].startswith("Too many alerts")
    assert "abusive" not in answer.markdown


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("what do I put down in a known error record", "Known error number:"),
        ("what do i write first when a service goes down", "Subject: [Service]"),
        ("how do i say no to a change in front of everyone", '"I cannot support the change as'),
    ],
)
def test_who_asks_what_to_write_or_say_gets_the_words(
    real: Assistant, question: str, words: str
) -> None:
    assert words in real.ask(question).markdown


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    [
        "How do you tell whether a known error is out of date?",
        "Who decides what to put in the SLA?",
    ],
)
def test_who_asks_no_wording_gets_no_template(real: Assistant, question: str) -> None:
    assert "```" not in real.ask(question).markdown


@pytest.mark.model
def test_another_saying_does_not_explain_one_that_has_no_card(real: Assistant) -> None:
    answer = real.ask("all our reports are like a watermelon, what does that saying mean")
    assert answer.citations[0].headings == ("What the watermelon effect is",)


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


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "columns"),
    [
        ("difference between normal and emergency change", ("Normal change", "Emergency change")),
        ("5 whys vs ishikawa vs kepner tregoe", ("Five Whys", "Kepner-Tregoe")),
        ("impact vs urgency", ("Impact", "Urgency")),
    ],
)
def test_a_comparison_shows_the_table_that_has_both_as_columns(
    real: Assistant, question: str, columns: tuple[str, str]
) -> None:
    answer = real.ask(question)
    assert answer.kind is Kind.COMPARISON
    header = next(line for line in answer.markdown.splitlines() if line.startswith("| "))
    assert all(f"| {column} |" in header for column in columns)


@pytest.mark.model
def test_above_a_table_stands_what_tells_its_two_sides_apart(real: Assistant) -> None:
    lead = real.ask("SLA vs OLA").markdown.partition("| Aspect")[0]
    assert "service level agreement (SLA)" in lead
    assert "operational level agreement (OLA)" in lead
    assert "SLO" not in lead.partition("**")[0]


@pytest.mark.model
def test_a_table_is_quoted_for_the_number_that_it_holds(real: Assistant) -> None:
    answer = real.ask("how much downtime is 99.5% a month")
    assert any("| 99.5 %" in citation.text for citation in answer.citations)


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("blameless postmortem template", "postmortem"),
        ("what should be on the agenda of a service review meeting", "Service review agenda"),
    ],
)
def test_a_template_is_quoted_if_its_label_says_what_was_asked(
    real: Assistant, question: str, label: str
) -> None:
    answer = real.ask(question)
    assert answer.kind is Kind.TEMPLATE
    assert label.lower() in answer.markdown.partition("ready to copy")[0].lower()


@pytest.mark.model
def test_the_scenery_of_a_told_situation_is_not_missed(real: Assistant) -> None:
    plain = real.ask("we use spreadsheets, why should I maintain a CMDB")
    assert "It does not mention: spreadsheets." in plain.markdown
    told = real.ask(
        "I was peeling potatoes on Saturday. My boss rang because the payroll stood still. "
        "Must I declare a major incident?"
    )
    assert told.status is Status.PARTIAL
    assert "does not mention" not in told.markdown
    breathless = real.ask(
        "i was peeling potatoes on saturday when my boss rang because the payroll stood still and "
        "the barbecue was about to begin so must i declare a major incident or can it wait"
    )
    assert breathless.status is Status.PARTIAL
    assert "does not mention" not in breathless.markdown


@pytest.mark.model
def test_a_comparison_defines_no_side_twice(real: Assistant) -> None:
    quotes = [one.text for one in real.ask("kedb vs knowledge base, do we need both?").citations]
    assert len(quotes) > 1
    assert not [one for one in quotes if any(one in other for other in quotes if other != one)]


def test_of_answers_one_below_the_other_what_disagrees_and_more_are_kept() -> None:
    lead, support, elsewhere, beside = (Region("T1", n, n + 1, ()) for n in range(4))
    parts = (Part("", (support, beside)), Part(DISAGREES, (elsewhere,)))
    one = Composition(Kind.WHO, (lead,), parts, more=(beside,))
    other = Composition(Kind.REASON, (lead, Region("T2", 0, 1, ())))
    both = joined([one, other])
    assert (both.kind, both.lead, both.more) == (Kind.WHO, (lead,), (beside,))
    assert [(part.label, part.regions) for part in both.parts] == [
        ("", (support,)),
        (DISAGREES, (elsewhere,)),
        ("", (Region("T2", 0, 1, ()),)),
    ]
