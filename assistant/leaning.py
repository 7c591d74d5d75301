"""How likely a question leans on those before it: logistic regression on signs and its vector.

The coefficients lie in data/leaning.json, written by `itsm eval calibrate` from conversations whose
questions are known to stand alone or not.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from pathlib import Path

import msgspec
import numpy as np

from index.types import Vectors

LEANING_FILE = "leaning.json"
LONGEST = 8
"""So many words of content tell enough; more of them say nothing about leaning."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What leaning is read from.

    Attributes:
        named: whether the question names a topic of the handbook.
        gain: by how much the question comes nearer to one that people ask, in cosine, if what was
            asked before stands beside it.
        kinship: the cosine of the question and what was asked before.
        words: words of content, in eighths.
    """

    named: float
    gain: float
    kinship: float
    words: float


@dataclass(frozen=True, slots=True)
class Leaning:
    """Coefficients by sign, and what belongs to the question's vector.

    Attributes:
        coefficients: by sign.
        intercept: of the signs alone.
        encoder: names the encoder whose vectors `vector` is for.
        vector: by component of the question's vector: thanks and what lies outside the field lean
            on nothing.
        vector_intercept: what belongs to it.
    """

    coefficients: dict[str, float]
    intercept: float
    encoder: str = ""
    vector: tuple[float, ...] = ()
    vector_intercept: float = 0.0

    def probability(self, signs: Signs, vector: Vectors) -> float:
        """Return the estimated probability that the question leans on those before, 0 to 1."""
        values = asdict(signs)
        total = self.intercept + sum(c * values[name] for name, c in self.coefficients.items())
        if self.vector:
            total += self.vector_intercept + float(vector.astype(np.float64) @ self.vector)
        return round(0.5 * (1 + math.tanh(total / 2)), 4)

    def for_encoder(self, encoder: str) -> Leaning:
        """Return what of this holds with an encoder: with another than its own, the signs."""
        return self if encoder == self.encoder else replace(self, vector=())


def load_leaning() -> Leaning:
    """Return the coefficients that are shipped."""
    data = files("assistant").joinpath("data", LEANING_FILE).read_bytes()
    return msgspec.json.decode(data, type=Leaning)


def store_leaning(leaning: Leaning) -> str:
    """Write the coefficients that are shipped; return where they lie."""
    path = Path(str(files("assistant").joinpath("data", LEANING_FILE)))
    path.write_bytes(msgspec.json.format(msgspec.json.encode(leaning)) + b"\n")
    return str(path)
