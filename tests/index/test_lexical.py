from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from index.lexical import LexicalIndex, terms, words

TEXTS = [
    "The CAB advises on changes.",
    "A change is authorised by the change authority.",
    "Incidents are restored. Incidents are logged.",
    "",
    "CAB meetings need a chair and an agenda for the CAB.",
]


def slow_bm25(question: str, texts: list[str], k1: float = 1.5, b: float = 0.75) -> list[float]:
    """BM25 in Lucene's variant, from the formula."""
    documents = [terms(text) or [""] for text in texts]
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        score = 0.0
        for term in terms(question):
            frequency = sum(term in other for other in documents)
            idf = math.log(1 + (len(documents) - frequency + 0.5) / (frequency + 0.5))
            tf = document.count(term)
            score += idf * tf / (tf + k1 * (1 - b + b * len(document) / mean))
        scores.append(score)
    return scores


def test_the_plural_of_an_acronym_has_the_stem_of_the_acronym() -> None:
    assert terms("SLAs, kpis and CIs") == terms("SLA, KPI, CI")
    assert terms("status analysis") == ("status", "analysi")


@pytest.mark.parametrize("question", ["CAB change", "who restores an incident", "cab cab", "zebra"])
def test_scores_agree_with_the_formula(question: str) -> None:
    index = LexicalIndex.build(TEXTS)
    assert index.scores(question) == pytest.approx(slow_bm25(question, TEXTS), abs=1e-5)


def test_saved_index_scores_the_same(tmp_path: Path) -> None:
    index = LexicalIndex.build(TEXTS)
    index.save(tmp_path / "bm25")
    again = LexicalIndex.open(tmp_path / "bm25")
    assert np.array_equal(index.scores("CAB agenda"), again.scores("CAB agenda"))
    assert again.document_frequency("cab") == 2
    assert again.document_frequency("zebra") == 0


def test_words_of_one_stem_match_and_stop_words_do_not_count() -> None:
    assert terms("What is the CAB's authorisation?") == terms("cab authorisation")
    assert terms("changes changing changed") == ("chang",) * 3
    assert terms("what is it") == ()


def test_the_us_is_no_pronoun() -> None:
    assert words("US holidays, tell us") == ["usa", "holidays", "tell", "us"]


def test_ordinal_numbers_are_words() -> None:
    assert terms("the 2nd level, the 3rd") == terms("the second level, the third")


def test_words_keep_numbers_and_split_names() -> None:
    assert words("ISO/IEC 20000-1:2018 don\u2019t") == ["iso", "iec", "20000", "1", "2018", "don't"]
