"""An opened build: question in, ranked passages out.

Ranking: a pool of the nearest passages, the passages of the nearest spans and of the nearest
questions that people ask, and the best BM25 matches; each of the four scores is min-max normalised
over the pool and the weighted sum ranks. Of the questions asked for a passage not only the nearest
counts: their cosines are joined by a soft maximum, so that several near ones outrank a single one.
eval/README.md has the measurements behind the weights.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from corpus.splitter import SPLITTER_VERSION
from corpus.types import Asked, Block, Document, Handbook, Passage, Span
from index.build import (
    ASKED_FILE,
    ENCODER_FOLDER,
    HANDBOOK_FILE,
    LEXICAL_FOLDER,
    PASSAGES_FILE,
    SPANS_FILE,
    WORDS_FILE,
)
from index.dense import DenseIndex
from index.encoder import OnnxEncoder
from index.errors import IndexDamagedError
from index.filters import Filters
from index.lexical import LexicalIndex
from index.scores import best_of_rows, first_rows, min_max, ranks, row_scores
from index.store import build_folder, check_files, mismatch, publication, read_manifest
from index.texts import is_embedded
from index.types import Components, Encoder, Hit, Ids, Manifest, Mask, Standing, Vectors

POOL = 100
"""How many passages, spans, asked questions and BM25 matches each enter the pool."""
SOFTNESS = 0.05
"""Temperature of the soft maximum over the questions asked for a passage; near 0, the maximum."""
# Scores are rounded before ranking, so that last-bit differences between processors do not show.
_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of the four normalised scores in the fused score."""

    passage: float
    span: float
    asked: float
    bm25: float


FUSED = Weights(passage=0.12, span=0.12, asked=0.46, bm25=0.30)
DENSE = Weights(passage=1.0, span=0.0, asked=0.0, bm25=0.0)
BM25 = Weights(passage=0.0, span=0.0, asked=0.0, bm25=1.0)


class Index:
    """A build opened for reading; safe to share between threads."""

    def __init__(self, folder: Path, manifest: Manifest, encoder: Encoder) -> None:
        self.manifest = manifest
        self._encoder = encoder
        handbook = msgspec.json.decode((folder / HANDBOOK_FILE).read_bytes(), type=Handbook)
        self.documents: dict[str, Document] = {d.id: d for d in handbook.documents}
        self.passages: Sequence[Passage] = handbook.passages
        self.spans: Sequence[Span] = handbook.spans
        self._blocks: dict[str, list[Block]] = {}
        for block in handbook.blocks:
            self._blocks.setdefault(block.document_id, []).append(block)
        self._document_passages: dict[str, list[Passage]] = {}
        for passage in handbook.passages:
            self._document_passages.setdefault(passage.document_id, []).append(passage)
        self._positions = {passage.id: i for i, passage in enumerate(self.passages)}
        self._span_passage = self._owners(self.spans)
        self._span_first = first_rows(self._span_passage, len(self.passages))
        self.asked: Sequence[Asked] = handbook.asked
        owners = self._owners(self.asked)
        self._asked_first = first_rows(owners, len(self.passages))
        self._embedded_passage = owners[np.fromiter(map(is_embedded, self.asked), np.bool_)]
        self._embedded_first = first_rows(self._embedded_passage, len(self.passages))
        self._dense = DenseIndex.open(folder / PASSAGES_FILE)
        self._dense_spans = DenseIndex.open(folder / SPANS_FILE)
        self._dense_asked = DenseIndex.open(folder / ASKED_FILE)
        self.lexical = LexicalIndex.open(folder / LEXICAL_FOLDER)
        self.words: dict[str, int] = msgspec.json.decode((folder / WORDS_FILE).read_bytes())

    @classmethod
    def open(cls, data_dir: Path, model: str, encoder: Encoder | None = None) -> Index:
        """Open the published build and check every file of it.

        Args:
            data_dir: the folder that builds are kept in.
            model: the name of the model in use.
            encoder: what to encode questions with instead of the build's own encoder.

        Raises:
            IndexMissingError: nothing is published.
            IndexMismatchError: the build is of another format, splitter or model.
            IndexDamagedError: a file is missing, cut short or altered.
        """
        folder = build_folder(data_dir, publication(data_dir).current)
        return cls.open_build(folder, model, encoder)

    @classmethod
    def open_build(cls, folder: Path, model: str, encoder: Encoder | None = None) -> Index:
        """Open one build by its folder, published or not; raises as `open` does."""
        manifest = read_manifest(folder)
        _require_match(manifest, model)
        with ThreadPoolExecutor(1) as executor:
            # Hashing 100 MB and loading them take about as long; each has a core to itself.
            check = executor.submit(check_files, folder, manifest.files)
            try:
                with _uncollected():
                    opened = cls(folder, manifest, encoder or OnnxEncoder(folder / ENCODER_FOLDER))
            except Exception as error:
                check.result()  # a damaged file is the likelier and the better told reason
                raise IndexDamagedError(
                    f"The build {folder} cannot be opened ({error}). Run `itsm index build "
                    "--force`, or `itsm index rollback` for the build before."
                ) from error
            check.result()
        return opened

    def encode(self, question: str) -> Vectors:
        """Return the unit vector of a question, `[dimension]`."""
        vector: Vectors = self._encoder.encode_queries([question])[0]
        return vector

    @property
    def labels(self) -> tuple[str, ...]:
        """What the encoder's classifier tells questions apart by; none where it has none."""
        return self._encoder.labels

    def read(self, question: str) -> tuple[Vectors, Vectors]:
        """Return the unit vector of a question and its score by label, `[labels]`."""
        return self._encoder.read_question(question)

    def near_duplicates(self, cosine: float) -> list[tuple[Passage, Passage, float]]:
        """Return the pairs of passages of two documents that are nearer than a cosine."""
        vectors = self._dense.vectors
        pairs = zip(*np.nonzero(np.triu(vectors @ vectors.T, 1) > cosine), strict=True)
        return [
            (one, other, float(vectors[i] @ vectors[j]))
            for i, j in pairs
            if (one := self.passages[i]).document_id != (other := self.passages[j]).document_id
        ]

    def search(
        self,
        question: str,
        k: int = 10,
        weights: Weights = FUSED,
        vector: Vectors | None = None,
        filters: Filters | None = None,
    ) -> list[Hit]:
        """Return the k best passages for a question, best first; ties go to the earlier passage.

        Raises:
            FilterError: a filter names what no passage has.
        """
        query = self.encode(question) if vector is None else vector
        bm25 = self.lexical.scores(question)
        allowed = filters.mask(self.passages, self.documents) if filters else None
        pool = self._pool(query, bm25, allowed)
        if not pool.size:
            return []
        passages = self._dense.scores(query, pool)
        spans = best_of_rows(self._dense_spans, self._span_first, query, pool)
        asked, joined = self._asked_scores(query, pool, np.mean([passages, spans], axis=0))
        raw = np.stack([passages, spans, asked, bm25[pool]]).round(_DECIMALS)
        norm = min_max(np.stack([*raw[:2], joined.round(_DECIMALS), raw[3]]))
        shares = np.array([astuple(weights)], dtype=np.float32).T
        scores = (norm * shares).sum(axis=0).round(_DECIMALS)
        best = np.argsort(-scores, kind="stable")[:k]
        numbers = _numbers(np.stack([scores, *raw, *norm])[:, best].T)
        dense_ranks, lexical_ranks = ranks(raw[0])[best], ranks(raw[3])[best]
        return [
            Hit(
                passage=self.passages[i],
                score=score,
                dense_rank=int(dense_rank),
                lexical_rank=int(lexical_rank),
                components=Components(*components),
            )
            for i, (score, *components), dense_rank, lexical_rank in zip(
                pool[best], numbers, dense_ranks, lexical_ranks, strict=True
            )
        ]

    def nearest_asked(self, query: Vectors) -> float:
        """Return the cosine of a question's vector to the nearest question that people ask."""
        nearest = self._dense_asked.search(query, 1)
        scores = self._dense_asked.scores(query, nearest).round(_DECIMALS)
        return _number(scores[0]) if scores.size else 0.0

    def standings(self, question: str, passage: Passage) -> dict[str, Standing]:
        """Return how near a passage comes by each of the four scores, in the pool or not.

        By asked questions there is none where no question is embedded.
        """
        query, position = self.encode(question), self._positions[passage.id]
        own = slice(position, position + 1)
        spans = slice(*self._span_first[position : position + 2])
        asked = slice(*self._embedded_first[position : position + 2])
        scores = {
            "passage": (self._dense.vectors @ query, own),
            "span": (self._dense_spans.vectors @ query, spans),
            "asked": (self._dense_asked.vectors @ query, asked),
            "bm25": (self.lexical.scores(question), own),
        }
        return {
            name: Standing(_number(best := all_[rows].max()), 1 + int((all_ > best).sum()))
            for name, (all_, rows) in scores.items()
            if rows.start < rows.stop
        }

    def cosines(self, passages: Sequence[Passage]) -> Vectors:
        """Return the cosine of each passage with each, `[len(passages), len(passages)]`."""
        vectors = self._dense.vectors[[self._positions[one.id] for one in passages]]
        cosines: Vectors = vectors @ vectors.T
        return cosines

    def span_scores(self, passage: Passage, query: Vectors) -> list[tuple[Span, float]]:
        """Return the spans of a passage with their cosine to a question's vector, in order."""
        position = self._positions[passage.id]
        rows = slice(*self._span_first[position : position + 2])
        scores = _numbers(self._dense_spans.vectors[rows] @ query)
        return list(zip(self.spans[rows], scores, strict=True))

    def blocks(self, document_id: str) -> Sequence[Block]:
        """Return the blocks of a document in reading order."""
        return self._blocks.get(document_id, [])

    def spans_in(self, passage: Passage) -> Sequence[Span]:
        """Return the spans of a passage in reading order."""
        position = self._positions[passage.id]
        return self.spans[self._span_first[position] : self._span_first[position + 1]]

    def passages_of(self, document_id: str) -> Sequence[Passage]:
        """Return the passages of a document in reading order."""
        return self._document_passages.get(document_id, [])

    def asked_of(self, passage: Passage) -> Sequence[Asked]:
        """Return the questions that people ask for a passage."""
        position = self._positions[passage.id]
        return self.asked[self._asked_first[position] : self._asked_first[position + 1]]

    def spans_of(self, block: Block) -> list[Span]:
        """Return the spans of a block in reading order."""
        return [
            span
            for passage in self.passages_of(block.document_id)
            if passage.start < block.end and block.start < passage.end
            for span in self.spans_in(passage)
            if span.block == block.ordinal
        ]

    def _owners(self, parts: Sequence[Span] | Sequence[Asked]) -> Ids:
        """Return the position of the passage that each span or asked question belongs to."""
        return np.array([self._positions[one.passage_id] for one in parts], dtype=np.int64)

    def _pool(self, query: Vectors, bm25: Vectors, allowed: Mask | None) -> Ids:
        """Return the passages that are ranked, of those allowed, in reading order."""

        def of(owners: Ids) -> Mask | None:
            return None if allowed is None else allowed[owners]

        dense = self._dense.search(query, POOL, allowed)
        spans = self._dense_spans.search(query, POOL, of(self._span_passage))
        asked = self._dense_asked.search(query, POOL, of(self._embedded_passage))
        lexical = np.argsort(-bm25, kind="stable")
        lexical = (lexical if allowed is None else lexical[allowed[lexical]])[:POOL]
        owners = [dense, self._span_passage[spans], self._embedded_passage[asked], lexical]
        pool: Ids = np.unique(np.concatenate(owners))
        return pool

    def _asked_scores(self, query: Vectors, pool: Ids, own: Vectors) -> tuple[Vectors, Vectors]:
        """Return the best cosine and the joined score of the questions asked for each passage.

        A passage without embedded questions gets its own cosine, so that it is neither favoured nor
        lost, and a handbook without any is ranked by its texts alone.
        """
        best, joined = own.copy(), own.copy()
        firsts = self._embedded_first
        asked = np.flatnonzero(firsts[pool + 1] > firsts[pool])
        if asked.size:
            cosines, starts = row_scores(self._dense_asked, firsts, query, pool[asked])
            best[asked] = np.maximum.reduceat(cosines, starts)
            joined[asked] = SOFTNESS * np.log(np.add.reduceat(np.exp(cosines / SOFTNESS), starts))
        return best, joined


@contextmanager
def _uncollected() -> Iterator[None]:
    """Make many objects that stay without looking for garbage among them: a tenth of a start."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _require_match(manifest: Manifest, model: str) -> None:
    if manifest.splitter_version != SPLITTER_VERSION:
        raise mismatch(manifest.id, "splitter", manifest.splitter_version, SPLITTER_VERSION)
    if manifest.model.name != model:
        raise mismatch(manifest.id, "model", manifest.model.name, model)


def _number(value: np.float32) -> float:
    return round(float(value), _DECIMALS)


def _numbers(values: Vectors) -> Any:
    """Return an array as nested lists of rounded numbers."""
    return values.astype(np.float64).round(_DECIMALS).tolist()
