"""The serving encoder: the exported model run by onnxruntime, without torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from index.types import Vectors

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
CONFIG_FILE = "encoder.json"
INPUTS = ("input_ids", "attention_mask")
OUTPUT = "sentence_embedding"
CLASSIFIER_FILE = "classifier.onnx"
HIDDEN = "hidden"
"""What the classifier reads: an output of the model's graph, where there is a classifier."""
SCORES = "scores"


class OnnxEncoder:
    """A folder written by `SentenceTransformerModel.export`, opened for encoding."""

    def __init__(self, folder: Path) -> None:
        config = json.loads((folder / CONFIG_FILE).read_text())
        self._dimension = int(config["dimension"])
        self._labels = tuple(config.get("labels", ()))
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(int(config["max_tokens"]))
        self._session = _session(folder / MODEL_FILE)
        # A graph of its own: most texts are encoded for their vector alone.
        self._classifier = _session(folder / CLASSIFIER_FILE) if self._labels else None

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return self._dimension

    @property
    def labels(self) -> tuple[str, ...]:
        """What the classifier tells apart; none where the folder holds no classifier."""
        return self._labels

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 `[n, dimension]`, unit norm."""
        return self.encode_queries(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return float32 `[n, dimension]`, unit norm.

        Texts are run one by one: padding a batch changes the last bits of a vector with the
        company it keeps.
        """
        if not texts:
            return np.empty((0, self._dimension), dtype=np.float32)
        return np.concatenate([self._run(text, OUTPUT)[0] for text in texts])

    def read_question(self, text: str) -> tuple[Vectors, Vectors]:
        """Return a question's unit vector, `[dimension]`, and its score by label, `[labels]`."""
        if self._classifier is None:
            return self._run(text, OUTPUT)[0][0], np.empty(0, dtype=np.float32)
        vectors, hidden = self._run(text, OUTPUT, HIDDEN)
        feed = {HIDDEN: hidden, INPUTS[1]: np.ones(hidden.shape[:2], dtype=np.int64)}
        rows: list[Vectors] = self._classifier.run([SCORES], feed)
        return vectors[0], rows[0][0]

    def _run(self, text: str, *outputs: str) -> list[Vectors]:
        encoding = self._tokenizer.encode(text)
        rows = np.array([encoding.ids]), np.array([encoding.attention_mask])
        found: list[Vectors] = self._session.run(
            list(outputs), dict(zip(INPUTS, rows, strict=True))
        )
        return found


def _session(path: Path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(
        str(path), _session_options(), providers=["CPUExecutionProvider"]
    )


def _session_options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    # One thread: the same sums in the same order on any machine, and no fight over cores between
    # concurrent questions.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options
