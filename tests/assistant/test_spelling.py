from __future__ import annotations

import pytest

from assistant.spelling import Speller

SPELLER = Speller(
    {"incident": 9, "change": 9, "review": 5, "authority": 4, "advisory": 4, "theme": 1}
)


@pytest.mark.parametrize(
    ("typed", "corrected"),
    [
        ("what is an incidnet", "what is an incident"),
        ("Chnage athority", "Change authority"),
        ("reveiw of the chage", "review of the change"),
    ],
)
def test_typing_mistakes_become_words_of_the_handbook(typed: str, corrected: str) -> None:
    assert SPELLER.correct(typed) == corrected


@pytest.mark.parametrize(
    "kept",
    [
        "CHNAGE",  # capitals may be an acronym
        "chang3",  # digits make a name
        "teh",  # too short to tell
        "How do I ask Chnage",  # a capital inside a sentence makes a name
        "bread and themes",  # English words that the handbook does not use
        "xylophonic zzzzzz",  # nothing is near
        "the team's change-freeze isn't over",
        "a" * 400,  # no word is so long
    ],
)
def test_what_may_be_meant_is_left_alone(kept: str) -> None:
    assert SPELLER.correct(kept) == kept
