"""Fits confidence on the dev questions: two regressions, and where each status begins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.stats import beta
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from assistant.ask import Assistant
from assistant.confidence import Calibration, Features, Regression
from eval.errors import EvaluationError
from eval.metrics import answer_parts
from eval.questions import UNSEARCHED, Question
from index.types import Vectors

RISK = 0.15
"""The share of wrong answers, among those given without reserve, that is promised at most."""
_DOUBT = 0.1
"""How likely the promise may be to fail by chance."""
_FOLDS = 10
_FEWEST = 20
_STRENGTH = 0.1
"""Inverse of the regularisation, of standardised features and centred vectors."""
_VECTOR_SCALE = 6.0
_IMPOSSIBLE = 0.25
"""How many of the questions cannot be answered, whatever their share among those at hand."""
_WITHIN = frozenset({"near miss", "organisation", "false premise"})

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Inputs:
    """Features and vectors of the questions, `[n, ...]`, and what each counts, `[n]`."""

    features: Vectors
    vectors: Vectors
    weights: Vectors

    def scaled(self) -> Vectors:
        """Return what the regressions are fitted to."""
        centred = _VECTOR_SCALE * (self.vectors - self.vectors.mean(axis=0))
        standard = (self.features - self.features.mean(axis=0)) / self._spread()
        rows: Vectors = np.hstack([standard, centred])
        return rows

    def fit(self, labels: Flags) -> Regression:
        """Return a regression for features and vectors as they are measured."""
        model = _model().fit(self.scaled(), labels, sample_weight=self.weights)
        names = list(Features.__dataclass_fields__)
        raw = model.coef_[0][: len(names)] / self._spread()
        vector = _VECTOR_SCALE * model.coef_[0][len(names) :]
        return Regression(
            coefficients=dict(zip(names, map(_rounded, raw), strict=True)),
            intercept=_rounded(float(model.intercept_[0]) - raw @ self.features.mean(axis=0)),
            vector=tuple(map(_rounded, vector)),
            vector_intercept=_rounded(-vector @ self.vectors.mean(axis=0)),
        )

    def predicted(self, labels: Flags, groups: Sequence[str]) -> Vectors:
        """Return each question's probability from a fit without its group, `[n]`."""
        rows = self.scaled()
        predicted: Vectors = np.empty(len(rows), dtype=np.float64)
        folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=0)
        for fitted, left_out in folds.split(rows, labels, groups):
            weights = self.weights[fitted]
            model = _model().fit(rows[fitted], labels[fitted], sample_weight=weights)
            predicted[left_out] = model.predict_proba(rows[left_out])[:, 1]
        return predicted

    def _spread(self) -> Vectors:
        spread: Vectors = self.features.std(axis=0)
        return np.where(spread > 0, spread, 1)


def calibrate(
    assistant: Assistant,
    questions: Sequence[Question],
    lures: Sequence[Question] = (),
    further: Sequence[Question] = (),
    risk: float = RISK,
) -> Calibration:
    """Return a calibration fitted on questions that are known to be answerable or not.

    Of `further` those that nobody searched for settle only whether an answer is right, and weigh
    there as much as those that cannot be answered.

    All thresholds look at probabilities predicted for each question without its group (10-fold
    cross-validation). An answer is given from where precision and recall of abstention are best
    balanced (`balanced_threshold`) on questions like those that people ask: lures among them would
    make it refuse too much. It is given without reserve from where the stated risk holds on all of
    them. A refusal says that a question lies outside the field from where those whose `reason` is
    outside part best from the others.

    Args:
        assistant: what is calibrated.
        questions: what it is asked.
        lures: questions that were written to be refused, nearly all of them hard ones.
        further: questions to fit to, which only the stated risk looks at.
        risk: the share of wrong answers, among those given without reserve, that is promised.

    Raises:
        EvaluationError: there are too few questions of either sort.
    """
    asked = [*questions, *lures]
    everything = [*asked, *further]
    answerable = np.array([one.answerable for one in everything])
    possible = int(answerable[: len(asked)].sum())
    if min(possible, len(asked) - possible) < _FEWEST:
        raise EvaluationError(
            f"Calibration needs {_FEWEST} answerable and {_FEWEST} other questions, there are "
            f"{possible} and {len(asked) - possible}."
        )
    right = _answered_right(assistant, everything)
    groups = [one.group for one in everything]
    every = np.ones(len(everything), dtype=np.bool_)
    inputs = _measure(assistant, everything, _weights(answerable, every))
    searched = np.array([one.reason != UNSEARCHED for one in everything])
    settled = replace(inputs, weights=_weights(answerable, searched))
    sure, usual = settled.predicted(answerable, groups), slice(len(questions))
    partial = balanced_threshold(sure[usual], answerable[usual])
    given = np.where(sure >= partial, inputs.predicted(right, groups), 0.0)
    outside = inputs.features[: len(asked), list(Features.__dataclass_fields__).index("outside")]
    return Calibration(
        answerable=settled.fit(answerable),
        right=inputs.fit(right),
        partial=partial,
        answered=risk_threshold(given, right, inputs.weights, risk),
        outside=_scope_threshold(outside, asked),
        risk=risk,
        encoder=assistant.index.manifest.model.encoder,
    )


def risk_threshold(confidence: Vectors, right: Flags, weights: Vectors, risk: float) -> float:
    """Return the lowest threshold above which the share of wrong answers keeps to a risk.

    From the highest threshold down, the Clopper-Pearson bound of the share of wrong answers is
    compared with the risk until it exceeds it (fixed sequence testing: Angelopoulos et al., "Learn
    then Test", 2021; selective risk: Geifman and El-Yaniv, "Selective Classification for Deep
    Neural Networks", 2017). Weighted questions count as many as their effective number, (sum of
    weights)^2 / sum of squared weights.

    Args:
        confidence: of each question, predicted without it, `[n]`.
        right: whether its answer would be right, `[n]`.
        weights: what each question counts, `[n]`.
        risk: the largest share of wrong answers.

    Raises:
        EvaluationError: not even the surest answers keep to the risk.
    """
    kept: float | None = None
    for threshold in np.arange(0.97, 0.04, -0.01):
        given = confidence >= threshold
        of = weights[given]
        number = of.sum() ** 2 / (of**2).sum() if of.size else 0.0
        if number < 1 / risk**2:
            continue  # the sequence begins where there are enough answers to prove anything
        wrong = number * of[~right[given]].sum() / of.sum()
        if beta.ppf(1 - _DOUBT, wrong + 1, max(number - wrong, 1e-9)) > risk:
            break
        kept = float(threshold)
    if kept is None:
        raise EvaluationError(
            f"Even the surest answers may be wrong more often than {risk:.0%}. Promise more with "
            "`itsm eval calibrate --risk`, or improve the answers first."
        )
    return round(kept, 2)


def balanced_threshold(confidence: Vectors, answerable: Flags) -> float:
    """Return the confidence below which abstaining has the highest smaller of its two rates.

    Of thresholds within one standard error of the best it is the lowest: the one that refuses least
    (the one-standard-error rule: Breiman, Friedman, Olshen and Stone, "Classification and
    Regression Trees", 1984).

    Args:
        confidence: that each question has an answer, predicted without it, `[n]`.
        answerable: whether it has, `[n]`.
    """

    def worth(threshold: float) -> float:
        abstained = confidence < threshold
        recall = float(abstained[~answerable].mean())
        wrongly = float(abstained[answerable].mean())
        rightly = _IMPOSSIBLE * recall
        precision = rightly / max(rightly + (1 - _IMPOSSIBLE) * wrongly, 1e-9)
        return min(precision, recall)

    worths = {step / 100: worth(step / 100) for step in range(5, 96)}
    best = max(worths.values())
    enough = best - math.sqrt(best * (1 - best) / max((~answerable).sum(), 1))
    return min(threshold for threshold, its in worths.items() if its >= enough)


def _measure(assistant: Assistant, questions: Sequence[Question], weights: Vectors) -> _Inputs:
    figures = [assistant.figures(one.question, one.history) for one in questions]
    return _Inputs(
        features=np.array([list(asdict(features).values()) for _, _, features in figures]),
        vectors=np.array([vector for _, vector, _ in figures], dtype=np.float64),
        weights=weights,
    )


def _model() -> LogisticRegression:
    return LogisticRegression(C=_STRENGTH, max_iter=2000)


def _answered_right(assistant: Assistant, questions: Sequence[Question]) -> Flags:
    """Return for each question whether its answer, at any confidence, cites a gold section."""
    willing = replace(assistant.calibration, partial=0.0)
    asked = Assistant(assistant.index, assistant.settings, willing)
    return np.array(
        [
            answer_parts(one, asked.ask(one.question, one.history)).get("answers citing gold")
            == (1.0, 1)
            for one in questions
        ]
    )


def _weights(answerable: Flags, counted: Flags) -> Vectors:
    """Return weights by which the assumed share of those counted cannot be answered, else 0."""
    share = (~answerable[counted]).mean()
    weights: Vectors = counted * np.where(
        answerable, (1 - _IMPOSSIBLE) / (1 - share), _IMPOSSIBLE / share
    ).astype(np.float64)
    return weights


def _rounded(value: float) -> float:
    return round(float(value), 4)


def _scope_threshold(likely: Vectors, questions: Sequence[Question]) -> float:
    """Return from where questions outside the field part best from unanswerable ones within it.

    Best is the largest difference of their two shares from there on (Youden's index).
    """
    outside = np.array([question.reason == "outside" for question in questions])
    inside = np.array([question.reason in _WITHIN for question in questions])
    if not (outside.any() and inside.any()):
        return 1.0  # nothing is known about scope, so hardly anything is called outside of it

    def parted(threshold: float) -> float:
        above = likely >= threshold
        return float(above[outside].mean() - above[inside].mean())

    return max((step / 100 for step in range(5, 100)), key=parted)
