"""Graphs for serving: a module of torch written as ONNX, and made small.

Importing this module imports torch (6 to 9 s), so only a build does it.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from sentence_transformers import SentenceTransformer

from index.classifier import hidden_below


class Pooled(torch.nn.Module):
    """Transformer, pooling and normalisation as one graph from token ids to a vector.

    On demand it also gives what a classifier reads.
    """

    def __init__(self, model: SentenceTransformer, *, hidden: bool) -> None:
        super().__init__()
        self.model, self.hidden = model, hidden

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        """Return `[n, dimension]` unit vectors, and what a classifier reads, if it is wanted."""
        modules: Any = self.model
        transformer, *rest = modules
        features = {"input_ids": input_ids, "attention_mask": attention_mask}
        hidden: tuple[torch.Tensor, ...] = ()
        if self.hidden:
            output = transformer.auto_model(**features, output_hidden_states=True)
            features["token_embeddings"] = output.last_hidden_state
            hidden = (hidden_below(output.hidden_states),)
        else:
            features = transformer(features)
        for module in rest:
            features = module(features)
        return torch.nn.functional.normalize(features["sentence_embedding"], dim=1), *hidden


def export_graph(
    module: torch.nn.Module,
    arguments: tuple[torch.Tensor, ...],
    inputs: Sequence[str],
    outputs: Sequence[str],
    longest: int | None,
    path: Path,
) -> None:
    """Write a module as a graph that takes any number of texts of up to so many tokens."""
    shape = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens", max=longest)}
    with _quiet(), torch.no_grad():
        torch.onnx.export(
            module,
            arguments,
            str(path),
            dynamo=True,
            verbose=False,
            external_data=False,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=(shape,) * len(arguments),
        )


def quantize(path: Path) -> None:
    """Make the weights of a graph 8-bit integers: a quarter of the size to read for each text.

    Activations become integers as they come. Weights keep to seven bits (`reduce_range`), so that
    no sum overflows on a processor without the instructions for it: all processors then agree.
    """
    with _quiet():
        quantize_dynamic(
            path, path, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Hold back the notes of both libraries on what might be done better, also on the root log."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
