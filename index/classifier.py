"""A branch of the encoder that reads what sort of answer a question asks for.

The encoder's vector tells what a question is about, and blurs how it asks. So the branch leaves the
encoder after its first layers and goes on with copies of the others that have low-rank changes,
the mean over tokens, and a linear layer with one score for each label. The layers below are as
published, so an adapter learnt anew leaves the classifier as it is. Imports torch, so only what
learns or builds imports it; questions are read by the exported graph.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from torch.nn import functional

from index.lowrank import add_changes, changes_of, learning, rate, take_step
from index.types import Report
from index.weights import ADAPTED, LABELS

BELOW = 2
"""After how many layers of the encoder the branch leaves it."""
RANK = 16
EPOCHS = 6
BATCH = 32
LEARNING_RATE = 2e-3
_HEAD_RATE = 3e-3
_DROPOUT = 0.1
_SCALE = 5.0
"""Length of the vector that the scores are read from."""
_TOKENS = 64
_SEED = 0
_SORTED_TOGETHER = 8
"""Batches whose texts are sorted by length among each other, so that little is padded."""
_HEAD = "head."


class Branch(torch.nn.Module):
    """Hidden states of the encoder to scores by label; learns nothing before it is told to.

    Args:
        model: the encoder as published.
        labels: what it tells apart.
    """

    def __init__(self, model: SentenceTransformer, labels: Sequence[str]) -> None:
        super().__init__()
        self.labels = tuple(labels)
        transformer: Any = model[0].auto_model
        self.layers = copy.deepcopy(transformer.encoder.layer[BELOW:])
        self.head = torch.nn.Linear(transformer.config.hidden_size, len(self.labels))
        torch.nn.init.zeros_(self.head.weight)

    @classmethod
    def load(cls, model: SentenceTransformer, path: Path) -> Branch:
        """Return a branch that has learnt; `model` is the encoder as published."""
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            branch = cls(model, json.loads(file.metadata()[LABELS]))
        head = {name.removeprefix(_HEAD): tensors.pop(name) for name in _of_head(tensors)}
        branch.head.load_state_dict(head)
        add_changes(branch, tensors)
        return branch.eval()

    def forward(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return the scores, `[n, labels]`, of hidden states, `[n, tokens, dimension]`."""
        mask = attention_mask.to(hidden.dtype)
        unseen = (1 - mask)[:, None, None, :] * torch.finfo(hidden.dtype).min
        for layer in self.layers:
            output = layer(hidden, unseen)
            hidden = output[0] if isinstance(output, tuple) else output
        mean = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        vector = _SCALE * functional.normalize(mean, dim=1)
        scores: torch.Tensor = self.head(functional.dropout(vector, _DROPOUT, self.training))
        return scores


def hidden_below(hidden_states: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return what the branch reads; `hidden_states` are the encoder's input and its layers'."""
    return hidden_states[BELOW]


def learn(
    model: SentenceTransformer,
    examples: Sequence[tuple[str, Mapping[str, float]]],
    weights_sha256: str,
    path: Path,
    report: Report = lambda stage, done, total: None,
    *,
    epochs: int = EPOCHS,
) -> None:
    """Fit a branch to texts whose labels are known and write what it learnt.

    Args:
        model: the encoder as published; it stays as it is.
        examples: texts, each with its labels and their shares, which add up to 1.
        weights_sha256: which weights the branch belongs to; it is added to no others.
        path: where it goes.
        report: called before each step.
        epochs: how often each example is seen.
    """
    torch.manual_seed(_SEED)
    labels = sorted({label for _, shares in examples for label in shares})
    branch, below = Branch(model, labels), _below(model)
    tokens = model.tokenizer([text for text, _ in examples], truncation=True, max_length=_TOKENS)
    targets = torch.tensor([[shares.get(one, 0.0) for one in labels] for _, shares in examples])
    batches = list(_batches([len(one) for one in tokens["input_ids"]], epochs))
    with learning(branch, branch.layers, RANK) as changes:
        branch.train()
        branch.head.requires_grad_(True)
        body = [one for change in changes.values() for one in change.parameters()]
        head = list(branch.head.parameters())
        groups = [
            {"params": body, "lr": LEARNING_RATE},
            {"params": head, "lr": _HEAD_RATE},
        ]
        optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, partial(rate, len(batches)))
        for step, batch in enumerate(batches):
            report("learn", step, len(batches))
            padded = model.tokenizer.pad(
                {name: [list_[i] for i in batch] for name, list_ in tokens.items()},
                return_tensors="pt",
            )
            with torch.no_grad():
                hidden = below(**padded).last_hidden_state
            scores = branch(hidden, padded["attention_mask"])
            loss = functional.cross_entropy(scores, targets[batch])
            take_step(loss, [*body, *head], optimizer, schedule)
        learnt = changes_of(changes)
    learnt |= {f"{_HEAD}{name}": one.contiguous() for name, one in branch.head.state_dict().items()}
    report("learn", len(batches), len(batches))
    save_file(learnt, path, metadata={ADAPTED: weights_sha256, LABELS: json.dumps(labels)})


def _of_head(tensors: Mapping[str, torch.Tensor]) -> list[str]:
    return [name for name in tensors if name.startswith(_HEAD)]


def _below(model: SentenceTransformer) -> Any:
    """Return the part of an encoder whose output the branch reads."""
    transformer: Any = model[0].auto_model
    below = copy.deepcopy(transformer)
    below.encoder.layer = below.encoder.layer[:BELOW]
    return below.eval()


def _batches(lengths: Sequence[int], epochs: int) -> Iterator[list[int]]:
    """Yield the places of each batch; the texts of one are of about one length."""
    random = np.random.default_rng(_SEED)
    for _ in range(epochs):
        order = random.permutation(len(lengths))
        for start in range(0, len(order), BATCH * _SORTED_TOGETHER):
            near = sorted(order[start : start + BATCH * _SORTED_TOGETHER], key=lengths.__getitem__)
            batches = [near[i : i + BATCH] for i in range(0, len(near), BATCH)]
            for place in random.permutation(len(batches)):
                yield [int(one) for one in batches[place]]
