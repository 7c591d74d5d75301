"""Arithmetic of ranking: scores of rows that belong to passages, normalised and ranked.

Rows (spans, asked questions) lie in the order of their passages: the first row of each passage says
which are its own.
"""

from __future__ import annotations

import numpy as np

from index.dense import DenseIndex
from index.types import Ids, Vectors


def first_rows(owners: Ids, passages: int) -> Ids:
    """Return where each passage's rows begin; those of passage i are [first[i], first[i + 1])."""
    firsts: Ids = np.searchsorted(owners, np.arange(passages + 1))
    return firsts


def row_scores(rows: DenseIndex, firsts: Ids, query: Vectors, pool: Ids) -> tuple[Vectors, Ids]:
    """Return the scores of all rows of the passages in the pool, and where those of each begin.

    Rows are read where they lie: copying thousands of vectors together takes longer than they do.
    """
    begins, ends = firsts[pool], firsts[pool + 1]
    own = [
        rows.vectors[begin:end] @ query
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
    ]
    starts = np.cumsum(ends - begins) - (ends - begins)
    return np.concatenate(own), starts


def best_of_rows(rows: DenseIndex, firsts: Ids, query: Vectors, pool: Ids) -> Vectors:
    """Return the best cosine among the rows of each passage in the pool; each has at least one."""
    scores, starts = row_scores(rows, firsts, query, pool)
    best: Vectors = np.maximum.reduceat(scores, starts)
    return best


def min_max(rows: Vectors) -> Vectors:
    """Return each row scaled to 0..1; a row of equal values becomes zeros."""
    low = rows.min(axis=1, keepdims=True)
    width = rows.max(axis=1, keepdims=True) - low
    scaled: Vectors = (rows - low) / np.where(width > 0, width, 1)
    return scaled


def ranks(scores: Vectors) -> Ids:
    """Return the rank of each score, from 1; of equal ones the earlier goes first."""
    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks
