from __future__ import annotations

import pytest

from assistant.kinds import choose_kind
from assistant.types import Kind


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
        ("Why are small changes documented?", Kind.GENERAL),
    ],
)
def test_wording_chooses_the_kind(question: str, kind: Kind) -> None:
    assert choose_kind(question) is kind


def test_a_saying_or_a_bare_term_decides_before_the_wording() -> None:
    assert choose_kind("May I say it?", names_saying=True) is Kind.SAYING
    assert choose_kind("incident", names_term=True) is Kind.DEFINITION
