"""One evaluation: every question searched by each variant and answered once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from assistant.ask import Assistant
from eval.metrics import (
    RETRIEVAL,
    AnswerScore,
    ranked_needs,
    retrieval_scores,
    score_answer,
    summarise_answers,
)
from eval.questions import Question, check_sections, section_ids
from index.search import BM25, DENSE, FUSED, Weights

VARIANTS: dict[str, Weights] = {"dense": DENSE, "bm25": BM25, "fused": FUSED}
_DEPTH = 50


def evaluate(assistant: Assistant, questions: Sequence[Question]) -> dict[str, Any]:
    """Return all figures of an evaluation as JSON-able data.

    Raises:
        EvaluationError: a question expects a section that the handbook does not have.
    """
    index = assistant.index
    check_sections(questions, {id_: None for p in index.passages for id_ in section_ids(p)})
    answerable = [question for question in questions if question.answerable]
    searched = {one.id: assistant.understand(one.question, one.history) for one in answerable}
    vectors = {id_: index.encode(text) for id_, text in searched.items()}
    per_question: dict[str, dict[str, dict[str, float]]] = {}
    for name, weights in VARIANTS.items():
        rankings = {
            question.id: ranked_needs(
                question,
                index.search(searched[question.id], _DEPTH, weights, vectors[question.id]),
            )
            for question in answerable
        }
        per_question[name] = retrieval_scores(answerable, rankings)
    scores = [
        score_answer(question, assistant.ask(question.question, question.history))
        for question in questions
    ]
    return {
        "build": index.manifest.id,
        "questions": len(questions),
        "answerable": len(answerable),
        "retrieval": {
            name: {metric: _mean(values) for metric, values in by_metric.items()}
            for name, by_metric in per_question.items()
        },
        "answers": {name: round(value, 4) for name, value in summarise_answers(scores).items()},
        "by form": _by_form(answerable, per_question["fused"]["recall@5"], scores),
        "latency ms": _latency(scores),
        "rows": [_row(score, per_question["fused"]) for score in scores],
    }


def _by_form(
    questions: Sequence[Question], recall: dict[str, float], scores: Sequence[AnswerScore]
) -> dict[str, dict[str, float]]:
    forms: dict[str, dict[str, float]] = {}
    for form in dict.fromkeys(question.form for question in questions):
        ids = {question.id for question in questions if question.form == form}
        answers = summarise_answers([score for score in scores if score.question.id in ids])
        forms[form] = {
            "questions": len(ids),
            "recall@5": _mean({id_: recall[id_] for id_ in ids}),
            "nugget recall": round(answers["nugget recall"], 4),
        }
    return forms


def _latency(scores: Sequence[AnswerScore]) -> dict[str, float]:
    totals = [score.answer.timings["total"] for score in scores]
    encodes = [score.answer.timings["encode"] for score in scores]
    p50, p95 = np.percentile(totals, [50, 95])
    return {
        "p50": round(float(p50), 2),
        "p95": round(float(p95), 2),
        "encode p50": round(float(np.percentile(encodes, 50)), 2),
    }


def _row(score: AnswerScore, retrieval: dict[str, dict[str, float]]) -> dict[str, Any]:
    question = score.question
    return {
        "id": question.id,
        "question": question.question,
        "answerable": question.answerable,
        "status": score.answer.status.value,
        "kind": score.answer.kind.value,
        "confidence": score.answer.confidence,
        "nuggets": f"{score.nuggets_found}/{len(question.nuggets)}",
        **{name: retrieval[name].get(question.id) for name in RETRIEVAL},
    }


def _mean(values: dict[str, float]) -> float:
    return round(sum(values.values()) / len(values), 4) if values else 0.0
