"""Which language a question is taken for; an English one must never be taken for another."""

from __future__ import annotations

import pytest

from assistant.language import language_of
from assistant.settings import PROJECT
from corpus.handbook import read_handbook
from eval.questions import load_questions, shipped_sets


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wer genehmigt einen Notfall-Change?", "German"),
        ("Wie oft tagt das CAB?", "German"),
        ("Qu'est-ce qu'un CAB ?", "French"),
        ("\u00bfC\u00f3mo cierro un incidente?", "Spanish"),
        ("O que \u00e9 um incidente?", "Portuguese"),
        ("Wat is een CAB?", "Dutch"),
        ("Co to jest CAB?", "Polish"),
        ("Hur ofta tr\u00e4ffas CAB?", "Swedish"),
        ("ITIL\u3068\u306f\u4f55\u3067\u3059\u304b", "Japanese"),
        ("\u4ec0\u4e48\u662f\u53d8\u66f4\u7ba1\u7406\uff1f", "Chinese"),
        ("\u0427\u0442\u043e \u0442\u0430\u043a\u043e\u0435 CAB?", "Russian"),
    ],
)
def test_another_language_is_named(question: str, language: str) -> None:
    assert language_of(question) == language


@pytest.mark.parametrize(
    "question",
    [
        *("CAB", "PIR vs MTTR", "Was it rude?", "MAS downtime limit Singapore", "", "42?"),
        *(
            "What does Lei Geral de Prote\u00e7\u00e3o de Dados say?",
            "Kepner-Tregoe in a caf\u00e9",
        ),
        *("No, I meant the ECAB", "Isn't a KPI a promise?", "cheers mate", "RCA de-brief"),
    ],
)
def test_english_with_names_and_acronyms_is_english(question: str) -> None:
    assert language_of(question) is None


def test_no_question_that_people_ask_the_handbook_is_taken_for_another_language() -> None:
    asked = [one.text for one in read_handbook(PROJECT / "corpus" / "documents").asked]
    dev = [one for one in load_questions(shipped_sets()) if one.split == "dev" and one.answerable]
    taken = [text for text in (*asked, *(q.question for q in dev)) if language_of(text)]
    assert taken == []
