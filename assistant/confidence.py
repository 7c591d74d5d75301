"""How likely it is that the handbook answers a question: logistic regression on measured features.

The coefficients lie in data/confidence.json, written by `itsm eval calibrate` from the dev
questions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

import msgspec

from assistant.evidence import Importance, passage_coverage
from assistant.types import Evidence, Status
from index.search import Index
from index.types import Hit

CALIBRATION_FILE = "confidence.json"


@dataclass(frozen=True, slots=True)
class Features:
    """What confidence is read from, each between 0 and 1.

    `span_cosine` and `passage_cosine` are the best found; the coverages are shares of the
    question's weighted words, in the best span and in the best passage; `unknown` is the share on
    words that stand nowhere in the handbook.
    """

    span_cosine: float
    passage_cosine: float
    span_coverage: float
    passage_coverage: float
    unknown: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Coefficients by feature, intercept, and the confidences where a status begins."""

    coefficients: dict[str, float]
    intercept: float
    answered: float
    partial: float
    in_scope: float

    def confidence(self, features: Features) -> float:
        """Return the estimated probability that the question is answered, 0 to 1."""
        values = asdict(features)
        total = self.intercept + sum(c * values[name] for name, c in self.coefficients.items())
        return round(1 / (1 + math.exp(-total)), 4)

    def status(self, confidence: float) -> Status:
        """Return what a confidence amounts to."""
        if confidence >= self.answered:
            return Status.ANSWERED
        if confidence >= self.partial:
            return Status.PARTIAL
        return Status.NO_ANSWER if confidence >= self.in_scope else Status.OUT_OF_SCOPE


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
    index: Index, hits: Sequence[Hit], evidence: Sequence[Evidence], importance: Importance
) -> Features:
    """Return the features of a question's best hits and evidence."""
    return Features(
        span_cosine=max((one.cosine for one in evidence), default=0.0),
        passage_cosine=max((hit.components.passage_cosine for hit in hits), default=0.0),
        span_coverage=max((one.coverage for one in evidence), default=0.0),
        passage_coverage=max(
            (passage_coverage(index, hit.passage, importance) for hit in hits[:3]), default=0.0
        ),
        unknown=importance.unknown_share,
    )
