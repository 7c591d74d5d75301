"""Follow-ups written out, and questions that stand alone left as they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant.ask import Assistant
from assistant.conversation import resolve
from assistant.followup import Talk
from assistant.leaning import Leaning
from index.lexical import terms

NAMES = (
    "CAB, ECAB, PIR, RFC, KEDB, CMDB, MTTR, SLA, OLA, DevOps, ITIL, Asia, Europe, Anika Patel, "
    "incident, problem, change, user, ticket, known error, change freeze, change manager, "
    "emergency change, normal change, incident manager, problem management, post-implementation "
    "review, risk, metric, tier, swarming"
)
COMMON = frozenset(terms("steps benefits mistakes typical decide start risks metrics example"))
ASKED = (
    "risk problem management",
    "benefit problem management",
    "typical mistake problem management",
)


def nearness(question: str) -> float:
    """How near a question is: here, whether people ask for just these words."""
    return 0.8 if " ".join(terms(question)) in {" ".join(terms(one)) for one in ASKED} else 0.5


def talk(leaning: Leaning) -> Talk:
    return Talk(
        written={terms(name): name for name in NAMES.split(", ")},
        share=lambda stem: 0.1 if stem in COMMON else 0.001,
        nearness=nearness,
        encode=lambda question: np.ones(1, dtype=np.float32),
        leaning=leaning,
    )


BY_RULES = talk(Leaning({}, -9.0))
UNLESS_NAMED = talk(Leaning({"named": -9.0}, 1.0))


def written_out(*questions: str, by: Talk = BY_RULES) -> str:
    return resolve(questions[-1], questions[:-1], by)


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        ("What is a CAB?", "Who attends it?", "Who attends a CAB?"),
        ("What is a CAB?", "And how often does it meet?", "How often does a CAB meet?"),
        ("What is a CAB?", "who goes to that meeting?", "Who goes to the CAB meeting?"),
        ("What is a known error?", "where is this recorded?", "Where is a known error recorded?"),
        ("What is DevOps?", "how does it fit with ITIL?", "How does DevOps fit with ITIL?"),
        ("Who is Anika Patel?", "What are her goals?", "What are Anika Patel's goals?"),
        ("How do I write an RFC?", "Give me a template for that", "Give me a template for an RFC?"),
        ("What is swarming?", "compare it with tiers", "Compare swarming with tiers?"),
        ("May I close a ticket for a user?", "What if they object?", "What if a user object?"),
    ],
)
def test_a_word_that_points_is_named(before: str, question: str, meant: str) -> None:
    assert written_out(before, question) == meant


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("Is ITIL worth it for a user?", "which one should I take first?"),  # no two to choose from
        ("May I reset the metric?", "what if he really is the boss?"),  # a metric is no he
    ],
)
def test_a_word_that_points_to_nothing_is_left(before: str, question: str) -> None:
    assert written_out(before, question) == question


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        ("Who owns an incident?", "What about problems?", "Who owns a problem?"),
        ("How is MTTR calculated?", "and the CAB?", "How is the CAB calculated?"),
        ("How is a PIR done?", "And in Asia?", "How is a PIR done in Asia?"),
        ("Which rules apply in Europe?", "and in Asia?", "Which rules apply in Asia?"),
        ("How do I behave in a CAB?", "and in a PIR?", "How do I behave in a PIR?"),
        (
            "Who authorises a normal change?",
            "and for emergency changes?",
            "Who authorises an emergency change?",
        ),
        ("What is a change freeze?", "And an example?", "An example for a change freeze?"),
        ("What is a KEDB good for?", "and for us?", "What is a KEDB good for, for us?"),
    ],
)
def test_another_topic_or_place_is_put_in(before: str, question: str, meant: str) -> None:
    assert written_out(before, question) == meant


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        ("How do I write an RFC?", "Why?", "Why do I write an RFC?"),
        (
            "May I complain about a CAB in public?",
            "Why not?",
            "Why may I not complain about a CAB in public?",
        ),
        ("How is a PIR done?", "how often?", "How often is a PIR done?"),
        ("What is problem management?", "the risks?", "The risks for problem management?"),
        (
            "What is problem management?",
            "what are the benefits?",
            "What are the benefits for problem management?",
        ),
        (
            "What is problem management?",
            "typical mistakes",
            "Typical mistakes for problem management?",
        ),
    ],
)
def test_what_leaves_its_topic_out_takes_the_one_before(
    before: str, question: str, meant: str
) -> None:
    assert written_out(before, question) == meant


def test_a_topic_is_carried_over_several_turns() -> None:
    chain = ["What is a PIR?", "Who attends it?", "And in Asia?", "thanks", "why?"]
    assert written_out(*chain[:3]) == "Who attends a PIR in Asia?"
    assert written_out(*chain) == "Why is a PIR important?"
    changed = ["Who owns an incident?", "What about problems?", "And where is it recorded?"]
    assert written_out(*changed) == "Where is a problem recorded?"


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("Who signs the first one?", "Who signs an SLA?"),
        ("Who signs the latter?", "Who signs an OLA?"),
        ("which is better?", "Which of an SLA and an OLA is better?"),
        ("Which one is stricter?", "Which of an SLA and an OLA is stricter?"),
        ("why though", "Why is an SLA important?"),
    ],
)
def test_one_of_two_is_named(question: str, meant: str) -> None:
    assert written_out("What is the difference between an SLA and an OLA?", question) == meant


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        ('What does "a\\qb" mean?', "and the first one?", 'What does the first of "a\\qb" mean?'),
        ("What is a CAB?", "what about the latter?", "The latter for a CAB?"),
    ],
)
def test_the_first_of_one_thing_is_part_of_it(before: str, question: str, meant: str) -> None:
    assert written_out(before, question) == meant


def test_the_other_one_is_the_one_not_spoken_of_last() -> None:
    asked = "What is the difference between an SLA and an OLA?", "Who signs the second one?"
    assert written_out(*asked, "And the other?") == "Who signs an SLA?"


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        ("What is a PIR?", "no, I meant the ECAB", "What is the ECAB?"),
        ("Who owns an incident?", "not incident, problem", "Who owns a problem?"),
        ("Who owns an incident?", "I meant problem, not incident", "Who owns a problem?"),
        ("Who attends the CAB?", "I mean the ECAB", "Who attends the ECAB?"),
        ("What does a CAB do?", "sorry, PIR", "What does a PIR do?"),
        ("How is a PIR done in Europe?", "no, in Asia", "How is a PIR done in Asia?"),
        ("What is a PIR?", "Sorry, who owns a problem?", "Who owns a problem?"),
        ("What is a PIR?", "I meant: who owns a problem?", "Who owns a problem?"),
        (
            "How many meetings a day?",
            "no I meant how many people, not meetings",
            "How many people (How many meetings a day)?",
        ),
    ],
)
def test_a_correction_is_put_in_place(before: str, question: str, meant: str) -> None:
    assert written_out(before, question) == meant


@pytest.mark.parametrize(
    "question",
    [
        "What is a PIR?",
        "Who invented ITIL?",
        "How do I bake bread?",
        "What is risk?",
        "CMDB accuracy",
        "Is it rude to close a ticket without asking the user?",
        "How long does it take to become a change manager?",
        "How do users know when their ticket is closed?",
        "Someone closed my ticket although it was not solved. What can I do?",
        "My screen has gone blue with a stop code on it. What do I do now?",
        "May I tell a user it will be fixed by noon?",
        "When did Little prove his law?",
        "Is this handbook published by PeopleCert?",
        "A caller pasted his login details into the comments, what now?",
        "How much of its error budget has our payment service left?",
        "Is whoever pays for it the same as whoever works with it?",
        "How long will it be until someone looks at my ticket?",
        *(
            "hi there",
            "thanks",
            "How are you?",
            "Never mind",
            "You are good at this!",
            "Well done",
            "Xyzzy",
        ),
    ],
)
def test_a_question_that_stands_alone_stays_as_it_is(question: str) -> None:
    assert written_out("What is a change freeze?", question) == question


def test_a_lead_in_to_another_topic_is_only_dropped() -> None:
    assert written_out("What is a CAB?", "And what is a PIR?") == "What is a PIR?"


@pytest.mark.parametrize("said", ["ok different topic:", "New question.", "Something else -"])
def test_who_says_that_the_topic_is_another_is_asking_anew(said: str) -> None:
    turns = "What is a CAB?", f"{said} how does it fit?"
    assert written_out(*turns) == "How does it fit?"
    assert written_out(*turns, "and in Asia?") == "How does it fit in Asia?"


def test_who_decides_that_asks_about_all_that_was_asked() -> None:
    meant = "Who decides that? (When does an incident go to the CAB)"
    assert written_out("When does an incident go to the CAB?", "and who decides that?") == (
        f"And {meant[:1].lower()}{meant[1:]}"
    )


def test_without_history_nothing_is_written_out() -> None:
    assert written_out("And in Asia?") == "And in Asia?"


def test_what_leans_and_fits_no_rule_has_the_questions_before_beside_it() -> None:
    asked = ["How do I bake bread?", "Why is that so?", "Every single time?"]
    beside = "Why is that so? (How do I bake bread)"
    assert written_out(*asked[:2], by=UNLESS_NAMED) == beside
    beside = "Every single time? (How do I bake bread, Why is that so)"
    assert written_out(*asked, by=UNLESS_NAMED) == beside


def test_what_names_a_topic_of_its_own_has_nothing_beside_it_and_begins_anew() -> None:
    asked = ["How do I bake bread?", "Is an SLA mandatory?", "Every single time?"]
    assert written_out(*asked[:2], by=UNLESS_NAMED) == "Is an SLA mandatory?"
    assert written_out(*asked, by=UNLESS_NAMED) == "Every single time? (Is an SLA mandatory)"


def test_a_reading_far_from_what_people_ask_gives_way_to_the_questions_beside() -> None:
    asked = ["What is problem management?", "who owns it?"]
    assert written_out(*asked) == "Who owns problem management?"
    beside = "Who owns it? (What is problem management)"
    near = replace(BY_RULES, nearness=lambda question: 0.9 if question == beside else 0.5)
    assert written_out(*asked, by=near) == beside


@pytest.mark.parametrize(
    ("question", "leans"),
    [
        ("even if nobody reads them?", True),
        ("my boss thinks that's overkill", True),
        ("how many people at most?", True),
        ("thank you, that helped a lot", False),
        ("will it rain in Leeds tomorrow?", False),
        ("How do I write a good knowledge article?", False),
    ],
)
def test_whether_a_question_leans_is_told_by_the_handbook(
    real: Assistant, question: str, leans: bool
) -> None:
    history = ["Who has to attend a post-implementation review?"]
    understood = real.understand(question, history)
    assert (history[0].rstrip("?") in understood) is leans


def test_a_told_situation_stands_beside_what_points_back_to_it() -> None:
    told = (
        "A user calls every day about a change that was rejected, and my team lead wants me to "
        "promise her a date. What do I do?"
    )
    meant = written_out(told, "who decides that?")
    assert meant == f"Who decides that? ({told.removesuffix('?')})"
    # Thanks, and what stands alone, need nothing of it.
    assert written_out(told, "thanks") == "thanks"
    plain = (
        "What do I have to do so that a change of the payroll system gets into the CAB this week?"
    )
    assert written_out(plain, "who attends it?") == "Who attends a change?"
    assert written_out(told, "What is a CAB?") == "What is a CAB?"


@pytest.mark.model
def test_who_asks_to_see_one_of_something_else_leans_on_nothing(real: Assistant) -> None:
    history = ["What do I put in a PIR?"]
    assert real.understand("can i see a filled in sla", history) == "can i see a filled in sla"
    assert real.understand("can i see a filled out ola", history) == "can i see a filled out ola"
    assert "PIR" in real.understand("can i see a filled in one", history)
