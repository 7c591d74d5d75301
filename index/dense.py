"""Cosine search over all unit vectors, by FAISS.

Every vector is compared: the handbook's tens of thousands take one or two milliseconds, so there is
nothing that an approximate index could win. They are kept in half precision, which moves a cosine
by some 0.0001 and halves what a question has to read from memory.
"""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np

from index.types import Ids, Mask, Vectors

faiss.omp_set_num_threads(1)  # one question never needs more, and threads only reorder sums


class DenseIndex:
    """Vectors of one dimension, found by inner product; a vector's position is its id."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index
        self.vectors: Vectors = index.reconstruct_n(0, index.ntotal)

    @classmethod
    def build(cls, vectors: Vectors) -> DenseIndex:
        """Index float32 `[n, d]` rows of unit norm."""
        index = faiss.IndexScalarQuantizer(
            vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def open(cls, path: Path) -> DenseIndex:
        """Open what `save` wrote."""
        data = np.fromfile(path, dtype=np.uint8)
        return cls(faiss.deserialize_index(data))

    def save(self, path: Path) -> None:
        """Write the index as one file."""
        path.write_bytes(faiss.serialize_index(self._index).tobytes())

    def search(self, query: Vectors, k: int, allowed: Mask | None = None) -> Ids:
        """Return the ids of the k nearest vectors to one query `[d]`, nearest first.

        Args:
            query: a unit vector.
            k: how many; fewer come back where there are fewer.
            allowed: which vectors may be found, `[n]`; all of them if not given.
        """
        if not self._index.ntotal:
            return np.empty(0, dtype=np.int64)
        selected = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            selected = faiss.SearchParameters(  # type: ignore[call-arg]
                sel=faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
            )
        wanted = min(k, self._index.ntotal)
        _, ids = self._index.search(query[np.newaxis], wanted, params=selected)
        nearest: Ids = ids[0]
        return nearest[nearest >= 0]

    def scores(self, query: Vectors, ids: Ids) -> Vectors:
        """Return the inner products of one query `[d]` with the given vectors, `[len(ids)]`."""
        products: Vectors = self.vectors[ids] @ query
        return products
