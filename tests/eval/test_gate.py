from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ask import Assistant
from assistant.settings import Settings
from eval.compare import compare, comparison_table
from eval.errors import EvaluationError
from eval.gate import (
    as_baseline,
    golden_questions,
    judge_build,
    losses,
    open_for_judging,
    require_baseline,
)
from eval.questions import Question
from eval.results import Result, Row, file_name, load_result, save_result
from index.errors import BuildRejectedError
from index.search import Index
from index.store import build_folder
from index.types import Vectors
from tests.eval.conftest import rows
from tests.support import IDENTITY, HashingModel, build_tiny


def result(*values: float) -> Result:
    return Result("fused", "dev", "build", "commit", "now", {}, rows(*values))


def test_a_significant_loss_fails_and_names_its_questions() -> None:
    with pytest.raises(EvaluationError, match=r"recall@5 fell from 1.000 to 0.200") as failed:
        require_baseline(result(*[1.0] * 10), result(*[0.0] * 8, 1.0, 1.0))
    assert "Q0 What is 0?" in str(failed.value)
    assert "Q9" not in str(failed.value)
    assert "--update" in str(failed.value)


@pytest.mark.parametrize("after", [(1.0,) * 10, (0.0,) * 3 + (1.0,) * 7])
def test_no_loss_or_one_that_chance_explains_passes(after: tuple[float, ...]) -> None:
    require_baseline(result(*[1.0] * 10), result(*after))


def test_a_question_that_was_lost_and_another_that_was_won_even_out() -> None:
    before, after = rows(*[1.0] * 20, *[0.0] * 20), rows(*[0.0] * 20, *[1.0] * 20)
    assert losses(before, after) == []


def test_many_lost_questions_are_counted_not_listed() -> None:
    assert losses(rows(*[1.0] * 30), rows(*[0.0] * 30))[-1] == "  ... and 10 more"


def test_a_stored_result_comes_back_one_row_a_line(results: list[Result], tmp_path: Path) -> None:
    path = tmp_path / "deeper" / "result.json"
    for one in results:
        save_result(one, path)
        assert load_result(path) == one
        assert len(path.read_text().splitlines()) == len(one.rows) + 2


def test_a_result_is_named_by_what_it_measured() -> None:
    named = Result("fused without span", "my set.csv", "b1", "c1-dirty", "now", {}, [])
    assert file_name(named) == "b1-c1-dirty-my-set.csv-fused-without-span.json"


def test_a_baseline_holds_what_the_gate_reads_and_no_more(results: list[Result]) -> None:
    fused = next(one for one in results if one.variant == "fused")
    kept = as_baseline(fused)
    assert losses(fused.rows, kept.rows) == losses(kept.rows, fused.rows) == []
    assert {part for row in kept.rows for part in row.parts} >= {"recall@5", "nugget recall"}
    assert not any(row.found or row.expected for row in kept.rows)


def test_something_else_is_not_taken_for_a_result(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text("{}")
    with pytest.raises(EvaluationError, match=r"other.json cannot be read as a result"):
        load_result(path)


def test_a_comparison_says_what_was_lost_and_won() -> None:
    found = compare(result(1, 1, 0, 0), result(1, 0, 1, 1))
    assert found["lost"] == {"recall@5": ["Q1"]}
    assert found["won"] == {"recall@5": ["Q2", "Q3"]}
    assert found["metrics"][0]["change"] == 0.25
    assert "recall@5" in comparison_table(found)


def test_results_of_different_questions_are_not_compared() -> None:
    other = Result("fused", "dev", "b", "c", "now", {}, [Row("X", "X", "plain", "?", True, {})])
    with pytest.raises(EvaluationError, match="share no question"):
        compare(result(1), other)


SUBJECTS = [
    *("apples", "boats", "candles", "drums", "engines", "forests", "gardens", "harbours"),
    *("islands", "jackets", "kettles", "ladders", "mirrors", "needles", "orchards", "pillows"),
    *("quarries", "rivers", "saddles", "tunnels", "umbrellas", "valleys", "windows", "yachts"),
]


def write_subjects(folder: Path, order: list[str]) -> Path:
    """A handbook with one section for each subject; the text of each is that of `order`."""
    folder.mkdir()
    sections = [
        f"## Part {number}\n\nThis part is all about {subject}.\n"
        for number, subject in enumerate(order, 1)
    ]
    (folder / "subjects.md").write_text("---\nid: S1\n---\n" + "\n".join(sections))
    return folder


@pytest.fixture
def golden() -> list[Question]:
    return [
        Question(
            *(f"Q{number}", f"Q{number}", "dev", "plain", f"What about {subject}?", True),
            gold=[[f"S1#part-{number}"]],
            nuggets=[subject],
        )
        for number, subject in enumerate(SUBJECTS, 1)
    ]


def opened(corpus_dir: Path, data_dir: Path) -> Assistant:
    folder = build_folder(data_dir, build_tiny(corpus_dir, data_dir).id)
    settings = Settings(data_dir=data_dir, corpus_dir=corpus_dir, model=IDENTITY.name)
    return Assistant(Index.open_build(folder, IDENTITY.name, HashingModel()), settings)


@pytest.fixture
def good(tmp_path: Path) -> Assistant:
    return opened(write_subjects(tmp_path / "good", SUBJECTS), tmp_path / "a")


@pytest.fixture
def shuffled(tmp_path: Path) -> Assistant:
    """The same sections with each other's text."""
    return opened(write_subjects(tmp_path / "bad", SUBJECTS[12:] + SUBJECTS[:12]), tmp_path / "b")


def test_a_build_that_loses_is_rejected_with_its_questions(
    good: Assistant, shuffled: Assistant, golden: list[Question]
) -> None:
    with pytest.raises(BuildRejectedError, match="recall@5 fell") as rejected:
        judge_build(shuffled, good, golden, 0.0)
    assert "Q1 What about apples?" in str(rejected.value)
    assert "--no-gate" in str(rejected.value)


def test_a_build_below_the_floor_is_rejected_without_one_to_compare(
    shuffled: Assistant, golden: list[Question]
) -> None:
    with pytest.raises(BuildRejectedError, match="below the floor of 0.80"):
        judge_build(shuffled, None, golden, 0.8)
    assert "no build to compare" in judge_build(shuffled, None, golden, 0.0)


def test_a_build_that_loses_nothing_passes(good: Assistant, golden: list[Question]) -> None:
    assert "recall@5 1.000, nothing lost" in judge_build(good, good, golden, 0.8)


def test_a_handbook_about_other_things_is_not_judged(
    tiny: Assistant, good: Assistant, golden: list[Question]
) -> None:
    assert "0 of 24 golden" in judge_build(tiny, good, golden, 0.8)


def test_a_build_that_cannot_be_opened_is_none_to_compare_with(tmp_path: Path) -> None:
    assert open_for_judging(tmp_path, Settings()) is None


def test_golden_questions_are_answerable_dev_questions() -> None:
    golden = golden_questions()
    assert 90 <= len(golden) <= 110
    assert {one.split for one in golden} == {"dev"}
    assert {one.answerable for one in golden} == {True}


class Numb(HashingModel):
    """An encoder to which all questions are one."""

    dimension = 384

    def _vector(self, text: str) -> Vectors:
        return super()._vector("")


@pytest.mark.model
def test_the_real_build_passes_and_a_numb_encoder_is_found_out(
    real: Assistant, real_settings: Settings
) -> None:
    assert "nothing lost" in judge_build(real, real, golden_questions(), 0.8)
    folder = build_folder(real_settings.data_dir, real.index.manifest.id)
    numb = Assistant(Index.open_build(folder, real_settings.model, Numb()), real_settings)
    with pytest.raises(BuildRejectedError, match="recall@5 fell"):
        judge_build(numb, real, golden_questions(), 0.0)
