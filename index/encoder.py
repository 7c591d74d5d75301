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


class OnnxEncoder:
    """A folder written by `SentenceTransformerModel.export`, opened for encoding."""

    def __init__(self, folder: Path) -> None:
        config = json.loads((folder / CONFIG_FILE).read_text())
        self._dimension = int(config["dimension"])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(int(config["max_tokens"]))
        self._session = onnxruntime.InferenceSession(
            str(folder / MODEL_FILE), _session_options(), providers=["CPUExecutionProvider"]
        )

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return self._dimension

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
        return np.concatenate([self._encode(text) for text in texts])

    def _encode(self, text: str) -> Vectors:
        encoding = self._tokenizer.encode(text)
        feed = dict(
            zip(
                INPUTS, (np.array([encoding.ids]), np.array([encoding.attention_mask])), strict=True
            )
        )
        vectors: Vectors = self._session.run([OUTPUT], feed)[0]
        return vectors


def _session_options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    # One thread: the same sums in the same order on any machine, and no fight over cores between
    # concurrent questions.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options
