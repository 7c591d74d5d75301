from __future__ import annotations

import pytest

from index.errors import FilterError
from index.filters import Filters
from index.search import BM25, DENSE, FUSED, Index


def kept(index: Index, filters: Filters) -> set[str]:
    return {hit.passage.id for hit in index.search("change", 100, filters=filters)}


def test_a_filter_keeps_all_that_matches_and_nothing_else(tiny_index: Index) -> None:
    passages = tiny_index.passages
    assert kept(tiny_index, Filters(kind=("steps",))) == {
        one.id for one in passages if "steps" in one.kinds
    }
    assert kept(tiny_index, Filters(kind=("do", "dont"))) == {
        one.id for one in passages if {"do", "dont"} & set(one.kinds)
    }
    in_change = {one.id for one in passages if one.document_id == "T1"}
    assert kept(tiny_index, Filters(section=("change",))) == in_change
    assert kept(tiny_index, Filters(section=("change",), collection=("handbook",))) == in_change
    assert kept(tiny_index, Filters(section=("faq",), kind=("steps",))) == set()


@pytest.mark.parametrize("weights", [FUSED, DENSE, BM25])
def test_a_narrow_filter_finds_what_lies_outside_the_pool_of_all(
    tiny_index: Index, monkeypatch: pytest.MonkeyPatch, weights: object
) -> None:
    """With a pool of one by each score, the best of the whole handbook must not take the place."""
    monkeypatch.setattr("index.search.POOL", 1)
    question = "a rejected change in the CAB"
    assert "T3" not in {hit.passage.document_id for hit in tiny_index.search(question, 10)}
    only = Filters(section=("faq",))
    (hit,) = tiny_index.search(question, 10, weights, filters=only)  # type: ignore[arg-type]
    assert hit.passage.document_id == "T3"


@pytest.mark.parametrize("question", ["what is a CAB", "incident or problem", "zebra"])
def test_a_filter_that_allows_everything_changes_nothing(tiny_index: Index, question: str) -> None:
    everything = Filters(collection=("handbook",))
    assert tiny_index.search(question, 50, filters=everything) == tiny_index.search(question, 50)
    assert tiny_index.search(question, 50, filters=Filters()) == tiny_index.search(question, 50)


def test_an_unknown_value_is_refused_with_the_known_ones(tiny_index: Index) -> None:
    with pytest.raises(FilterError, match="no section 'chnage'.*: change, faq, practices"):
        tiny_index.search("CAB", filters=Filters(section=("change", "chnage")))
    with pytest.raises(FilterError, match="no kind 'donts'.*definition, do, dont,"):
        tiny_index.search("CAB", filters=Filters(kind=("donts",)))
