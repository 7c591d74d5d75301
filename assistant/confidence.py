"""How likely it is that a question can be answered, and that its answer is right.

Two logistic regressions on the same measured features. The coefficients lie in
data/confidence.json, written by `itsm eval calibrate` from the dev questions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from pathlib import Path

import msgspec
import numpy as np

from assistant.evidence import Importance, passage_stems, text_stems
from assistant.types import Status
from corpus.types import Passage
from index.search import Index
from index.types import Hit, Vectors

CALIBRATION_FILE = "confidence.json"
_BEST = 3
_FIFTH = 5


@dataclass(frozen=True, slots=True)
class Features:
    """What confidence is read from.

    Attributes:
        asked_cosine: of the nearest question that people ask, of those that are embedded.
        own: how near the question is to the pages on what only an organisation knows, if it
            speaks of its own organisation or of this very day, else 0.
        length: the question's words of content, in tens; each word may add a miss.
        covered: share of the question's weight that the best passage and what is asked for it hold.
        covered_text: the same for the best passage's text alone.
        passage_cosine: of the nearest passage; a question outside the field is near none.
        outside: how likely it lies outside the field, as the classifier of kinds sees it.
        own_kind: how likely it asks for what only an organisation knows, likewise.
        lead: how far the best passage's score lies above that of the fifth.
        agreed: whether the passage cosine alone puts the same section first.
        best_asked: cosine of the nearest question that people ask of the best passage.
    """

    asked_cosine: float
    own: float
    length: float
    covered: float
    covered_text: float
    passage_cosine: float
    outside: float
    own_kind: float
    lead: float
    agreed: float
    best_asked: float


@dataclass(frozen=True, slots=True)
class Confidence:
    """Estimated probabilities, 0 to 1.

    Attributes:
        answerable: that the handbook answers the question.
        right: that what would be quoted answers it.
    """

    answerable: float
    right: float


DEFINED = Confidence(answerable=0.95, right=0.95)
"""Of a question that asks nothing but what a term means that the handbook defines.

So many of the dev questions and of those to fit to are answered right; they are too few, and too
unlike in what else is near, for the regressions to tell.
"""


@dataclass(frozen=True, slots=True)
class Regression:
    """A logistic regression on features and the question's vector.

    Attributes:
        coefficients: by feature.
        intercept: of the features alone.
        vector: by component of the question's vector; what kind of thing is asked for tells much.
        vector_intercept: what belongs to it.
    """

    coefficients: dict[str, float]
    intercept: float
    vector: tuple[float, ...] = ()
    vector_intercept: float = 0.0

    def probability(self, features: Features, vector: Vectors) -> float:
        """Return the estimated probability, 0 to 1."""
        values = asdict(features)
        total = self.intercept + sum(c * values[name] for name, c in self.coefficients.items())
        if self.vector:
            total += self.vector_intercept + float(vector.astype(np.float64) @ self.vector)
        return round(0.5 * (1 + math.tanh(total / 2)), 4)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Both regressions, and where each status begins.

    Attributes:
        answerable: how likely it is that the handbook answers a question.
        right: how likely it is that what would be quoted answers it.
        partial: likelihood of an answer from which one is given at all.
        answered: likelihood of its being right from which the stated risk of a wrong one holds.
        outside: from which likelihood of lying outside the field a refusal says so.
        risk: the stated risk, 0 to 1.
        encoder: names the encoder whose vectors the regressions are for.
    """

    answerable: Regression
    right: Regression
    partial: float
    answered: float
    outside: float
    risk: float = 0.0
    encoder: str = ""

    def confidence(self, features: Features, vector: Vectors) -> Confidence:
        """Return both probabilities for a question."""
        return Confidence(
            answerable=self.answerable.probability(features, vector),
            right=self.right.probability(features, vector),
        )

    def for_encoder(self, encoder: str) -> Calibration:
        """Return what of this holds with an encoder: with another than its own, the features."""
        if encoder == self.encoder:
            return self
        return replace(
            self,
            answerable=replace(self.answerable, vector=()),
            right=replace(self.right, vector=()),
        )

    def status(self, confidence: Confidence, features: Features) -> Status:
        """Return what a confidence amounts to, and whether a refusal lies within the field."""
        if confidence.answerable < self.partial:
            return Status.OUT_OF_SCOPE if features.outside >= self.outside else Status.NO_ANSWER
        return Status.ANSWERED if confidence.right >= self.answered else Status.PARTIAL


def load_calibration() -> Calibration:
    """Return the calibration that is shipped."""
    data = files("assistant").joinpath("data", CALIBRATION_FILE).read_bytes()
    return msgspec.json.decode(data, type=Calibration)


def store_calibration(calibration: Calibration) -> str:
    """Write the calibration that is shipped; return where it lies."""
    path = Path(str(files("assistant").joinpath("data", CALIBRATION_FILE)))
    path.write_bytes(msgspec.json.format(msgspec.json.encode(calibration)) + b"\n")
    return str(path)


def measure(
    index: Index,
    question: str,
    hits: Sequence[Hit],
    importance: Importance,
    own: float,
    beside: tuple[float, float],
) -> Features:
    """Return the features of a question, given its best hits."""
    best = [passage_stems(index, hit.passage) for hit in hits[:_BEST]]
    return Features(
        asked_cosine=max((hit.components.asked_cosine for hit in hits), default=0.0),
        own=own,
        length=len(importance.weights) / 10,
        covered=importance.coverage(_held(index, hits[0].passage)) if hits else 0.0,
        covered_text=importance.coverage(best[0]) if best else 0.0,
        passage_cosine=max((hit.components.passage_cosine for hit in hits), default=0.0),
        outside=beside[0],
        own_kind=beside[1],
        lead=hits[0].score - hits[:_FIFTH][-1].score if hits else 0.0,
        agreed=float(bool(hits) and _section(_nearest(hits)) == _section(hits[0])),
        best_asked=hits[0].components.asked_cosine if hits else 0.0,
    )


def _section(hit: Hit) -> tuple[str, tuple[str, ...]]:
    return hit.passage.document_id, hit.passage.headings[:1]


def _nearest(hits: Sequence[Hit]) -> Hit:
    return max(hits, key=lambda hit: hit.components.passage_cosine)


def _held(index: Index, passage: Passage) -> frozenset[str]:
    """Return the stems of a passage and of what people ask for it."""
    asked = (text_stems(one.text) for one in index.asked_of(passage))
    return passage_stems(index, passage).union(*asked)
