"""The building encoder: sentence-transformers, and its export to ONNX.

Importing this module imports torch (6 to 9 s), so only a build does it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
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
from index.classifier import Branch
from index.classifier import learn as learn_labels
from index.encoder import (
    CLASSIFIER_FILE,
    CONFIG_FILE,
    HIDDEN,
    INPUTS,
    MODEL_FILE,
    OUTPUT,
    SCORES,
    TOKENIZER_FILE,
    OnnxEncoder,
)
from index.errors import ModelError
from index.export import Pooled, export_graph, quantize
from index.onednn import with_onednn
from index.types import Encoder, Report, Vectors
from index.weights import PACKAGED_MODEL, ModelFiles

_PARITY_TEXTS = (
    "CAB",
    "May I disagree with the CAB in the meeting?",
    "ISO/IEC 20000-1:2018 lists requirements for a service management system.",
    " ".join(["Record the decision of the change authority in the change record."] * 40),
)
_FEWEST, _MOST, _CHARACTERS = 8, 64, 4_000
"""How many texts of a document are embedded at a time: fewer of long ones, which are slower in
large batches, as short ones are in small ones."""
_PARITY_LIMIT = 1e-4


class SentenceTransformerModel:
    """A sentence-transformers model, loaded from checked weights and adapted to the handbook.

    Raises:
        ModelError: the folder does not hold a sentence-transformers model.
    """

    def __init__(self, weights: ModelFiles) -> None:
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
        # Before the adapter: the classifier branches off the encoder as published.
        self._branch = Branch.load(self._model, weights.classifier) if weights.classifier else None
        if weights.adapter:
            adapt(self._model, weights.adapter)
        self._model.eval()
        self._many = with_onednn(self._model)
        self._dimension = len(self.encode_queries(["dimension"])[0])
        self._graph = Pooled(self._model, hidden=self._branch is not None).eval()

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return self._dimension

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 `[n, dimension]`, unit norm."""
        longest = max(map(len, ("-", *texts)))
        batch = min(max(_CHARACTERS // longest, _FEWEST), _MOST)
        return self._normalised(
            self._many.encode_document(list(texts), batch_size=batch, show_progress_bar=False)
        )

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return float32 `[n, dimension]`, unit norm."""
        return self._normalised(self._model.encode_query(list(texts), show_progress_bar=False))

    @property
    def labels(self) -> tuple[str, ...]:
        """What the classifier tells apart; none where there is no classifier."""
        return self._branch.labels if self._branch else ()

    def read_question(self, text: str) -> tuple[Vectors, Vectors]:
        """Return a question's unit vector, `[dimension]`, and its score by label, `[labels]`."""
        tokens = self._model.tokenizer([text], truncation=True, return_tensors="pt")
        ids, mask = (tokens[name] for name in INPUTS)
        with torch.no_grad():
            vectors, *hidden = self._graph(ids, mask)
            scores = self._branch(hidden[0], mask)[0] if self._branch else torch.empty(0)
        return vectors[0].numpy(), scores.numpy()

    def learn(self, handbook: Handbook, path: Path, report: Report) -> None:
        """Write an adapter of this model to a handbook; raises ModelError as `adapter.learn`."""
        learn(self._model, handbook, self._sha256, path, report)

    def learn_labels(
        self, examples: Sequence[tuple[str, Mapping[str, float]]], path: Path, report: Report
    ) -> None:
        """Write a classifier fitted to labelled texts, as `classifier.learn` does."""
        learn_labels(self._model, examples, self._sha256, path, report)

    def export(self, folder: Path) -> float:
        """Write ONNX graph, tokenizer and configuration; return the largest difference to torch.

        The classifier is made small after it was compared: its scores only have to keep their
        order, and it answers in half the time.

        Raises:
            ModelError: a component of any vector differs by more than 1e-4.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER_FILE))
        config = {
            "dimension": self.dimension,
            "max_tokens": self._model.max_seq_length,
            "labels": self.labels,
        }
        (folder / CONFIG_FILE).write_text(json.dumps(config))
        self._export_graphs(folder)
        exported = OnnxEncoder(folder)
        parity = max(_difference(self, exported, text) for text in _PARITY_TEXTS)
        if parity > _PARITY_LIMIT:
            raise ModelError(
                f"The exported encoder differs from {self._name} by {parity:.2g} (limit "
                f"{_PARITY_LIMIT:g}). Install the versions of the lock file and build again."
            )
        if self._branch:
            quantize(folder / CLASSIFIER_FILE)
        return parity

    def _export_graphs(self, folder: Path) -> None:
        texts = ["two texts", "of two lengths"]
        example = self._model.tokenizer(texts, padding=True, return_tensors="pt")
        ids, mask = (example[name] for name in INPUTS)
        outputs = [OUTPUT, HIDDEN] if self._branch else [OUTPUT]
        longest = self._model.max_seq_length
        export_graph(self._graph, (ids, mask), INPUTS, outputs, longest, folder / MODEL_FILE)
        if self._branch:
            with torch.no_grad():
                _, hidden = self._graph(ids, mask)
            inputs = HIDDEN, INPUTS[1]
            path = folder / CLASSIFIER_FILE
            export_graph(self._branch, (hidden, mask), inputs, [SCORES], longest, path)

    def _normalised(self, vectors: object) -> Vectors:
        rows = np.asarray(vectors, dtype=np.float32)
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


def _difference(one: Encoder, other: Encoder, text: str) -> float:
    """Return how much two encoders differ in any component or score of a text."""
    pairs = zip(one.read_question(text), other.read_question(text), strict=True)
    return max(float(np.abs(a - b).max(initial=0)) for a, b in pairs)
