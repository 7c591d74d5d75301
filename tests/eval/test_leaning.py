"""Whether a question leans on those before it, fitted to conversations."""

from __future__ import annotations

from assistant.ask import Assistant
from eval.leaning import Conversation, agreement, fit_leaning, load_conversations
from eval.questions import Question

OWNER = ["Who owns a problem?"]
TALKS = [
    Conversation(OWNER, "nobody else?", "Does nobody else own a problem?"),
    Conversation(OWNER, "not even at night?", "Does nobody own a problem at night?"),
    Conversation(OWNER, "my boss disagrees", "My boss disagrees on who owns a problem"),
    Conversation(OWNER, "What is an incident?", "what is an incident"),
    Conversation(OWNER, "Who chairs the CAB?", "Who chairs the CAB?"),
]
LONE = [
    Question("L1", "L1", "fit", "plain", "What is a freeze for the CAB?", True, [["T1#cab"]]),
    Question("L2", "L2", "fit", "plain", "lovely weather", False, reason="small talk"),
]


def test_what_names_a_topic_of_its_own_leans_less(tiny: Assistant) -> None:
    leaning = fit_leaning(tiny, TALKS, LONE)
    fitted = Assistant(tiny.index, tiny.settings, leaning=leaning)
    signs = [fitted.signs(one.question, one.history) for one in TALKS]
    likely = [leaning.probability(*one) for one in signs]
    assert min(likely[:3]) > max(likely[3:])


def test_agreement_counts_what_finds_the_passage_of_the_question_written_out(
    tiny: Assistant,
) -> None:
    figures = agreement(tiny, [TALKS[0], TALKS[3]])
    assert figures["1 that stand alone"] == 1
    assert set(figures.values()) <= {0.0, 1.0}


def test_the_shipped_conversations_have_both_sorts() -> None:
    talks = load_conversations()
    assert all(one.history for one in talks)
    assert sum(one.leans for one in talks) > 400
    assert sum(not one.leans for one in talks) > 400
