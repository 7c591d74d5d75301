"""Search by vectors finds what comparing all of them finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.dense import DenseIndex
from index.types import Vectors


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    """Five thousand vectors around fifty centres, as texts lie around topics."""
    random = np.random.default_rng(7)
    centres = random.normal(size=(50, 384))
    rows = centres[random.integers(50, size=5_000)] + random.normal(scale=0.7, size=(5_000, 384))
    unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.mark.parametrize("k", [1, 100])
def test_the_nearest_are_those_of_comparing_all_vectors(vectors: Vectors, k: int) -> None:
    index = DenseIndex.build(vectors)
    for query in vectors[::500]:
        cosines = index.vectors @ query
        found = index.search(query, k)
        assert len(set(found.tolist())) == k
        # Two that differ in their last bits alone may come in either order.
        assert cosines[found] == pytest.approx(np.sort(cosines)[::-1][:k], abs=1e-6)


def test_only_allowed_vectors_are_found(vectors: Vectors) -> None:
    index, allowed = DenseIndex.build(vectors), np.arange(5_000) % 1_000 == 3
    assert sorted(index.search(vectors[0], 100, allowed)) == [3, 1_003, 2_003, 3_003, 4_003]


def test_a_saved_index_is_opened_as_it_was(vectors: Vectors, tmp_path: Path) -> None:
    index = DenseIndex.build(vectors)
    index.save(tmp_path / "vectors.faiss")
    again = DenseIndex.open(tmp_path / "vectors.faiss")
    assert np.array_equal(again.vectors, index.vectors)
    assert np.array_equal(again.search(vectors[9], 10), index.search(vectors[9], 10))
    assert np.abs(again.vectors - vectors).max() < 1e-3


def test_an_empty_index_finds_nothing(vectors: Vectors, tmp_path: Path) -> None:
    DenseIndex.build(vectors[:0]).save(tmp_path / "none.faiss")
    assert DenseIndex.open(tmp_path / "none.faiss").search(vectors[0], 5).size == 0
