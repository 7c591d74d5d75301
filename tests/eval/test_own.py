"""Question files as people write them, on the tiny handbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ask import Assistant
from assistant.types import Answer, Citation, Kind, Status
from eval.errors import EvaluationError
from eval.metrics import answer_parts
from eval.own import read_own
from eval.questions import Question
from eval.report import figures
from eval.run import VARIANTS, run
from index.search import Index

CSV = """Question,Expected answer,Nuggets,Source document,Section
What is a CAB?,A group that advises on changes,group advises; higher-risk,Change advisory board,
"How does a
rejected change go on?",,,cab.md,How a rejected change goes on
Who meets?,,,Nowhere,
,an answer,,,
What else?,,,,
What is a problem?,The cause of incidents,,,
"""
JSONL = """{"question": "What is a CAB?", "document": "T1"}
{"question": "What is a CAB?", "documnt": "T1"}

{"question":
{"question": "Which aeroplane flies highest?", "answerable": false}
{"question": "What is a CAB?", "gold": [["T1#what-a-cab-is"]], "nuggets": ["group"]}
"""
YAML = """
- question: What is a CAB?
  section: What a CAB is
- Who meets?
- question: And who meets?
  history: ["What is a CAB?"]
  nuggets: [group, CAB | board]
- {question: "Why?", answerable: false, answer: Because}
"""


def read(tmp_path: Path, name: str, text: str, index: Index) -> tuple[list[Question], list[str]]:
    path = tmp_path / name
    path.write_text(text)
    questions, mistakes = read_own(path, index, 2000)
    return questions, [mistake.removeprefix(f"{tmp_path}/") for mistake in mistakes]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("q.jsonl", '{"question": "Why?", "answer": "Be\u2028cause"}\n'),
        ("q.csv", "question,answer\r\nWhy?,Be\u2028cause\r\n"),
    ],
)
def test_a_line_ends_at_a_line_feed_alone(
    tmp_path: Path, tiny_index: Index, name: str, text: str
) -> None:
    (question,), mistakes = read(tmp_path, name, text, tiny_index)
    assert (question.answer, mistakes) == ("Be\u2028cause", [])


def test_a_table_is_read_by_the_names_people_give(tmp_path: Path, tiny_index: Index) -> None:
    questions, mistakes = read(tmp_path, "q.csv", CSV, tiny_index)
    assert [one.question for one in questions] == [
        *("What is a CAB?", "How does a rejected change go on?", "What is a problem?")
    ]
    assert questions[0].gold == [["T1"]]
    assert questions[0].nuggets == ["group advises", "higher-risk"]
    assert questions[1].gold == [["T1#how-a-rejected-change-goes-on"]]
    assert [mistake.partition(": ")[0] for mistake in mistakes] == ["q.csv:5", "q.csv:6", "q.csv:7"]
    assert "no document 'Nowhere'" in mistakes[0]
    assert "nothing is expected" in mistakes[2]


def test_a_line_with_a_mistake_is_named_and_the_rest_is_read(
    tmp_path: Path, tiny_index: Index
) -> None:
    questions, mistakes = read(tmp_path, "q.jsonl", JSONL, tiny_index)
    assert [one.id for one in questions] == ["line 1", "line 5", "line 6"]
    assert [one.answerable for one in questions] == [True, False, True]
    assert [mistake.partition(": ")[0] for mistake in mistakes] == ["q.jsonl:2", "q.jsonl:4"]
    assert "`documnt`" in mistakes[0]


def test_yaml_items_have_lines_and_lists(tmp_path: Path, tiny_index: Index) -> None:
    questions, mistakes = read(tmp_path, "q.yaml", YAML, tiny_index)
    assert questions[0].gold == [["T1#what-a-cab-is"]]
    assert questions[1].history == ["What is a CAB?"]
    assert questions[1].nuggets == ["group", "CAB | board"]
    assert [mistake.partition(": ")[0] for mistake in mistakes] == ["q.yaml:4", "q.yaml:8"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("q.yaml", "question: [", "cannot be read"),
        ("q.yaml", "question: What?", "is a list"),
    ],
)
def test_a_file_that_holds_no_questions_at_all_is_said(
    tmp_path: Path, tiny_index: Index, name: str, text: str, said: str
) -> None:
    with pytest.raises(EvaluationError, match=said):
        read(tmp_path, name, text, tiny_index)


def test_any_mixture_of_expectations_is_measured(tmp_path: Path, tiny: Assistant) -> None:
    questions, _ = read(tmp_path, "q.csv", CSV, tiny.index)
    found = figures(run(tiny, questions, VARIANTS, "q.csv"))
    assert found["questions"] == 3
    assert found["retrieval"]["fused"]["recall@5"] == 1.0
    assert 0 < found["answers"]["answer coverage"] <= 1


def test_an_expected_answer_is_covered_by_stems_of_all_quotes() -> None:
    expected = Question(
        *("Q", "Q", "own", "plain", "?", True), answer="Managers decide the changes"
    )
    quotes = ("A manager decides.", "Risk matters.")
    citations = tuple(Citation(n, "D", "T", (), "", 0, 1, text) for n, text in enumerate(quotes))
    given = ("id", "?", "?", Status.ANSWERED, Kind.GENERAL, 0.5, "", citations, (), "build", {})
    assert answer_parts(expected, Answer(*given))["answer coverage"] == (2 / 3, 1)
