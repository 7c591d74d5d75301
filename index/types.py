"""What a build says about itself, what a search returns, and the one seam: the encoder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from corpus.types import Passage

Vectors = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Report = Callable[[str, int, int], None]
"""Called as (stage, done, total) while a build is made."""

Judge = Callable[[Path, Path | None], None]
"""Called with the folders of a new build and of the published one, if there is another, before the
new one is published; raises BuildRejectedError to keep it back."""


class Encoder(Protocol):
    """Text to unit vectors of one dimension."""

    @property
    def dimension(self) -> int:
        """Length of each vector."""

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 `[len(texts), dimension]`, each row of unit norm."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return float32 `[len(texts), dimension]`, each row of unit norm."""

    @property
    def labels(self) -> tuple[str, ...]:
        """What its classifier tells apart; none where it has no classifier."""

    def read_question(self, text: str) -> tuple[Vectors, Vectors]:
        """Return a question's unit vector, `[dimension]`, and its score by label, `[labels]`."""


class Model(Encoder, Protocol):
    """An encoder that can make a build: it can write the form that serves questions."""

    def export(self, folder: Path) -> float:
        """Write the serving form into a folder; return its largest difference to this encoder."""


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model made the vectors: SHA-256 of its weights file, and of its adapter, if any.

    The classifier reads questions beside it and changes no vector.
    """

    name: str
    sha256: str
    adapter_sha256: str = ""
    classifier_sha256: str = ""

    @property
    def encoder(self) -> str:
        """Names the encoder that the two make; figures fitted on its vectors fit no other."""
        return f"{self.sha256} {self.adapter_sha256}".strip()


@dataclass(frozen=True, slots=True)
class FileRecord:
    """Size in bytes and SHA-256 of one file of a build."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build is made of; written last, so a build that has one is complete.

    `parity` is the largest difference of any vector component or score between the model and its
    exported form.
    """

    id: str
    format_version: int
    splitter_version: int
    model: ModelIdentity
    dimension: int
    corpus_sha256: str
    documents: int
    passages: int
    spans: int
    asked: int
    reused: int
    parity: float
    created: str
    files: Mapping[str, FileRecord]


@dataclass(frozen=True, slots=True)
class Components:
    """The scores of a passage before (raw) and after min-max normalisation (0 to 1)."""

    passage_cosine: float
    span_cosine: float
    asked_cosine: float
    bm25: float
    passage_norm: float
    span_norm: float
    asked_norm: float
    bm25_norm: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found; ranks start at 1 and order the pool by one component alone."""

    passage: Passage
    score: float
    dense_rank: int
    lexical_rank: int
    components: Components


@dataclass(frozen=True, slots=True)
class Standing:
    """How near a passage comes to a question by one score alone.

    `rank` is that of its best row (itself, a span of it, an embedded question asked for it) among
    all rows of the build, from 1; the first POOL of them bring their passages into the pool.
    """

    score: float
    rank: int
