from __future__ import annotations

import pytest

from assistant.spelling import Speller

SPELLER = Speller(
    {
        **{"incident": 9, "change": 9, "review": 5, "authority": 4, "advisory": 4, "theme": 1},
        **{"partner": 5, "catalog": 5, "item": 9, "with": 9, "which": 4, "xla": 3, "slas": 3},
        **{"organisation": 9, "organization": 1, "behaviour": 3, "centre": 1, "center": 9},
        **{"analyse": 2, "labour": 2, "fulfilment": 2, "licence": 9, "back": 5, "out": 9},
        **{"blackout": 4, "problem": 9, "charge": 2, "hand-over": 7, "roll-back": 2, "rollback": 5},
        **{"postmortem": 3, "post": 2, "alone": 3},
    },
    asked=[
        *["a blank form", "any blank review?", "blank, please"],
        *["Is an oncaller paid?", "oncaller rest", "why no oncaller?"],
        *4 * ["an athority"],  # one person's question, at each passage of its section
        "probelm, probelm, probelm",
    ],
)


@pytest.mark.parametrize(
    ("typed", "corrected"),
    [
        ("what is an incidnet", "what is an incident"),
        ("Chnage athority", "Change authority"),
        ("reveiw of the chage", "review of the change"),
        ("the 'probelm-free' incidnet'", "the 'problem-free' incident'"),
        ("a blanck form", "a blank form"),  # a word of those who ask
        ("who is incharge", "who is in charge"),  # a space left out
        ("wich change", "which change"),  # a letter left out, though `with` is more frequent
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
        "eTOM and AIopz",  # a capital inside a word
        "is datadog like zendesk",  # products
        "Gartner",  # another first letter would be another word
        "which xlas",  # an acronym of the handbook in the plural
        "labor",  # American
        "the backout plan",  # two words in one
        "an oncaller",  # several people ask with it
        "there'll be incidents",
        "a" * 400,  # no word is so long
    ],
)
def test_what_may_be_meant_is_left_alone(kept: str) -> None:
    assert SPELLER.correct(kept) == kept


@pytest.mark.parametrize(
    ("typed", "own"),
    [
        ("Organization", "Organisation"),
        ("analyze the behavior", "analyse the behaviour"),
        ("license fulfillment", "licence fulfilment"),
        ("the center", "the center"),  # the handbook names one more often than a centre
        ("size for a sensor", "size for a sensor"),
        ("customize", "customize"),  # the handbook has no such word
        ("Whats a CAB", "What's a CAB"),
        ("it isnt urgent", "it isn't urgent"),
        ("Handover or rollback", "Hand-over or rollback"),  # as the handbook mostly writes both
        ("a Post-Mortem or post mortem", "a Postmortem or postmortem"),
        ("a lone back out", "a lone back out"),
        ("the General License", "the General License"),  # a name
    ],
)
def test_words_are_written_as_the_handbook_writes_them(typed: str, own: str) -> None:
    assert SPELLER.as_written(typed) == own
