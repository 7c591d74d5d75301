"""An encoder that has learnt how people ask: low-rank changes to its upper layers.

Questions in words far from the handbook's are near its texts only for an encoder that has seen
such questions. `learn` shows it the handbook's asked questions, `adapt` adds what was learnt to a
model's weights. Imports torch, so only a build and `itsm index adapt` do it.

The loss is InfoNCE over the batch, in both directions: van den Oord, Li and Vinyals,
"Representation Learning with Contrastive Predictive Coding", 2018.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from torch.nn import functional

from corpus.types import Handbook, Passage
from index.errors import ModelError
from index.lowrank import add_changes, changes_of, learning, rate, take_step
from index.texts import asked_text, passage_text, span_text
from index.types import Ids, Report, Vectors
from index.weights import ADAPTED

LAYERS = 4
"""How many layers learn, counted from the last."""
RANK = 16
STEPS = 1000
BATCH = 64
LEARNING_RATE = 5e-4
TEMPERATURE = 0.05
_TOKENS = 96
_SEED = 0
# Neighbours of a passage are the hard ones to tell from it, so they share a batch; nearer ones than
# this cosine say the same.
_WITH_NEIGHBOURS = 0.5
_NEIGHBOURS = 12
_DRAWN = 4
_SAME = 0.93
_SPAN_SOFTNESS = 0.1
# What a question is drawn to: mostly to another question for the same passage.
_TARGETS = ("asked", "span", "asked", "asked", "passage")


def adapt(model: SentenceTransformer, path: Path) -> None:
    """Add an adapter's changes to the weights of the model that it was learnt for."""
    add_changes(model, load_file(path))


def learn(
    model: SentenceTransformer,
    handbook: Handbook,
    weights_sha256: str,
    path: Path,
    report: Report = lambda stage, done, total: None,
    *,
    steps: int = STEPS,
    batch: int = BATCH,
) -> None:
    """Fit a model to a handbook's asked questions and write the changes as an adapter.

    Each step draws passages, a question asked for each, and a text that belongs to the same
    passage: another question for it, a sentence of it, or all of it. The question is to be nearer
    to that text than to those of all other passages in the batch.

    Args:
        model: the model that learns; its weights are as before afterwards.
        handbook: what is learnt from.
        weights_sha256: which weights the adapter fits; `adapt` adds it to no others.
        path: where the adapter goes.
        report: called before each step.
        steps: how many batches are drawn.
        batch: passages in a batch; each is told apart from all others in it.

    Raises:
        ModelError: too few passages have two asked questions.
    """
    torch.manual_seed(_SEED)
    lessons = _Lessons(handbook, model, batch, report)
    transformer: Any = model[0].auto_model
    with learning(model, transformer.encoder.layer[-LAYERS:], RANK) as changes:
        parameters = [one for change in changes.values() for one in change.parameters()]
        optimizer = torch.optim.AdamW(parameters, lr=LEARNING_RATE, weight_decay=0.01)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, partial(rate, steps))
        for step, sort in zip(range(steps), cycle(_TARGETS), strict=False):
            report("learn", step, steps)
            questions, targets = lessons.draw(sort)
            loss = _loss(_encode(model, questions), _encode(model, targets))
            take_step(loss, parameters, optimizer, schedule)
        learnt = changes_of(changes)
    report("learn", steps, steps)
    save_file(learnt, path, metadata={ADAPTED: weights_sha256})


def _encode(model: SentenceTransformer, texts: Sequence[str]) -> torch.Tensor:
    """Return the unit vectors of some texts, `[n, dimension]`."""
    tokens = model.tokenizer(
        list(texts), padding=True, truncation=True, max_length=_TOKENS, return_tensors="pt"
    )
    vectors: torch.Tensor = model(dict(tokens))["sentence_embedding"]
    return functional.normalize(vectors, dim=1)


def _loss(questions: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    scores = questions @ targets.T / TEMPERATURE
    own = torch.arange(len(scores))
    return (functional.cross_entropy(scores, own) + functional.cross_entropy(scores.T, own)) / 2


class _Lessons:
    """What is learnt from, by passage, and a generator that draws from it."""

    def __init__(
        self, handbook: Handbook, model: SentenceTransformer, batch: int, report: Report
    ) -> None:
        documents = {one.id: one for one in handbook.documents}
        passages = {one.id: one for one in handbook.passages}
        self._texts = {
            "asked": [asked_text(one) for one in handbook.asked],
            "span": [
                span_text(documents[passages[one.passage_id].document_id], one)
                for one in handbook.spans
            ],
            "passage": [passage_text(documents[one.document_id], one) for one in passages.values()],
        }
        self._vectors = {sort: _vectors(model, t, sort, report) for sort, t in self._texts.items()}
        self._asked = _rows(passages, [one.passage_id for one in handbook.asked])
        self._spans = _rows(passages, [one.passage_id for one in handbook.spans])
        self._learnable = [place for place, rows in enumerate(self._asked) if len(rows) > 1]
        if len(self._learnable) < batch:
            raise ModelError(
                f"{len(self._learnable)} passages have two asked questions or more, an adapter "
                f"takes {batch}. Write more of them beside the documents (corpus/README.md)."
            )
        vectors = self._vectors["passage"][self._learnable]
        self._nearness = vectors @ vectors.T
        np.fill_diagonal(self._nearness, 0)
        self._batch = batch
        self._random = np.random.default_rng(_SEED)

    def draw(self, sort: str) -> tuple[list[str], list[str]]:
        """Return a question for each of some passages, and a text of a sort that belongs to it."""
        pairs = [self._pair(self._learnable[place], sort) for place in self._places()]
        asked, texts = self._texts["asked"], self._texts[sort]
        return [asked[question] for question, _ in pairs], [texts[target] for _, target in pairs]

    def _places(self) -> list[int]:
        """Return which passages a batch is of, half of them neighbours of another in it."""
        chosen: dict[int, None] = {}
        while len(chosen) < self._batch:
            place = int(self._random.integers(len(self._learnable)))
            chosen.setdefault(place)
            if self._random.random() < _WITH_NEIGHBOURS:
                near = np.argsort(-self._nearness[place], kind="stable")[:_NEIGHBOURS]
                others = near[self._nearness[place, near] < _SAME]
                drawn = self._random.choice(others, min(_DRAWN, len(others)), replace=False)
                chosen.update(dict.fromkeys(drawn.tolist()))
        return list(chosen)[: self._batch]

    def _pair(self, passage: int, sort: str) -> tuple[int, int]:
        if sort == "asked":
            question, other = self._random.choice(self._asked[passage], 2, replace=False)
            return int(question), int(other)
        question = int(self._random.choice(self._asked[passage]))
        return question, passage if sort == "passage" else self._span(passage, question)

    def _span(self, passage: int, question: int) -> int:
        """Return a span of a passage, most likely one that is near to a question for it."""
        rows = self._spans[passage]
        cosines = self._vectors["span"][rows] @ self._vectors["asked"][question]
        weights = np.exp(cosines.astype(np.float64) / _SPAN_SOFTNESS)
        return int(self._random.choice(rows, p=weights / weights.sum()))


def _rows(passages: Mapping[str, Passage], owners: Sequence[str]) -> list[Ids]:
    """Return which rows belong to each passage, by its place."""
    places = {id_: place for place, id_ in enumerate(passages)}
    owned = np.array([places[owner] for owner in owners])
    return [np.flatnonzero(owned == place) for place in range(len(passages))]


def _vectors(
    model: SentenceTransformer, texts: Sequence[str], sort: str, report: Report
) -> Vectors:
    """Return unit vectors before anything is learnt, `[n, dimension]`."""
    report(f"embed {sort}", 0, 1)
    vectors: Vectors = model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
    report(f"embed {sort}", 1, 1)
    return vectors
