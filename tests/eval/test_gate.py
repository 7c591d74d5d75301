from __future__ import annotations

from pathlib import Path

import pytest

from eval.compare import compare, comparison_table
from eval.errors import EvaluationError
from eval.gate import as_baseline, losses, require_baseline
from eval.results import Result, Row, load_result, save_result
from tests.eval.conftest import rows


def result(*values: float) -> Result:
    return Result("fused", "dev", "build", "commit", "now", {}, rows(*values))


def test_a_significant_loss_fails_and_names_its_questions() -> None:
    with pytest.raises(EvaluationError, match=r"recall@5 fell from 1.000 to 0.200") as failed:
        require_baseline(result(*[1.0] * 10), result(*[0.0] * 8, 1.0, 1.0))
    assert 'Q0 "What is 0?"' in str(failed.value)
    assert "Q9" not in str(failed.value)
    assert "--update" in str(failed.value)


@pytest.mark.parametrize("after", [(1.0,) * 10, (0.0,) * 3 + (1.0,) * 7])
def test_no_loss_or_one_that_chance_explains_passes(after: tuple[float, ...]) -> None:
    require_baseline(result(*[1.0] * 10), result(*after))


def test_a_question_that_was_lost_and_another_that_was_won_even_out() -> None:
    before, after = rows(*[1.0] * 20, *[0.0] * 20), rows(*[0.0] * 20, *[1.0] * 20)
    assert losses(before, after) == []


def test_many_lost_questions_are_counted_not_listed() -> None:
    (loss,) = losses(rows(*[1.0] * 30), rows(*[0.0] * 30))
    assert loss.endswith(", 10 more.")


def test_a_stored_result_comes_back_one_row_a_line(results: list[Result], tmp_path: Path) -> None:
    path = tmp_path / "deeper" / "result.json"
    for one in results:
        save_result(one, path)
        assert load_result(path) == one
        assert len(path.read_text().splitlines()) == len(one.rows) + 2


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
