"""One evaluation of the tiny handbook, from questions to the page."""

from __future__ import annotations

import re

import msgspec
import numpy as np
import pytest

from assistant.ask import Assistant
from eval.errors import EvaluationError
from eval.page import page, worst
from eval.plots import recall_at, reliability, risk_coverage
from eval.report import confusion, figures, row_lines, table
from eval.results import Part, Result, Row, rate
from eval.run import choose_variants, evaluate, run
from index.search import BM25
from tests.eval.conftest import TINY_QUESTIONS, rows


def test_every_score_is_left_out_once_and_only_fused_answers(results: list[Result]) -> None:
    names = [result.variant for result in results]
    assert names[:3] == ["dense", "bm25", "fused"]
    assert {"fused without passage", "fused without span", "fused without asked"} < set(names)
    assert {row.status != "" for row in results[2].rows} == {True}
    assert {row.status != "" for row in (*results[0].rows, *results[3].rows)} == {False}


def test_figures_keep_their_names(tiny: Assistant) -> None:
    """Programs read `itsm eval --json`."""
    found = evaluate(tiny, TINY_QUESTIONS)
    assert {"build", "questions", "answerable", "retrieval", "answers", "by form"} < set(found)
    assert {"latency ms", "rows"} < set(found)
    assert list(found["retrieval"]) == ["dense", "bm25", "fused"]
    assert list(found["retrieval"]["fused"]) == [
        *("recall@1", "recall@5", "recall@10", "MRR@10", "nDCG@10")
    ]
    assert (found["questions"], found["answerable"]) == (4, 3)


def test_every_figure_has_an_interval_around_it(results: list[Result]) -> None:
    found = figures(results)
    for side, values in (
        *((found["intervals"]["retrieval"][name], of) for name, of in found["retrieval"].items()),
        (found["intervals"]["answers"], found["answers"]),
    ):
        for metric, (low, high) in side.items():
            assert low <= values[metric] <= high


def test_the_text_shows_figures_intervals_and_rows(results: list[Result]) -> None:
    found = figures(results)
    assert re.search(r"fused +\d\.\d{3}  \d\.\d\d-\d\.\d\d", table(found, "dev split"))
    assert len(row_lines(found).splitlines()) == 4
    assert "latency" not in table(figures(results[:1]), "dev split")


def test_an_unknown_ranking_is_named_with_the_known_ones() -> None:
    with pytest.raises(EvaluationError, match="no ranking 'sparse'.*bm25"):
        choose_variants(["sparse"])


def test_a_ranking_alone_needs_no_answers(tiny: Assistant) -> None:
    (result,) = run(tiny, TINY_QUESTIONS, {"bm25": BM25})
    assert rate(result.rows, "recall@10") == 1.0


def test_the_page_needs_nothing_else_and_shows_expected_beside_found(
    results: list[Result],
) -> None:
    missed = Row(
        *("Q9", "Q9", "plain", "Why <script>?", True),
        parts={"recall@5": (0.0, 1.0)},
        ranks=[None],
        expected=results[0].rows[0].expected,
        found=results[0].rows[1].found,
        status="answered",
    )
    results[2].rows.append(missed)
    html = page(results)
    assert not re.search(r"https?://|<script|<link|@import|url\((?!#)", html)
    assert html.count("<svg") == 6
    assert "Why &lt;script&gt;?" in html
    assert "rank beyond 50" in html
    assert "T1#what-a-cab-is" in html
    assert "prefers-color-scheme: dark" in html


def test_the_page_shows_which_kinds_were_taken_for_which(results: list[Result]) -> None:
    assert "Kinds of answers" not in page(results), "no kind is expected of these questions"
    taken = [
        msgspec.structs.replace(row, expected_kind="who", chosen_kind=chosen)
        for row, chosen in zip(results[2].rows, ("who", "who", "list", "list"), strict=True)
    ]
    judged = msgspec.structs.replace(results[2], rows=taken)
    assert confusion(taken) == {"who": {"who": 2, "list": 2}}
    assert "<td>2</td><td><strong>2</strong></td>" in page([judged])


def test_the_same_results_make_the_same_page(results: list[Result]) -> None:
    assert page(results) == page(results)


def test_the_worst_questions_come_first_and_perfect_ones_not_at_all() -> None:
    assert [row.id for row in worst(rows(0.5, 1.0, 0.0))] == ["Q2", "Q0"]


def ranked(
    rank: int | None,
    confidence: float,
    *,
    answerable: bool = True,
    parts: dict[str, Part] | None = None,
) -> Row:
    ranks = [rank] if answerable else []
    return Row("Q", "Q", "plain", "?", answerable, parts or {}, ranks=ranks, confidence=confidence)


def test_curves_follow_their_definitions() -> None:
    sample = [ranked(1, 0.9), ranked(7, 0.8), ranked(None, 0.1, answerable=False)]
    assert recall_at(sample, 5) == 0.5
    assert recall_at(sample, 7) == 1.0
    coverage, risk = risk_coverage(sample)
    assert np.allclose(coverage, [1 / 3, 2 / 3, 1])
    assert np.allclose(risk, [0, 1 / 2, 2 / 3])


def test_reliability_compares_confidence_with_the_answers_that_are_right() -> None:
    right = ranked(1, 0.9, parts={"answers citing gold": (1.0, 1)})
    beside = ranked(1, 0.3, parts={"answers citing gold": (0.0, 1)})
    unanswerable = ranked(None, 0.3, answerable=False)
    refused = ranked(1, 0.9, parts={"abstention precision": (0.0, 1)})
    unjudged = ranked(None, 0.9)
    mean, share = reliability(
        [right] * 50 + [beside] * 25 + [unanswerable] * 25 + [refused, unjudged] * 50
    )
    assert np.allclose(mean, [0.3, 0.9])
    assert np.allclose(share, [0, 1])
    assert not any(map(len, reliability([refused])))
