"""Which spans may answer a question, with the figures that confidence is read from."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.types import Evidence
from corpus.blocks import plain_text
from corpus.types import Passage
from index.lexical import terms
from index.search import Index
from index.types import Hit, Vectors

DEPTH = 4
"""How many passages evidence is taken from."""
# Shares of span cosine, passage score and covered words; chosen on the dev questions.
_COSINE, _PASSAGE, _COVERAGE = 0.20, 0.70, 0.10
# The handbook's sections open with the answer to their heading.
_OPENING = 0.02
# The weight of a word that 3 of 100 passages have.
_TELLING = math.log(1 + 97 / 3)
_CARD_KINDS = frozenset({"do", "dont", "why"})
_CARD_COSINE = 0.3

NEVER_QUOTED = frozenset({"myth"})
"""Kinds that are not knowledge."""


@dataclass(frozen=True, slots=True)
class Importance:
    """How much each stem of a question tells (inverse document frequency, 0 for a stop word)."""

    weights: Mapping[str, float]
    unknown: tuple[str, ...]

    def coverage(self, stems: frozenset[str]) -> float:
        """Return the share of the question's weight that a text's stems cover, 0 to 1."""
        total = sum(self.weights.values())
        return sum(w for stem, w in self.weights.items() if stem in stems) / total if total else 0.0

    def tells(self, word: str) -> bool:
        """Return whether few passages have a word of the question, and it is no number."""
        weight = max((self.weights.get(stem, 0.0) for stem in terms(word)), default=0.0)
        return weight > _TELLING and not word.isdecimal()


def weigh(question: str, index: Index, known: Collection[str]) -> Importance:
    """Return each stem's inverse document frequency, as in BM25 (Robertson and Zaragoza 2009).

    Args:
        question: the question, written out.
        index: the build that is searched.
        known: the stems of all words of the handbook.
    """
    passages = len(index.passages)
    weights: dict[str, float] = {}
    unknown: list[str] = []
    for stem in terms(question):
        frequency = index.lexical.document_frequency(stem)
        weights[stem] = math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))
        if stem not in known and stem not in unknown:
            unknown.append(stem)
    return Importance(weights, tuple(unknown))


def gather(
    index: Index, hits: Sequence[Hit], vector: Vectors, importance: Importance
) -> list[Evidence]:
    """Return the spans of the best passages as evidence, best first."""
    found: list[Evidence] = []
    for hit in hits[:DEPTH]:
        document = index.documents[hit.passage.document_id]
        around = text_stems(" ".join((document.title, *hit.passage.headings)))
        for span, cosine in index.span_scores(hit.passage, vector):
            if span.kind in NEVER_QUOTED:
                continue
            own = span_stems(document.text[span.start : span.end])
            # Words of the heading count half: they say what the sentence is about, not its news.
            coverage = (importance.coverage(own) + importance.coverage(own | around)) / 2
            score = _COSINE * cosine + _PASSAGE * hit.score + _COVERAGE * coverage
            score += _OPENING * (span.start == hit.passage.start)
            found.append(Evidence(span, hit.passage, round(score, 5)))
    return sorted(found, key=lambda one: (-one.score, one.span.passage_id, one.span.start))


def nearest_cards(index: Index, document_id: str, vector: Vectors) -> list[Evidence]:
    """Return the do, don't and why spans of a document by their cosine to a question."""
    found = [
        Evidence(span, passage, cosine)
        for passage in index.passages_of(document_id)
        if _CARD_KINDS.intersection(passage.kinds)
        for span, cosine in index.span_scores(passage, vector)
        if span.kind in _CARD_KINDS and cosine >= _CARD_COSINE
    ]
    return sorted(found, key=lambda one: (-one.score, one.span.start))


def distinct(
    evidence: Iterable[Evidence], index: Index, overlap: float = 0.7
) -> Iterator[Evidence]:
    """Yield evidence without spans that repeat what a better one of another document says.

    Two sentences of one document are alike because they are parallel, not because one repeats
    the other.
    """
    kept: list[tuple[str, frozenset[str]]] = []
    for one in evidence:
        own, stems = one.passage.document_id, evidence_stems(index, one)
        if all(_shared(stems, said) < overlap for document, said in kept if document != own):
            kept.append((own, stems))
            yield one


def passage_stems(index: Index, passage: Passage) -> frozenset[str]:
    """Return the stems of a passage with its title and headings."""
    document = index.documents[passage.document_id]
    content = document.text[passage.start : passage.end]
    return span_stems(" ".join((document.title, *passage.headings, content)))


def evidence_stems(index: Index, one: Evidence) -> frozenset[str]:
    """Return the stems of a piece of evidence."""
    text = index.documents[one.passage.document_id].text
    return span_stems(text[one.span.start : one.span.end])


@lru_cache(maxsize=20_000)
def span_stems(text: str) -> frozenset[str]:
    """Return the stems of a text without its Markdown."""
    return text_stems(plain_text(text))


@lru_cache(maxsize=50_000)
def text_stems(text: str) -> frozenset[str]:
    """Return the stems of a text."""
    return frozenset(terms(text))


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of all stems of two sets that both have (Jaccard), 0 to 1."""
    return len(one & other) / len(one | other) if one | other else 1.0


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of the smaller set of stems that the other has, 0 to 1."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 1.0
