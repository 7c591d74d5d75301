"""Metrics of retrieval, answers and abstention; definitions in eval/README.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ir_measures
from ir_measures import RR, R, nDCG

from assistant.evidence import span_stems
from assistant.types import Answer, Citation, Status
from corpus.blocks import heading_anchor
from eval.questions import Question, section_ids
from index.lexical import terms
from index.types import Hit

RETRIEVAL = {
    "recall@1": R @ 1,
    "recall@5": R @ 5,
    "recall@10": R @ 10,
    "MRR@10": RR @ 10,
    "nDCG@10": nDCG @ 10,
}
ABSTAINED = frozenset({Status.NO_ANSWER, Status.OUT_OF_SCOPE})


@dataclass(frozen=True, slots=True)
class AnswerScore:
    """What one answer is worth; nuggets and gold quotes only for answerable questions."""

    question: Question
    answer: Answer
    nuggets_found: int
    gold_quotes: int

    @property
    def abstained(self) -> bool:
        """Whether no answer was given."""
        return self.answer.status in ABSTAINED


def ranked_needs(question: Question, hits: Sequence[Hit]) -> dict[str, float]:
    """Return a ranking in the form of ir-measures: what was found, by a falling score.

    A passage of a gold section stands for the need that it meets first; a need counts once, at
    its best rank, and later passages that meet it again keep their place as not relevant.
    """
    ranking: dict[str, float] = {}
    for rank, hit in enumerate(hits):
        found = hit.passage.id
        sections = set(section_ids(hit.passage))
        for number, need in enumerate(question.gold):
            if sections.intersection(need) and f"need {number}" not in ranking:
                found = f"need {number}"
                break
        ranking[found] = -float(rank)
    return ranking


def retrieval_scores(
    questions: Iterable[Question], rankings: Mapping[str, dict[str, float]]
) -> dict[str, dict[str, float]]:
    """Return each question's value of every retrieval metric, by metric."""
    qrels = {
        question.id: {f"need {number}": 1 for number in range(len(question.gold))}
        for question in questions
    }
    names = {str(measure): name for name, measure in RETRIEVAL.items()}
    scores: dict[str, dict[str, float]] = {name: {} for name in RETRIEVAL}
    for metric in ir_measures.iter_calc(list(RETRIEVAL.values()), qrels, dict(rankings)):
        scores[names[str(metric.measure)]][metric.query_id] = metric.value
    return scores


def score_answer(question: Question, answer: Answer) -> AnswerScore:
    """Compare an answer with the judgements of its question."""
    quotes = [span_stems(citation.text) for citation in answer.citations]
    found = sum(any(_holds(quote, nugget) for quote in quotes) for nugget in question.nuggets)
    gold = {section for need in question.gold for section in need}
    in_gold = sum(bool(gold & _sections(citation)) for citation in answer.citations)
    return AnswerScore(question, answer, found, in_gold)


def summarise_answers(scores: Sequence[AnswerScore]) -> dict[str, float]:
    """Return nugget recall, citation precision, abstention and length over all answers."""
    answerable = [one for one in scores if one.question.answerable]
    given = [one for one in answerable if not one.abstained]
    abstained = [one for one in scores if one.abstained]
    impossible = [one for one in scores if not one.question.answerable]
    rightly = sum(not one.question.answerable for one in abstained)
    words = sorted(len(one.answer.markdown.split()) for one in given)
    return {
        "nugget recall": _mean(one.nuggets_found / len(one.question.nuggets) for one in answerable),
        "citation precision": _share(
            sum(one.gold_quotes for one in given),
            sum(len(one.answer.citations) for one in given),
        ),
        "answers citing gold": _share(
            sum(one.gold_quotes > 0 for one in answerable), len(answerable)
        ),
        "abstention precision": _share(rightly, len(abstained)),
        "abstention recall": _share(rightly, len(impossible)),
        "median words": float(words[len(words) // 2]) if words else 0.0,
    }


def _holds(quote: frozenset[str], nugget: str) -> bool:
    return any(quote.issuperset(terms(alternative)) for alternative in nugget.split("|"))


def _sections(citation: Citation) -> set[str]:
    anchors = [heading_anchor(heading) for heading in citation.headings] or [""]
    return {f"{citation.document_id}#{anchor}" for anchor in anchors}


def _mean(values: Iterable[float]) -> float:
    kept = list(values)
    return sum(kept) / len(kept) if kept else 0.0


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
