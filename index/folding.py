"""Near-duplicates among found passages: the better one is listed and names the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpus.types import Passage
from index.filters import Filters
from index.lexical import terms
from index.search import POOL, Index
from index.types import Hit

WHOLE_POOL = 4 * POOL
"""As many passages as the pool can hold."""
NEAR = 0.85
"""Passages with a lower cosine are not compared; titles and headings keep equal texts apart."""
ALIKE = 0.9
"""Share of the stems of both texts that stand in each of them where they say the same."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A hit, and the passages of other documents that say the same and rank below it."""

    hit: Hit
    also: tuple[Passage, ...]


def list_hits(index: Index, question: str, k: int, filters: Filters | None = None) -> list[Listed]:
    """Return the k best passages for a question; near-duplicates share a place.

    Raises:
        FilterError: a filter names what no passage has.
    """
    return fold(index, index.search(question, WHOLE_POOL, filters=filters))[:k]


def fold(index: Index, hits: Sequence[Hit]) -> list[Listed]:
    """Return the hits in their order without those that repeat a better one."""
    near = index.cosines([hit.passage for hit in hits]) > NEAR
    kept: dict[int, list[Passage]] = {}
    for at, hit in enumerate(hits):
        better = [one for one in np.flatnonzero(near[at, :at]).tolist() if one in kept]
        same = (one for one in better if _same(index, hits[one].passage, hit.passage))
        first = next(same, None)
        if first is None:
            kept[at] = []
        else:
            kept[first].append(hit.passage)
    return [Listed(hits[at], tuple(also)) for at, also in kept.items()]


def _same(index: Index, one: Passage, other: Passage) -> bool:
    if one.document_id == other.document_id:
        return False
    first, second = _words(index, one), _words(index, other)
    return len(first & second) >= ALIKE * len(first | second)


def _words(index: Index, passage: Passage) -> frozenset[str]:
    text = index.documents[passage.document_id].text
    return frozenset(terms(text[passage.start : passage.end]))
