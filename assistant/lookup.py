"""What a search brings to light for one question, before anything is decided."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.clock import Clock
from assistant.confidence import DEFINED, Calibration, Confidence, Features, measure
from assistant.evidence import Importance, gather, weigh
from assistant.kinds import KindChooser
from assistant.terms import Terms
from assistant.types import Evidence, Kind
from index.lexical import terms as stems
from index.search import Index
from index.types import Hit, Vectors

# What makes a question one about the reader's own organisation or about this very day.
_OWN = re.compile(
    r"\b(?:our|ours|my|tonight|today|tomorrow|yesterday"
    r"|(?:this|last|next) (?:week|weekend|month|year|morning|company|organi[sz]ation))\b"
    r"|\b[A-Z]{2,6}\d{4,}\b",
    re.IGNORECASE,
)
_OWN_SCOPE = "organisation-specific"
_OWN_DEPTH = 200
_HITS = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought to light for one question."""

    vector: Vectors
    hits: list[Hit]
    own: list[Hit]
    importance: Importance
    evidence: list[Evidence]
    features: Features
    kind: Kind
    language: str | None
    defines: bool
    """Whether the question asks what a defined term means and nothing else."""

    def confidence(self, calibration: Calibration) -> Confidence:
        """Return how likely the question can be answered, and rightly."""
        return DEFINED if self.defines else calibration.confidence(self.features, self.vector)


class Lookup:
    """Looks questions up in an opened build."""

    def __init__(self, index: Index, terms: Terms, kinds: KindChooser) -> None:
        self._index = index
        self._terms = terms
        self._kinds = kinds
        self._stems = frozenset(stems(" ".join(index.words)))

    def find(self, question: str, clock: Clock, language: str | None = None) -> Found:
        """Return all that a question brings to light; `language` if it is in another one."""
        term = self._terms.asked_term(question)
        if term:  # however it is asked for: 'CAB', 'explain the CAB in plain words'
            question = f"What is {self._terms.written[term]}?"
        vector, scores = self._index.read(question)
        clock.lap("encode")
        hits, own = self._search(question, vector)
        clock.lap("search")
        importance = weigh(question, self._index, self._stems)
        evidence = gather(self._index, hits, vector, importance)
        nearness = max((hit.score for hit in own if _OWN.search(question)), default=0.0)
        beside = self._kinds.beside(scores)
        features = measure(self._index, question, hits, importance, nearness, beside)
        kind = self._kinds.choose(
            *(question, scores),
            names_own=self._terms.names_own(question),
            foreign=language is not None,
            names_saying=bool(self._terms.saying(question)),
            names_term=bool(term),
        )
        return Found(vector, hits, own, importance, evidence, features, kind, language, bool(term))

    def _search(self, question: str, vector: Vectors) -> tuple[list[Hit], list[Hit]]:
        """Return the best passages, and those on what only an organisation can know.

        The latter answer only questions that speak of one's own organisation or of this very day,
        or that one of them fits best: "How much does a licence cost?"
        """
        hits = self._index.search(question, _HITS, vector=vector)
        own = [hit for hit in hits if self._scope(hit) == _OWN_SCOPE]
        general = [hit for hit in hits if hit not in own]
        return general, own if _OWN.search(question) or hits[:1] == own[:1] else []

    def own_hits(self, question: str, vector: Vectors) -> list[Hit]:
        """Return the passages on what only an organisation can know, the nearest first."""
        hits = self._index.search(question, _OWN_DEPTH, vector=vector)
        return [hit for hit in hits if self._scope(hit) == _OWN_SCOPE]

    def _scope(self, hit: Hit) -> object:
        return self._index.documents[hit.passage.document_id].metadata.get("scope")
