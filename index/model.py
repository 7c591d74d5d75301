"""The building encoder: sentence-transformers, and its export to ONNX.

Importing this module imports torch (6 to 9 s), so only a build does it.
"""

from __future__ import annotations

import json
import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

# The model is on disk; nothing may look for it, or for anything else, on the network.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from corpus.types import Handbook
from index.adapter import adapt, learn
from index.encoder import CONFIG_FILE, INPUTS, MODEL_FILE, OUTPUT, TOKENIZER_FILE, OnnxEncoder
from index.errors import ModelError
from index.types import Report, Vectors
from index.weights import PACKAGED_MODEL, Weights

_PARITY_TEXTS = (
    "CAB",
    "May I disagree with the CAB in the meeting?",
    "ISO/IEC 20000-1:2018 lists requirements for a service management system.",
    " ".join(["Record the decision of the change authority in the change record."] * 40),
)
_BATCH = 8
"""Texts of a document at a time: lengths differ, and few are padded to the longest of few."""
_PARITY_LIMIT = 1e-4


class SentenceTransformerModel:
    """A sentence-transformers model, loaded from checked weights and adapted to the handbook.

    Raises:
        ModelError: the folder does not hold a sentence-transformers model.
    """

    def __init__(self, weights: Weights) -> None:
        self._name, self._sha256 = weights.name, weights.sha256
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self._model = SentenceTransformer(
                str(weights.folder), device="cpu", local_files_only=True
            )
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"{weights.folder} is not a sentence-transformers model ({error}). Set `model` to "
                f"{PACKAGED_MODEL} or to a folder that holds one."
            ) from error
        if weights.adapter:
            adapt(self._model, weights.adapter)
        self._model.eval()
        self._dimension = len(self.encode_queries(["dimension"])[0])

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return self._dimension

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 `[n, dimension]`, unit norm."""
        return self._normalised(
            self._model.encode_document(list(texts), batch_size=_BATCH, show_progress_bar=False)
        )

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return float32 `[n, dimension]`, unit norm."""
        return self._normalised(self._model.encode_query(list(texts), show_progress_bar=False))

    def learn(self, handbook: Handbook, path: Path, report: Report) -> None:
        """Write an adapter of this model to a handbook; raises ModelError as `adapter.learn`."""
        learn(self._model, handbook, self._sha256, path, report)

    def export(self, folder: Path) -> float:
        """Write ONNX graph, tokenizer and configuration; return the largest difference to torch.

        Raises:
            ModelError: a component of any vector differs by more than 1e-4.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER_FILE))
        config = {"dimension": self.dimension, "max_tokens": self._model.max_seq_length}
        (folder / CONFIG_FILE).write_text(json.dumps(config))
        _export_graph(self._model, folder / MODEL_FILE)
        exported = OnnxEncoder(folder).encode_queries(_PARITY_TEXTS)
        parity = float(np.abs(exported - self.encode_queries(_PARITY_TEXTS)).max())
        if parity > _PARITY_LIMIT:
            raise ModelError(
                f"The exported encoder differs from {self._name} by {parity:.2g} (limit "
                f"{_PARITY_LIMIT:g}). Install the versions of the lock file and build again."
            )
        return parity

    def _normalised(self, vectors: object) -> Vectors:
        rows = np.asarray(vectors, dtype=np.float32)
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


class _Pooled(torch.nn.Module):
    """Transformer, pooling and normalisation as one graph from token ids to a vector."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        features = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
        vectors: torch.Tensor = features["sentence_embedding"]
        return torch.nn.functional.normalize(vectors, dim=1)


def _export_graph(model: SentenceTransformer, path: Path) -> None:
    example = model.tokenizer(["two texts", "of two lengths"], padding=True, return_tensors="pt")
    shape = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens", max=model.max_seq_length)}
    with _quiet(), torch.no_grad():
        torch.onnx.export(
            _Pooled(model).eval(),
            tuple(example[name] for name in INPUTS),
            str(path),
            dynamo=True,
            verbose=False,
            external_data=False,
            input_names=list(INPUTS),
            output_names=[OUTPUT],
            dynamic_shapes=dict.fromkeys(INPUTS, shape),
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Hold back the exporter's notes on optional packages, which nobody here can act on."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
