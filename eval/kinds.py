"""Fits the classifier of kinds on the example questions and the dev questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.ask import Assistant
from assistant.confidence import Features
from assistant.kinds import WORD_WEIGHT, KindModel, asking_words, example_questions
from assistant.types import Kind
from eval.questions import Question
from index.types import Vectors

_FEWEST = 3
"""A word of fewer questions is left out."""
_STRENGTH = 10.0
"""Inverse of the regularisation."""


def fit_kinds(assistant: Assistant, questions: Sequence[Question]) -> KindModel:
    """Return a classifier fitted on the shipped examples and on questions whose kind is known."""
    asked = [(text, kind) for kind, texts in example_questions().items() for text in texts]
    inputs = [assistant.figures(text) for text, _ in asked]
    inputs += [assistant.figures(one.question, one.history) for one in questions]
    labels = [kind.value for _, kind in asked] + [one.kind for one in questions]
    return fit_model(assistant.index.manifest.model.encoder, inputs, labels)


def fit_model(
    encoder: str, inputs: Sequence[tuple[str, Vectors, Features]], labels: Sequence[str]
) -> KindModel:
    """Return the classifier of some questions, each with vector and features, and their kinds."""
    words = [asking_words(text) for text, _, _ in inputs]
    counted = Counter(word for of in words for word in of)
    known = sorted(word for word, count in counted.items() if count >= _FEWEST)
    dense = np.array([[*vector, *astuple(features)] for _, vector, features in inputs])
    present = np.array([[WORD_WEIGHT * (word in of) for word in known] for of in words])
    model = LogisticRegression(C=_STRENGTH, max_iter=200)
    model.fit(np.hstack([dense, present]).astype(np.float32), labels)
    rows = _rounded(model.coef_.T)
    names = list(Features.__dataclass_fields__)
    width = dense.shape[1]
    return KindModel(
        encoder=encoder,
        kinds=[Kind(one) for one in model.classes_],
        intercept=_rounded(model.intercept_),
        features=dict(zip(names, rows[width - len(names) : width], strict=True)),
        words=dict(zip(known, rows[width:], strict=True)),
        vector=rows[: width - len(names)],
    )


def _rounded(values: Vectors) -> list[Any]:
    """Return coefficients with two decimals, which is more than the data can tell."""
    rounded: list[Any] = values.astype(np.float64).round(2).tolist()
    return rounded
