"""Low-rank changes to a network's linear layers: how to learn, store and add them.

Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021. Imports torch, so only what
learns or builds imports it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch.nn.utils import parametrize

_WARM_UP = 0.06
_LARGEST_STEP = 1.0


class LowRank(torch.nn.Module):
    """Adds the product of two thin matrices to a weight; no change before it has learnt."""

    def __init__(self, weight: torch.Tensor, rank: int) -> None:
        super().__init__()
        rows, columns = weight.shape
        self.down = torch.nn.Parameter(torch.randn(rank, columns) / math.sqrt(columns))
        self.up = torch.nn.Parameter(torch.zeros(rows, rank))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """Return the changed weight."""
        return weight + self.up @ self.down


@contextmanager
def learning(
    network: torch.nn.Module, layers: torch.nn.Module, rank: int
) -> Iterator[dict[str, LowRank]]:
    """Give some layers of a network a change each, by module name; take it back after.

    Nothing else of the network learns.
    """
    within = set(layers.modules())
    linear = {
        name: module
        for name, module in network.named_modules()
        if module in within and isinstance(module, torch.nn.Linear)
    }
    network.eval()
    network.requires_grad_(False)
    changes: dict[str, LowRank] = {}
    for name, module in linear.items():
        changes[name] = LowRank(module.weight, rank)
        parametrize.register_parametrization(module, "weight", changes[name])
    try:
        yield changes
    finally:
        for module in linear.values():
            parametrize.remove_parametrizations(module, "weight", leave_parametrized=False)


def changes_of(changes: Mapping[str, LowRank]) -> dict[str, torch.Tensor]:
    """Return what was learnt as it is stored, in half precision."""
    return {
        f"{name}.{part}": tensor.detach().half().contiguous()
        for name, change in changes.items()
        for part, tensor in change.named_parameters()
    }


def add_changes(network: torch.nn.Module, tensors: Mapping[str, torch.Tensor]) -> None:
    """Add stored changes to the weights of the network that they were learnt for."""
    with torch.no_grad():
        for name in {name.rpartition(".")[0] for name in tensors}:
            up, down = tensors[f"{name}.up"].float(), tensors[f"{name}.down"].float()
            linear: Any = network.get_submodule(name)
            linear.weight.add_(up @ down)


def take_step(
    loss: torch.Tensor,
    parameters: Sequence[torch.nn.Parameter],
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> None:
    """Move the parameters against the gradient of a loss, at most so far."""
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(parameters, _LARGEST_STEP)
    optimizer.step()
    schedule.step()


def rate(steps: int, step: int) -> float:
    """Return the share of the learning rate: a warm-up, then half a cosine."""
    return min(1.0, (step + 1) / (_WARM_UP * steps)) * (
        0.02 + (1 + math.cos(math.pi * step / steps)) / 2
    )
