"""Sets in the layout of BEIR, through the same reader, splitter, build and ranking."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.ask import Assistant
from assistant.settings import Settings
from eval.beir import read_queries, write_documents
from eval.errors import EvaluationError
from eval.questions import Question
from eval.report import figures
from eval.run import VARIANTS, run
from index.search import Index
from tests.support import IDENTITY, HashingModel, build_tiny

CORPUS = [
    {"_id": "a/1", "title": "Boats: a history", "text": "Boats float.\n\nBoats sail on rivers."},
    {"_id": "2", "title": "", "text": "Kettles boil water."},
    {"_id": "3", "title": "Ladders", "text": ""},
]
QUERIES = [
    {"_id": "q1", "text": "who sails boats"},
    {"_id": "q2", "text": "what boils water", "metadata": {"kept": "apart"}},
    {"_id": "q3", "text": "nobody judged this"},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\ta/1\t2\nq1\t2\t0\nq2\t2\t1\nq2\tgone\t1\n"


def lines(rows: list[dict[str, Any]]) -> str:
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def write(folder: Path, queries: list[dict[str, Any]], qrels: str = "qrels.tsv") -> Path:
    (folder / qrels).parent.mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(lines(CORPUS))
    (folder / "queries.jsonl").write_text(lines(queries))
    (folder / qrels).write_text(QRELS)
    return folder


def built(folder: Path, place: Path) -> Assistant:
    assert write_documents(folder, place / "documents") == len(CORPUS)
    build_tiny(place / "documents", place)
    opened = Index.open(place, IDENTITY.name, HashingModel())
    return Assistant(opened, Settings(data_dir=place, model=IDENTITY.name))


@pytest.mark.parametrize("qrels", ["qrels.tsv", "qrels/test.tsv"])
def test_documents_are_ranked_and_graded(tmp_path: Path, qrels: str) -> None:
    folder = write(tmp_path / "set", QUERIES, qrels)
    questions, labelled = read_queries(folder)
    assert [(one.id, one.gold, one.grades) for one in questions] == [
        ("q1", [["a/1"]], [2]),
        ("q2", [["2"], ["gone"]], [1, 1]),
    ]
    assert not labelled
    results = run(
        built(folder, tmp_path / "place"), questions, VARIANTS, by_document=True, answers=False
    )
    found = figures(results)["retrieval"]["fused"]
    assert found["MRR@10"] == 1.0
    assert found["recall@5"] == 0.75  # a judged document that the corpus lacks is never found
    assert {row.id: row.ranks for row in results[2].rows} == {"q1": [1], "q2": [1, None]}


def test_several_passages_of_a_document_take_one_rank(tmp_path: Path) -> None:
    folder = write(tmp_path / "set", QUERIES)
    path = folder / "corpus.jsonl"
    long = {"_id": "long", "title": "Boats", "text": "\n\n".join(["who sails boats " * 40] * 9)}
    path.write_text(path.read_text() + lines([long]))
    write_documents(folder, tmp_path / "place" / "documents")
    build_tiny(tmp_path / "place" / "documents", tmp_path / "place")
    opened = Index.open(tmp_path / "place", IDENTITY.name, HashingModel())
    assert len(opened.passages_of("long")) > 1
    assistant = Assistant(opened, Settings(model=IDENTITY.name))
    questions, _ = read_queries(folder)
    result = run(assistant, questions, VARIANTS, by_document=True, answers=False)[2]
    assert result.rows[0].ranks == [2]


def test_history_and_answerable_are_used_where_a_set_has_them(tmp_path: Path) -> None:
    queries = [
        {"_id": "q1", "text": "who sails them", "history": ["What are boats?"], "answerable": True},
        {"_id": "q9", "text": "price of aeroplanes in Oslo", "answerable": False},
    ]
    folder = write(tmp_path / "set", queries)
    questions, labelled = read_queries(folder)
    assert labelled
    assert questions[0].history == ["What are boats?"]
    found = figures(run(built(folder, tmp_path / "place"), questions, VARIANTS, by_document=True))
    assert (found["questions"], found["answerable"]) == (2, 1)
    assert found["answers"]["abstention recall"] == 1.0


def test_an_unchanged_set_is_not_embedded_again(tmp_path: Path) -> None:
    folder, place = write(tmp_path / "set", QUERIES), tmp_path / "place"
    built(folder, place)
    write_documents(folder, place / "documents")
    model = HashingModel()
    build_tiny(place / "documents", place, model)
    assert model.encoded == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("queries.jsonl", '{"_id": "q1"}', r"queries.jsonl:1: .*text"),
        ("qrels.tsv", "head\nq1 a 1", r"qrels.tsv:2: 'q1 a 1' is not a query"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    folder = write(tmp_path / "set", QUERIES)
    (folder / name).write_text(text)
    with pytest.raises(EvaluationError, match=said):
        read_queries(folder)


def test_a_folder_that_is_no_set_is_said(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"corpus.jsonl cannot be read"):
        write_documents(tmp_path / "none", tmp_path / "target")


def test_grades_count_in_ndcg() -> None:
    """A set that grades documents is not measured as if all were alike."""
    from eval.metrics import retrieval_scores

    graded = Question(
        *("q", "q", "own", "plain", "?", True), gold=[["best"], ["fair"]], grades=[3, 1]
    )
    value = retrieval_scores([graded], {"q": {"need 1": 0.0, "need 0": -1.0}})["nDCG@10"]["q"]
    assert 0 < value < 1
