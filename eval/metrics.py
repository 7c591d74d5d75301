"""Metrics of retrieval, answers and abstention; definitions in eval/README.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import ir_measures
from ir_measures import RR, R, nDCG

from assistant.evidence import span_stems
from assistant.types import Answer, Citation, Status
from corpus.blocks import heading_anchor
from eval.questions import Question, section_ids
from eval.results import Part
from index.lexical import terms
from index.types import Hit

RETRIEVAL = {
    "recall@1": R @ 1,
    "recall@5": R @ 5,
    "recall@10": R @ 10,
    "MRR@10": RR @ 10,
    "nDCG@10": nDCG @ 10,
}
KIND = "kind accuracy"
ACCEPTED_KIND = "accepted kind accuracy"
ANSWERS = (
    "nugget recall",
    "citation precision",
    "answers citing gold",
    "abstention precision",
    "abstention recall",
    "wrong among answered",
    KIND,
    ACCEPTED_KIND,
)
COVERAGE = "answer coverage"
CONVERSATION = "nugget recall so far"
OCCASIONAL = (COVERAGE, CONVERSATION)
"""Only of questions whose expected answer is given in words; only of follow-ups."""
_MARKS = re.compile(r"\[\d+\]|^\s*\d+\.\s|\|", re.MULTILINE)
"""Citation numbers, numbers of steps, and what parts the cells of a table."""
ABSTAINED = frozenset({Status.NO_ANSWER, Status.OUT_OF_SCOPE})


def ranked_needs(question: Question, hits: Sequence[Hit]) -> dict[str, float]:
    """Return a ranking in the form of ir-measures: what was found, by a falling score.

    A passage of a gold section stands for the need that it meets first; a need counts once, at
    its best rank, and later passages that meet it again keep their place as not relevant.
    """
    ranking: dict[str, float] = {}
    for rank, hit in enumerate(hits):
        found = hit.passage.id
        sections = {hit.passage.document_id, *section_ids(hit.passage)}
        for number, need in enumerate(question.gold):
            if sections.intersection(need) and f"need {number}" not in ranking:
                found = f"need {number}"
                break
        ranking[found] = -float(rank)
    return ranking


def ranks(question: Question, ranking: Iterable[str]) -> list[int | None]:
    """Return the rank, from 1, at which each need was first met; `None` where it was not."""
    places = {found: rank for rank, found in enumerate(ranking, 1)}
    return [places.get(f"need {number}") for number in range(len(question.gold))]


def retrieval_scores(
    questions: Iterable[Question], rankings: Mapping[str, dict[str, float]]
) -> dict[str, dict[str, float]]:
    """Return each question's value of every retrieval metric, by metric."""
    qrels = {
        question.id: {
            f"need {number}": grade
            for number, grade in enumerate(question.grades or [1] * len(question.gold))
        }
        for question in questions
    }
    names = {str(measure): name for name, measure in RETRIEVAL.items()}
    scores: dict[str, dict[str, float]] = {name: {} for name in RETRIEVAL}
    for metric in ir_measures.iter_calc(list(RETRIEVAL.values()), qrels, dict(rankings)):
        scores[names[str(metric.measure)]][metric.query_id] = metric.value
    return scores


def answer_parts(
    question: Question, answer: Answer, earlier: Sequence[Answer] = ()
) -> dict[str, Part]:
    """Return what an answer brings to each metric of answers that its question counts in.

    Args:
        question: what was asked.
        answer: what was answered.
        earlier: the answers to the questions before it in its conversation.
    """
    quotes = [span_stems(citation.text) for citation in answer.citations]
    gold = {section for need in question.gold for section in need}
    in_gold = sum(bool(gold & _sections(citation)) for citation in answer.citations)
    abstained = answer.status in ABSTAINED
    parts: dict[str, Part] = {}
    if question.nuggets:
        found = nuggets_found(question, answer)
        parts["nugget recall"] = found / len(question.nuggets), 1
        if earlier:
            told = nuggets_found(question, *earlier, answer)
            parts[CONVERSATION] = told / len(question.nuggets), 1
    if expected := set(terms(question.answer)):
        parts[COVERAGE] = len(expected & frozenset[str]().union(*quotes)) / len(expected), 1
    if gold:
        parts["answers citing gold"] = float(in_gold > 0), 1
        if not abstained:
            parts["citation precision"] = in_gold, len(quotes)
    if question.kind:
        chosen = answer.asked_kind.value
        parts[KIND] = float(chosen == question.kind), 1
        parts[ACCEPTED_KIND] = float(chosen in {question.kind, *question.kinds}), 1
    if answer.status is Status.ANSWERED and (gold or not question.answerable):
        parts["wrong among answered"] = float(in_gold == 0), 1
    if abstained:
        parts["abstention precision"] = float(not question.answerable), 1
    if not question.answerable:
        parts["abstention recall"] = float(abstained), 1
    return parts


def nuggets_found(question: Question, *answers: Answer) -> int:
    """Return how many of a question's key points stand whole in a quote of the answers."""
    quotes = [span_stems(citation.text) for one in answers for citation in one.citations]
    return sum(any(_holds(quote, nugget) for quote in quotes) for nugget in question.nuggets)


def word_count(markdown: str) -> int:
    """Return how many words an answer has: rules of tables, list marks and numbers are none."""
    return sum(any(map(str.isalnum, token)) for token in _MARKS.sub(" ", markdown).split())


def _holds(quote: frozenset[str], nugget: str) -> bool:
    return any(quote.issuperset(terms(alternative)) for alternative in nugget.split("|"))


def _sections(citation: Citation) -> set[str]:
    anchors = [heading_anchor(heading) for heading in citation.headings] or [""]
    sections = {f"{citation.document_id}#{anchor}" for anchor in anchors}
    return {citation.document_id, *sections}
