"""Fits how likely a question leans on those before it, on conversations and on lone questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from importlib.resources import files
from itertools import cycle

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.ask import Assistant
from assistant.leaning import Leaning, Signs
from eval.questions import Question

_STRENGTH = 1.0
"""Inverse of the regularisation, of standardised signs and centred vectors."""
_VECTOR_SCALE = 3.0
_FIRST = 5
_OUTSIDE = frozenset({"small talk", "outside"})
_AMISS = 2.0
"""What each of these, and each lone question of a conversation, counts: put beside one before, it
would get an answer to that one."""
_ALWAYS = Leaning({}, 99.0)
"""Earlier questions that no rule writes out are put beside the next, so that no fit hangs on the
fit before."""


class Conversation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Earlier questions, oldest first, the next one, and what it would be without them."""

    history: list[str]
    question: str
    standalone: str

    @property
    def leans(self) -> bool:
        """Whether the question needs those before it."""
        return _plain(self.question) != _plain(self.standalone)


def load_conversations() -> list[Conversation]:
    """Return the conversations that are for fitting."""
    lines = files("eval").joinpath("conversations.jsonl").read_bytes()
    return msgspec.json.Decoder(Conversation).decode_lines(lines)


def fit_leaning(
    assistant: Assistant, talks: Sequence[Conversation], lone: Sequence[Question]
) -> Leaning:
    """Return coefficients fitted on conversations, and on lone questions after their histories."""
    histories = cycle([one.history for one in talks])
    lone = [one for one in lone if not one.history]
    asked = [(one.question, one.history) for one in talks]
    asked += [(one.question, next(histories)) for one in lone]
    leans = np.array([one.leans for one in talks] + [False] * len(lone))
    fitted = Assistant(assistant.index, assistant.settings, leaning=_ALWAYS)
    measured = [fitted.signs(question, history) for question, history in asked]
    signs = np.array([astuple(one) for one, _ in measured])
    vectors = np.array([vector for _, vector in measured], dtype=np.float64)
    mean, spread, centre = signs.mean(axis=0), signs.std(axis=0), vectors.mean(axis=0)
    # Balanced: lone questions are many more.
    weights = np.where(leans, (~leans).sum() / leans.sum(), 1.0)
    weights[[not one.leans for one in talks] + [one.reason in _OUTSIDE for one in lone]] *= _AMISS
    model = LogisticRegression(C=_STRENGTH, max_iter=2000)
    rows = np.hstack([(signs - mean) / spread, _VECTOR_SCALE * (vectors - centre)])
    model.fit(rows, leans, sample_weight=weights)
    raw, vector = model.coef_[0][: signs.shape[1]] / spread, model.coef_[0][signs.shape[1] :]
    return Leaning(
        coefficients=dict(zip(Signs.__dataclass_fields__, map(_rounded, raw), strict=True)),
        intercept=_rounded(model.intercept_[0] - raw @ mean),
        encoder=assistant.index.manifest.model.encoder,
        vector=tuple(map(_rounded, _VECTOR_SCALE * vector)),
        vector_intercept=_rounded(-_VECTOR_SCALE * vector @ centre),
    )


def agreement(assistant: Assistant, talks: Sequence[Conversation]) -> dict[str, float]:
    """Return how often follow-ups find the best passage of the question that they stand for.

    It must be among their first five; nobody has judged whether it answers.
    """

    def found(one: Conversation, asked: str) -> bool:
        best = assistant.index.search(assistant.understand(one.standalone, ()), 1)
        return best[0].passage in [hit.passage for hit in assistant.index.search(asked, _FIRST)]

    leaning = [one for one in talks if one.leans]
    lone = [one for one in talks if not one.leans]

    def share(of: Sequence[Conversation], *, resolved: bool) -> float:
        asked = [assistant.understand(x.question, x.history if resolved else ()) for x in of]
        return round(float(np.mean([found(*pair) for pair in zip(of, asked, strict=True)])), 3)

    return {
        f"{len(leaning)} that lean on those before": share(leaning, resolved=True),
        "the same as they stand": share(leaning, resolved=False),
        f"{len(lone)} that stand alone": share(lone, resolved=True),
    }


def _rounded(value: float) -> float:
    return round(float(value), 4)


def _plain(question: str) -> str:
    return question.strip(" ?.!").casefold()
