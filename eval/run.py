"""One evaluation: every question searched by each variant, and answered once."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from assistant.ask import Assistant
from assistant.settings import PROJECT
from assistant.types import Answer
from corpus.blocks import plain_text
from corpus.types import Passage
from eval.errors import EvaluationError
from eval.metrics import (
    answer_parts,
    nuggets_found,
    ranked_needs,
    ranks,
    retrieval_scores,
    word_count,
)
from eval.questions import Question, check_sections, section_ids
from eval.report import figures
from eval.results import Place, Result, Row
from index.search import BM25, DENSE, FUSED, Index, Weights
from index.types import Hit

MAIN = "fused"
VARIANTS: dict[str, Weights] = {"dense": DENSE, "bm25": BM25, MAIN: FUSED}
ABLATIONS: dict[str, Weights] = {
    f"{MAIN} without {score.name}": replace(FUSED, **{score.name: 0.0}) for score in fields(Weights)
}
_DEPTH = 50
_WHOLE_POOL = 1_000
_SHOWN = 3
_EXCERPT = 240


def evaluate(assistant: Assistant, questions: Sequence[Question]) -> dict[str, Any]:
    """Return all figures of the three rankings and of the answers as JSON-able data.

    Raises:
        EvaluationError: a question expects a section that the handbook does not have.
    """
    return figures(run(assistant, questions, VARIANTS))


def run(
    assistant: Assistant,
    questions: Sequence[Question],
    variants: Mapping[str, Weights],
    name: str = "",
    *,
    by_document: bool = False,
    answers: bool = True,
) -> list[Result]:
    """Measure rankings; the published one, `fused`, is also asked for its answers.

    Args:
        assistant: what is measured.
        questions: what it is asked.
        variants: weights by name.
        name: what the questions are called in the results.
        by_document: rank documents by their best passage, where `gold` names whole documents.
        answers: ask, too, and not only search.

    Raises:
        EvaluationError: a question expects a section that the handbook does not have, or there
            are no questions.
    """
    if not questions:
        raise EvaluationError("There are no questions to evaluate with. Name a file that has some.")
    index = assistant.index
    sections = _sections(index)
    if not by_document:  # a public set may judge documents that it does not hold
        check_sections(questions, sections)
    with_gold = [question for question in questions if question.gold]
    searched = {one.id: assistant.understand(one.question, one.history) for one in with_gold}
    vectors = {id_: index.encode(text) for id_, text in searched.items()}
    now, code = datetime.now(UTC).isoformat(timespec="seconds"), commit()
    results = []
    for variant, weights in variants.items():
        depth = _WHOLE_POOL if by_document else _DEPTH
        hits = {
            id_: index.search(text, depth, weights, vectors[id_]) for id_, text in searched.items()
        }
        if by_document:
            hits = {id_: _best_of_documents(found)[:_DEPTH] for id_, found in hits.items()}
        rows = _rows(index, questions, hits, sections)
        if variant == MAIN and answers:
            rows = [
                _answered(row, one, _conversation(assistant, one))
                for row, one in zip(rows, questions, strict=True)
            ]
        settings = {
            "weights": asdict(weights),
            "depth": _DEPTH,
            "calibration": msgspec.json.decode(msgspec.json.encode(assistant.calibration)),
        }
        results.append(Result(variant, name, index.manifest.id, code, now, settings, rows))
    return results


def choose_variants(names: Sequence[str]) -> dict[str, Weights]:
    """Return the rankings of some names, or all of them.

    Raises:
        EvaluationError: a name is unknown.
    """
    known = {**VARIANTS, **ABLATIONS}
    if unknown := [name for name in names if name not in known]:
        raise EvaluationError(
            f"There is no ranking {unknown[0]!r}. Choose from: {', '.join(known)}."
        )
    return {name: known[name] for name in names or known}


def commit() -> str:
    """Return the commit of the program, with `-dirty` where files differ from it."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*", "--abbrev=12"]
    try:
        done = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def _rows(
    index: Index,
    questions: Sequence[Question],
    hits: Mapping[str, Sequence[Hit]],
    sections: Mapping[str, Passage],
) -> list[Row]:
    rankings = {one.id: ranked_needs(one, hits[one.id]) for one in questions if one.id in hits}
    scores = retrieval_scores([one for one in questions if one.id in hits], rankings)
    return [
        Row(
            id=one.id,
            group=one.group,
            form=one.form,
            question=one.question,
            answerable=one.answerable,
            parts={metric: (values[one.id], 1.0) for metric, values in scores.items() if one.gold},
            ranks=ranks(one, rankings.get(one.id, {})),
            expected=[
                _place(index, section, sections[section])
                for need in one.gold
                for section in need
                if section in sections
            ],
            found=[
                _place(index, hit.passage.id, hit.passage) for hit in hits.get(one.id, ())[:_SHOWN]
            ],
        )
        for one in questions
    ]


def _conversation(assistant: Assistant, question: Question) -> list[Answer]:
    """Return the answers to the questions before a question, and to it."""
    asked = [*question.history, question.question]
    return [assistant.ask(one, asked[:turn]) for turn, one in enumerate(asked)]


def _answered(row: Row, question: Question, answers: Sequence[Answer]) -> Row:
    *earlier, answer = answers
    return msgspec.structs.replace(
        row,
        parts={**row.parts, **answer_parts(question, answer, earlier)},
        status=answer.status.value,
        kind=answer.kind.value,
        chosen_kind=answer.asked_kind.value,
        expected_kind=question.kind,
        confidence=answer.confidence,
        nuggets=f"{nuggets_found(question, answer)}/{len(question.nuggets)}",
        words=word_count(answer.markdown),
        latency=(answer.timings["total"], answer.timings["encode"]),
    )


def _sections(index: Index) -> dict[str, Passage]:
    """Return the first passage of each section and of each document."""
    sections: dict[str, Passage] = {}
    for passage in index.passages:
        for id_ in (passage.document_id, *section_ids(passage)):
            sections.setdefault(id_, passage)
    return sections


def _best_of_documents(hits: Sequence[Hit]) -> list[Hit]:
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage.document_id, hit)
    return list(best.values())


def _place(index: Index, id_: str, passage: Passage) -> Place:
    document = index.documents[passage.document_id]
    text = plain_text(document.text[passage.start : passage.end])
    short = text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"
    return Place(id_, " > ".join((document.title, *passage.headings)), short)
