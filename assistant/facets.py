"""Passages to look through: search with facets, and the best place in each passage.

An answer is `ask.py`'s business; here the reader chooses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from assistant.evidence import NEVER_QUOTED
from corpus.types import Passage, Span
from index.search import Index
from index.types import Hit, Vectors

FACETS: Mapping[str, tuple[str, frozenset[str]]] = {
    "definition": ("Definitions", frozenset({"definition"})),
    "steps": ("Steps and checklists", frozenset({"steps", "checklist"})),
    "conduct": ("Do and don't", frozenset({"do", "dont"})),
    "reason": ("Reasons and examples", frozenset({"why", "example"})),
    "table": ("Comparisons and tables", frozenset({"comparison", "table"})),
    "template": ("Templates", frozenset({"template"})),
    "metric": ("Metrics", frozenset({"metric"})),
    "misconception": ("Misconceptions", frozenset({"myth", "fact"})),
    "saying": ("Sayings", frozenset({"saying", "meaning", "use", "avoid", "serious point"})),
    "view": ("Community views", frozenset({"view"})),
    "text": ("Running text", frozenset({"paragraph", "list", "quote", "code"})),
}
"""Kinds of blocks as readers see them: key, name, and the kinds of `corpus/blocks.py`."""
DEPTH = 200
"""How many passages are looked at."""
_NEAR = 20


@dataclass(frozen=True, slots=True)
class Match:
    """A passage that was found, and the sentence, item or row of it nearest to the question."""

    passage: Passage
    span: Span
    kind: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of matches, how many there are, and how many each facet would leave."""

    matches: list[Match]
    total: int
    sections: Mapping[str, int]
    kinds: Mapping[str, int]
    literal: bool
    """Whether a word of the question stands in any passage; else all were found by meaning."""


def find(
    index: Index,
    question: str,
    *,
    sections: frozenset[str] = frozenset(),
    kinds: frozenset[str] = frozenset(),
    first: int = 0,
    count: int = 20,
) -> Found:
    """Return matches `first` to `first + count` of those in the chosen sections and facets.

    A passage is taken if a word of the question stands in it or if it is one of the nearest by
    meaning. Counts of a facet leave its own choice aside, as each of its boxes adds to the others.
    """
    vector = index.encode(question)
    hits = [hit for hit in index.search(question, DEPTH, vector=vector) if _is_near(hit)]
    in_section = [hit for hit in hits if not sections or _section(index, hit) in sections]
    in_kind = [hit for hit in hits if not kinds or not kinds.isdisjoint(_facets(hit.passage))]
    kept = {hit.passage.id for hit in in_kind}
    both = [hit for hit in in_section if hit.passage.id in kept]
    return Found(
        matches=[_match(index, hit.passage, vector, kinds) for hit in both[first : first + count]],
        total=len(both),
        sections=Counter(_section(index, hit) for hit in in_kind),
        kinds=Counter(facet for hit in in_section for facet in _facets(hit.passage)),
        literal=any(hit.components.bm25 > 0 for hit in hits),
    )


def _is_near(hit: Hit) -> bool:
    return hit.components.bm25 > 0 or hit.dense_rank <= _NEAR


def _section(index: Index, hit: Hit) -> str:
    return index.documents[hit.passage.document_id].section


def _facets(passage: Passage) -> set[str]:
    return {key for key, (_, kinds) in FACETS.items() if kinds.intersection(passage.kinds)}


def _match(index: Index, passage: Passage, vector: Vectors, facets: Collection[str]) -> Match:
    """Return the best span of a passage, of the chosen facets where there are any; never a myth."""
    blocks = index.blocks(passage.document_id)
    wanted = frozenset().union(*(FACETS[facet][1] for facet in facets))
    spans = index.span_scores(passage, vector)
    scored = [one for one in spans if one[0].kind not in NEVER_QUOTED] or spans
    fitting = [one for one in scored if blocks[one[0].block].kind in wanted] or scored
    span = max(fitting, key=lambda one: one[1])[0]
    return Match(passage, span, blocks[span.block].kind)
