"""Fits confidence on the dev questions: logistic regression, and where each status begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from assistant.ask import Assistant
from assistant.confidence import Calibration, Features
from eval.errors import EvaluationError
from eval.questions import Question
from index.types import Vectors

_FOLDS = 5
_FEWEST = 20
_IMPOSSIBLE = 0.25


def calibrate(assistant: Assistant, questions: Sequence[Question]) -> Calibration:
    """Return a calibration fitted on questions that are known to be answerable or not.

    The threshold for an answer is where precision and recall of abstention are best balanced, by
    probabilities that were predicted for each question without it (5-fold cross-validation). The
    threshold of scope is where questions whose `reason` is outside part best from the others that
    have no answer.

    Raises:
        EvaluationError: there are too few questions of either sort.
    """
    labels = np.array([question.answerable for question in questions])
    if min(labels.sum(), (~labels).sum()) < _FEWEST:
        raise EvaluationError(
            f"Calibration needs {_FEWEST} answerable and {_FEWEST} other questions, there are "
            f"{labels.sum()} and {(~labels).sum()}."
        )
    names = list(Features.__dataclass_fields__)
    rows = np.array(
        [list(asdict(assistant.features(q.question, q.history)).values()) for q in questions]
    )
    # Unanswerable questions are the minority; balanced weights keep them from being ignored.
    model = LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000)
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    predicted = cross_val_predict(model, rows, labels, cv=folds, method="predict_proba")[:, 1]
    model.fit(rows, labels)
    answered = _balanced_threshold(predicted, labels)
    return Calibration(
        coefficients={
            name: round(float(weight), 4)
            for name, weight in zip(names, model.coef_[0], strict=True)
        },
        intercept=round(float(model.intercept_[0]), 4),
        answered=min(round(answered + 0.15, 3), 0.95),
        partial=round(answered, 3),
        in_scope=_scope_threshold(rows[:, names.index("passage_cosine")], questions),
    )


def _scope_threshold(nearness: Vectors, questions: Sequence[Question]) -> float:
    """Return the nearness that parts questions outside the field best from other unanswerable ones.

    Best is the largest difference of their two shares below it (Youden's index).
    """
    outside = np.array([question.reason == "outside" for question in questions])
    inside = np.array([not question.answerable for question in questions]) & ~outside
    if not (outside.any() and inside.any()):
        return 0.0  # nothing is known about scope, so nothing is called outside of it

    def parted(threshold: float) -> float:
        below = nearness < threshold
        return float(below[outside].mean() - below[inside].mean())

    return max((step / 100 for step in range(1, 60)), key=parted)


def _balanced_threshold(confidence: Vectors, answerable: np.ndarray) -> float:
    """Return the confidence below which abstaining has the highest smaller of its two rates.

    Precision depends on how many questions cannot be answered: one in four is assumed, whatever
    the share among the questions at hand.
    """

    def worth(threshold: float) -> float:
        abstained = confidence < threshold
        recall = float(abstained[~answerable].mean())
        wrongly = float(abstained[answerable].mean())
        rightly = _IMPOSSIBLE * recall
        precision = rightly / max(rightly + (1 - _IMPOSSIBLE) * wrongly, 1e-9)
        return min(precision, recall)

    return max((step / 100 for step in range(5, 96)), key=worth)
