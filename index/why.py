"""Why a passage is not among the best for a question: the stage at which it was lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from enum import StrEnum

from corpus.types import Passage
from index.filters import Filters
from index.folding import WHOLE_POOL, fold
from index.search import FUSED, Index
from index.types import Hit, Standing


class Outcome(StrEnum):
    """What became of a passage, in the order of the stages that it passes."""

    FILTERED = "filtered"
    NOT_IN_POOL = "not_in_pool"
    FOLDED = "folded"
    OUTRANKED = "outranked"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class Trace:
    """How one of some passages went through a search: the one that came furthest.

    `rank` and `pool` are places and number of passages ranked; `hit` is its own, None outside the
    pool. `last` is the last one listed, and `costs` says how much of its lead over `hit` each score
    makes up, as shares of the fused score; None for what is not outranked. `into` is what a folded
    passage repeats.
    """

    outcome: Outcome
    passage: Passage
    standings: Mapping[str, Standing]
    pool: int
    rank: int = 0
    hit: Hit | None = None
    last: Hit | None = None
    into: Passage | None = None
    costs: Mapping[str, float] | None = None


def trace(
    index: Index,
    question: str,
    passages: Sequence[Passage],
    k: int,
    filters: Filters | None = None,
) -> Trace:
    """Follow some passages, those of a document or section, through the search for a question.

    Args:
        index: where to search.
        question: what to search for.
        passages: at least one.
        k: how many hits are listed.
        filters: what the search is limited to.

    Raises:
        FilterError: a filter names what no passage has.
    """
    hits = index.search(question, WHOLE_POOL, filters=filters)
    sought = {passage.id for passage in passages}
    rank = next((rank for rank, hit in enumerate(hits, 1) if hit.passage.id in sought), 0)
    if not rank:
        return _outside(index, question, passages, len(hits), filters)
    hit = hits[rank - 1]
    listed = fold(index, hits)
    into = next((one.hit.passage for one in listed if hit.passage in one.also), None)
    found = hit in [one.hit for one in listed[:k]]
    outcome = Outcome.FOLDED if into else Outcome.FOUND if found else Outcome.OUTRANKED
    last = listed[:k][-1].hit
    return Trace(
        outcome=outcome,
        passage=hit.passage,
        standings=index.standings(question, hit.passage),
        pool=len(hits),
        rank=rank,
        hit=hit,
        last=last,
        into=into,
        costs=_costs(hit, last) if outcome is Outcome.OUTRANKED else None,
    )


def _outside(
    index: Index,
    question: str,
    passages: Sequence[Passage],
    pool: int,
    filters: Filters | None,
) -> Trace:
    """Trace the passage that came nearest to the pool, of those that the filters allow."""
    left = [
        one
        for one in passages
        if filters is None or filters.admits(one, index.documents[one.document_id])
    ]
    standings = {one.id: index.standings(question, one) for one in left or passages}
    nearest = min(
        left or passages, key=lambda one: min(each.rank for each in standings[one.id].values())
    )
    outcome = Outcome.NOT_IN_POOL if left else Outcome.FILTERED
    return Trace(outcome, nearest, standings[nearest.id], pool)


def _costs(hit: Hit, last: Hit) -> dict[str, float]:
    own, other = hit.components, last.components
    leads = (
        other.passage_norm - own.passage_norm,
        other.span_norm - own.span_norm,
        other.asked_norm - own.asked_norm,
        other.bm25_norm - own.bm25_norm,
    )
    names = [field.name for field in fields(FUSED)]
    shares = zip(names, astuple(FUSED), leads, strict=True)
    return {name: round(share * lead, 3) for name, share, lead in shares}
