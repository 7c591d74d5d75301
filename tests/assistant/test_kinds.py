from __future__ import annotations

import numpy as np
import pytest

from assistant.ask import Assistant
from assistant.kinds import KindChooser, example_questions, kind_by_words
from assistant.parts import several_questions
from assistant.render import Renderer
from assistant.types import Kind

NO_SCORES = np.empty(0, dtype=np.float32)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is a CAB?", Kind.DEFINITION),
        ("what does RFC stand for", Kind.DEFINITION),
        ("How do you define a major incident?", Kind.DEFINITION),
        ("CAB vs ECAB", Kind.COMPARISON),
        ("Is a problem the same thing as an incident?", Kind.COMPARISON),
        ("How do I write a PIR?", Kind.PROCEDURE),
        ("My change failed. What should I do?", Kind.PROCEDURE),
        ("May I skip the CAB?", Kind.ETIQUETTE),
        ("The user is silent. Can I close the ticket?", Kind.ETIQUETTE),
        ("Give me a template for an RFC", Kind.TEMPLATE),
        ("How is availability calculated?", Kind.METRIC),
        ("Which roles does a major incident need?", Kind.LIST),
        ("What do I put in a PIR?", Kind.LIST),
        ("Why are small changes documented?", Kind.REASON),
        ("Who chairs the CAB?", Kind.WHO),
        ("When does a CAB meet?", Kind.WHEN_WHERE),
        ("Does every change need approval?", Kind.YES_NO),
        ("approval", Kind.GENERAL),
    ],
)
def test_wording_alone_chooses_the_kind(question: str, kind: Kind) -> None:
    assert kind_by_words(question) is kind


def test_the_highest_score_decides() -> None:
    chooser = KindChooser(["list", "who"])
    assert chooser.choose("CAB vs ECAB", np.array([0.1, 0.2])) is Kind.WHO
    assert chooser.choose("CAB vs ECAB", np.array([0.2, 0.1])) is Kind.LIST


def test_language_saying_and_bare_term_decide_before_the_classifier() -> None:
    chooser, rest = KindChooser(["list", "who"]), ("Who?", np.array([0.0, 1.0]))
    assert chooser.choose(*rest, foreign=True, names_saying=True) is Kind.OTHER_LANGUAGE
    assert chooser.choose(*rest, names_saying=True) is Kind.SAYING
    assert chooser.choose(*rest, names_term=True) is Kind.DEFINITION


def test_without_a_classifier_of_kinds_the_words_decide() -> None:
    assert KindChooser([]).choose("CAB vs ECAB", NO_SCORES) is Kind.COMPARISON
    other = KindChooser(["positive", "negative"])
    assert other.choose("CAB vs ECAB", np.array([0.0, 1.0])) is Kind.COMPARISON


def test_what_no_handbook_holds_is_told_from_the_scores() -> None:
    chooser = KindChooser(["list", "organisation", "out_of_scope"])
    assert chooser.beside(np.array([5.0, 0.0, 0.0])) == pytest.approx((0.007, 0.007), abs=1e-3)
    assert chooser.beside(np.array([0.0, 5.0, 0.0])) == pytest.approx((0.007, 0.987), abs=1e-3)
    assert chooser.beside(np.array([0.0, 0.0, 5.0])) == pytest.approx((0.987, 0.007), abs=1e-3)
    assert KindChooser([]).beside(NO_SCORES) == (0, 0)


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("whats the point of a cab", Kind.REASON),
        ("shift handover note, blank one pls", Kind.TEMPLATE),
        ("how much notice do I owe the board before a normal change", Kind.METRIC),
        ("the user keeps shouting at me, any manners for that?", Kind.ETIQUETTE),
        ("Both were reported at nine. Which of the two comes first?", Kind.RECOMMENDATION),
        ("INC0048213 any news", Kind.ORGANISATION),
    ],
)
def test_kinds_that_no_first_word_tells(real: Assistant, question: str, kind: Kind) -> None:
    assert real.ask(question).asked_kind is kind


@pytest.mark.model
def test_the_shipped_classifier_knows_every_kind(real: Assistant) -> None:
    assert set(real.index.labels) == set(Kind)


def test_every_kind_has_examples_and_a_template() -> None:
    examples = example_questions()
    assert set(examples) == set(Kind) - {Kind.GENERAL}
    assert min(len(questions) for questions in examples.values()) >= 35
    assert set(Renderer().kinds) >= set(Kind) - {Kind.OUT_OF_SCOPE}


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("What is a CAB and who attends it?", ("What is a CAB?", "who attends it?")),
        ("who owns it, and where is it kept", ("who owns it?", "where is it kept?")),
        ("What are the roles and duties in a CAB?", ()),
        ("We failed. What is a PIR and who writes it?", ()),
        (
            "What is a P1, who runs it and how often do updates go out?",
            ("What is a P1?", "who runs it?", "how often do updates go out?"),
        ),
        ("When a change fails, who is told?", ()),
        ("Is it big? And who owns it?", ("Is it big?", "who owns it?")),
        ("Can anyone raise it, and what if not", ("Can anyone raise it?", "what if not?")),
        ("What if it fails and is not restored?", ()),
        ("Is a boat big and who owns it now? Please.", ()),
    ],
)
def test_several_questions_of_one_sentence(question: str, parts: tuple[str, ...]) -> None:
    assert several_questions(question) == parts
