"""`itsm eval ...` on the tiny handbook, in this process, with the hashing encoder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.ask import Assistant
from assistant.cli import itsm
from eval.calibrate import RISK
from eval.errors import EvaluationError
from tests.eval.conftest import TINY_QUESTIONS, question


@pytest.fixture(autouse=True)
def on_the_tiny_handbook(tiny: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Assistant, "open", lambda settings: tiny)
    monkeypatch.setattr("eval.questions.load_questions", lambda paths: TINY_QUESTIONS)
    monkeypatch.setenv("ITSM_DATA_DIR", str(tiny.settings.data_dir))


def call(*arguments: str) -> Result:
    return CliRunner().invoke(itsm, ["eval", *arguments])


def test_results_are_stored_and_reported_and_compared(data_dir: Path, tmp_path: Path) -> None:
    saved = call("run", "--split", "dev", "--save", "--json")
    assert saved.exit_code == 0, saved.output
    assert len(json.loads(saved.stdout)["retrieval"]) == 7
    stored = {path.name.rpartition("split-")[2]: path for path in data_dir.glob("evaluations/*")}
    assert {"dense.json", "fused.json", "fused-without-asked.json"} < set(stored)
    page = tmp_path / "page.html"
    assert call("report", str(stored["fused.json"]), "--out", str(page)).exit_code == 0
    written = page.read_text()
    assert "<svg" in written
    assert not re.search(r"(?:src|href)=|@import|url\((?!#)", re.sub(r'xlink:href="#', "", written))
    compared = call("compare", str(stored["dense.json"]), "bm25", "--split", "dev", "--json")
    assert json.loads(compared.stdout)["after"]["variant"] == "bm25"


def test_the_gate_passes_its_own_baseline_and_says_if_there_is_none(tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    assert call("gate", "--baseline", str(baseline), "--update").exit_code == 0
    assert call("gate", "--baseline", str(baseline)).exit_code == 0
    missing = call("gate", "--baseline", str(tmp_path / "none.json"))
    assert isinstance(missing.exception, EvaluationError)


def test_a_mistake_in_ones_own_questions_is_told_after_the_figures(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("question,section\nWhat is a CAB?,What a CAB is\nWho meets?,Nowhere\n")
    done = call("--questions", str(path), "--json")
    assert json.loads(done.stdout)["questions"] == 1
    assert isinstance(done.exception, EvaluationError)
    assert "own.csv:3: the handbook has no section 'Nowhere'" in str(done.exception)


def test_one_ranking_can_be_measured_alone() -> None:
    done = call("run", "--split", "dev", "--variant", "bm25")
    assert "bm25" in done.stdout
    assert "nugget recall" not in done.stdout


def test_a_question_copied_from_its_answer_fails_the_check(
    tiny: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ITSM_CORPUS_DIR", str(tiny.settings.corpus_dir))
    assert call("check").exit_code == 0
    copied = question(
        "Q1", "Who is a group that advises on higher-risk changes?", "T1#what-a-cab-is"
    )
    monkeypatch.setattr("eval.questions.load_questions", lambda paths: [copied])
    done = call("check", "--json")
    assert done.exit_code == 6
    assert "six words in a row with T1#what-a-cab-is" in json.loads(done.stdout)[0]


def test_help_names_the_risk_that_is_promised_without_another() -> None:
    assert f"({RISK})" in call("calibrate", "--help").output
