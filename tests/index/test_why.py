from __future__ import annotations

from pathlib import Path

import pytest

from index.filters import Filters
from index.folding import list_hits
from index.search import Index
from index.why import Outcome, trace
from tests.support import IDENTITY, HashingModel, build_tiny

QUESTION = "What is a change advisory board?"


@pytest.fixture
def twins(corpus_dir: Path, data_dir: Path) -> Index:
    """The tiny handbook with one document a second time under another title."""
    twin = (corpus_dir / "faq" / "own.md").read_text().replace("T3", "T4")
    (corpus_dir / "faq" / "twin.md").write_text(twin)
    build_tiny(corpus_dir, data_dir)
    return Index.open(data_dir, IDENTITY.name, HashingModel())


def test_near_duplicates_share_a_place(twins: Index) -> None:
    found = twins.search("SLA targets", 2)
    assert {hit.passage.document_id for hit in found} == {"T3", "T4"}
    first, second = list_hits(twins, "SLA targets", 2)
    assert first.hit == found[0]
    assert [one.document_id for one in first.also] == [found[1].passage.document_id]
    assert second.hit.passage.document_id not in {"T3", "T4"}
    assert second.also == ()


def test_passages_that_only_sound_alike_keep_their_places(twins: Index) -> None:
    """All but the twins."""
    listed = list_hits(twins, "change", 100)
    assert len(listed) == len(twins.passages) - 1
    assert [one.hit.score for one in listed] == sorted((x.hit.score for x in listed), reverse=True)


def test_what_is_found_is_said_with_its_rank(tiny_index: Index) -> None:
    found = trace(tiny_index, QUESTION, tiny_index.passages_of("T1"), 3)
    best = tiny_index.search(QUESTION)[0]
    assert (found.outcome, found.rank, found.hit) == (Outcome.FOUND, 1, best)
    assert found.costs is None


def test_what_is_outranked_is_set_beside_the_last_hit(tiny_index: Index) -> None:
    found = trace(tiny_index, QUESTION, tiny_index.passages_of("T3"), 2)
    hits = tiny_index.search(QUESTION, 100)
    assert found.outcome is Outcome.OUTRANKED
    assert found.hit == hits[found.rank - 1]
    assert found.last == hits[1]
    assert found.costs
    assert sum(found.costs.values()) == pytest.approx(hits[1].score - found.hit.score, abs=0.01)


def test_what_no_score_brings_near_is_outside_the_pool(
    tiny_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.search.POOL", 1)
    found = trace(tiny_index, QUESTION, tiny_index.passages_of("T3"), 2)
    assert (found.outcome, found.rank, found.hit) == (Outcome.NOT_IN_POOL, 0, None)
    assert found.pool == len(tiny_index.search(QUESTION, 100))
    assert all(standing.rank > 1 for standing in found.standings.values())
    assert "asked" not in found.standings  # nobody asks for it


def test_the_nearest_by_a_score_stands_first_by_it(tiny_index: Index) -> None:
    best = tiny_index.search(QUESTION)[0]
    standings = tiny_index.standings(QUESTION, best.passage)
    assert standings["passage"].rank == best.dense_rank
    assert standings["bm25"].rank == best.lexical_rank
    assert standings["asked"].score == pytest.approx(best.components.asked_cosine, abs=1e-4)


def test_what_a_filter_keeps_out_is_said(tiny_index: Index) -> None:
    only = Filters(section=("change",))
    found = trace(tiny_index, QUESTION, tiny_index.passages_of("T3"), 2, only)
    assert found.outcome is Outcome.FILTERED


def test_what_is_folded_names_its_better_twin(twins: Index) -> None:
    better, worse = (hit.passage for hit in twins.search("SLA targets", 2))
    found = trace(twins, "SLA targets", [worse], 5)
    assert (found.outcome, found.into) == (Outcome.FOLDED, better)
