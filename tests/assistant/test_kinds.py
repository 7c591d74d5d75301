from __future__ import annotations

import re
from dataclasses import astuple, replace

import numpy as np
import pytest

from assistant.confidence import Features
from assistant.kinds import (
    KindChooser,
    KindModel,
    asking_words,
    example_questions,
    kind_by_words,
    load_kind_model,
)
from assistant.parts import two_questions
from assistant.render import Renderer
from assistant.types import Kind
from eval.questions import load_questions, shipped_sets

FEATURES = Features(*[0.0] * len(Features.__dataclass_fields__))
# Two kinds told apart by one word, one feature and one component of the vector.
MODEL = KindModel(
    encoder="e",
    kinds=[Kind.LIST, Kind.WHO],
    intercept=[0.1, 0.0],
    features={name: [0.0, 5.0 if name == "own" else 0.0] for name in Features.__dataclass_fields__},
    words={"who": [0.0, 5.0]},
    vector=[[0.0, 0.0], [0.0, 5.0]],
)


def choose(question: str, vector: list[float], features: Features = FEATURES) -> Kind:
    return KindChooser("e", MODEL).choose(question, np.array(vector), features)


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


def test_words_features_and_vector_each_can_decide() -> None:
    assert choose("Which roles?", [1.0, 0.0]) is Kind.LIST
    assert choose("And who?", [1.0, 0.0]) is Kind.WHO
    assert choose("Which roles?", [0.0, 1.0]) is Kind.WHO
    assert choose("Which roles?", [1.0, 0.0], replace(FEATURES, own=1.0)) is Kind.WHO


def test_language_saying_and_bare_term_decide_before_the_classifier() -> None:
    chooser, rest = KindChooser("e", MODEL), ("Who?", np.array([0.0, 1.0]), FEATURES)
    assert chooser.choose(*rest, foreign=True, names_saying=True) is Kind.OTHER_LANGUAGE
    assert chooser.choose(*rest, names_saying=True) is Kind.SAYING
    assert chooser.choose(*rest, names_term=True) is Kind.DEFINITION


def test_with_another_encoder_the_words_decide() -> None:
    chooser = KindChooser("another", MODEL)
    assert chooser.choose("CAB vs ECAB", np.zeros(64), FEATURES) is Kind.COMPARISON


def test_only_the_sentence_that_asks_is_read() -> None:
    words = asking_words("Nobody told me who it was. Which roles are there?")
    assert {"^", "^ which", "which roles", "rule=list"} <= words
    assert "who" not in words


def test_the_shipped_classifier_fits_the_program() -> None:
    model = load_kind_model()
    assert set(model.kinds) == set(Kind)
    assert list(model.features) == list(Features.__dataclass_fields__)
    width = len(model.vector) + len(astuple(FEATURES))
    rows = [model.intercept, *model.vector, *model.features.values(), *model.words.values()]
    assert width == 384 + len(model.features)
    assert {len(row) for row in rows} == {len(model.kinds)}


def test_every_kind_has_examples_and_a_template() -> None:
    examples = example_questions()
    assert set(examples) == set(Kind) - {Kind.GENERAL}
    assert min(len(questions) for questions in examples.values()) >= 35
    assert set(Renderer().kinds) >= set(Kind) - {Kind.OUT_OF_SCOPE}


def test_no_example_is_an_evaluation_question() -> None:
    def plain(text: str) -> str:
        return " ".join(re.findall(r"\w+", text.lower()))

    measured = {plain(one.question) for one in load_questions(shipped_sets())}
    copied = [one for of in example_questions().values() for one in of if plain(one) in measured]
    assert copied == []


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("What is a CAB and who attends it?", ("What is a CAB?", "who attends it?")),
        ("who owns it, and where is it kept", ("who owns it?", "where is it kept?")),
        ("What are the roles and duties in a CAB?", None),
        ("We failed. What is a PIR and who writes it?", None),
        ("Is it big and who owns it?", None),
    ],
)
def test_two_questions_of_one_sentence(question: str, parts: tuple[str, str] | None) -> None:
    assert two_questions(question) == parts
