from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from assistant.settings import Settings
from corpus.reader import read_documents
from corpus.splitter import split_handbook
from eval.errors import EvaluationError
from eval.questions import check_sections, load_questions, section_ids, shipped_sets

GOOD = (
    '{"id": "Q1", "group": "Q1", "split": "dev", "form": "plain", "question": "Why?",'
    ' "answerable": true, "gold": [["D1#a"]], "nuggets": ["x"]}'
)


def load(tmp_path: Path, *lines: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(lines))
    load_questions([path])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((GOOD, "{"), r"set.jsonl:2: "),
        ((GOOD.replace('"form"', '"from"'),), r"set.jsonl:1: .*`from`"),
        ((GOOD.replace("plain", "odd"),), r"set.jsonl:1: Invalid enum value 'odd'"),
        ((GOOD, GOOD), r"set.jsonl:2: the id Q1 is taken"),
        ((GOOD.replace('"nuggets": ["x"]', '"nuggets": []'),), "has gold sections and nuggets"),
        ((GOOD[:-1] + ', "kind": "poem"}',), r"set.jsonl:1: Invalid enum value 'poem'"),
        ((GOOD[:-1] + ', "kind": "who", "kinds": ["who"]}',), "`kinds` repeats 'who'"),
        ((GOOD.replace("plain", "follow-up"),), "a follow-up has `standalone`"),
        ((GOOD[:-1] + ', "standalone": "Why is that?"}',), "no other question has it"),
        (
            (GOOD, GOOD.replace('"id": "Q1"', '"id": "Q2"').replace("dev", "test")),
            "the group Q1 is in both splits",
        ),
        ((), "There are no questions"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, lines: tuple[str, ...], said: str) -> None:
    with pytest.raises(EvaluationError, match=said):
        load(tmp_path, *lines)


def test_a_line_ends_at_a_line_feed_alone(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_text(GOOD.replace("Why?", "Why\u2028so?") + "\r\n")
    (question,) = load_questions([tmp_path / "set.jsonl"])
    assert question.question == "Why\u2028so?"


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="none.jsonl cannot be read"):
        load_questions([tmp_path / "none.jsonl"])


def test_the_shipped_questions_expect_sections_that_exist() -> None:
    handbook = split_handbook(read_documents(Settings().corpus_dir))
    known = {id_: None for passage in handbook.passages for id_ in section_ids(passage)}
    check_sections(load_questions(shipped_sets()), known)


def test_the_shipped_questions_say_which_kind_of_answer_they_ask_for() -> None:
    assert [question.id for question in load_questions(shipped_sets()) if not question.kind] == []


def test_a_section_that_is_gone_is_named(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_text(GOOD)
    with pytest.raises(EvaluationError, match="Q1 expects the section D1#a"):
        check_sections(load_questions([tmp_path / "set.jsonl"]), {})


def test_the_shipped_set_is_large_and_mixed_enough() -> None:
    questions = load_questions(shipped_sets())
    assert len(questions) >= 120
    forms = Counter(question.form for question in questions if question.split == "test")
    assert set(forms) >= {"paraphrase", "terse", "misspelt"}
    assert forms["follow-up"] >= 60
    assert forms["hostile"] >= 40
    test = [question for question in questions if question.split == "test"]
    assert 0.2 <= sum(not question.answerable for question in test) / len(test) <= 0.4
