"""Metrics on rankings and answers whose values can be counted by hand."""

from __future__ import annotations

from assistant.types import Answer, Citation, Kind, Status
from corpus.types import Passage
from eval.metrics import (
    ANSWERS,
    CONVERSATION,
    answer_parts,
    nuggets_found,
    ranked_needs,
    retrieval_scores,
    word_count,
)
from eval.questions import Question
from eval.results import Row, rate
from index.types import Components, Hit


def question(**changes: object) -> Question:
    fields = {
        "id": "Q",
        "group": "Q",
        "split": "dev",
        "form": "plain",
        "question": "?",
        "answerable": True,
        "gold": [["D1#a", "D1#b"]],
        "nuggets": ["change authority | change manager", "in writing"],
    }
    return Question(**{**fields, **changes})  # type: ignore[arg-type]


def hit(number: int, heading: str) -> Hit:
    passage = Passage(f"D1/{number}", "D1", number, 0, 1, (heading,), ())
    return Hit(passage, 0.0, 1, 1, Components(0, 0, 0, 0, 0, 0, 0, 0))


def scores(one: Question, *headings: str) -> dict[str, float]:
    hits = [hit(number, heading) for number, heading in enumerate(headings)]
    by_metric = retrieval_scores([one], {one.id: ranked_needs(one, hits)})
    return {name: values[one.id] for name, values in by_metric.items()}


def test_any_one_alternative_meets_a_need() -> None:
    assert scores(question(), "x", "B", "a")["recall@5"] == 1.0
    assert scores(question(), "x", "B", "a")["MRR@10"] == 0.5
    assert scores(question(), "x", "B", "a")["recall@1"] == 0.0


def test_a_second_alternative_neither_counts_again_nor_moves_others() -> None:
    two = question(gold=[["D1#a", "D1#b"], ["D1#c"]])
    assert scores(two, "a", "b", "x", "x", "c")["recall@5"] == 1.0
    assert scores(two, "a", "b", "x", "x", "x", "c")["recall@5"] == 0.5


def test_what_is_not_found_scores_zero() -> None:
    assert set(scores(question(), "x", "y").values()) == {0.0}


def answer(
    status: Status = Status.ANSWERED, *quotes: tuple[str, str], asked: Kind = Kind.GENERAL
) -> Answer:
    citations = tuple(
        Citation(number, "D1", "T", (heading,), "", 0, 1, text)
        for number, (heading, text) in enumerate(quotes, 1)
    )
    return Answer(
        *("id", "?", "?", status, Kind.GENERAL, 0.5, "some words here", citations, (), "build", {}),
        asked_kind=asked,
    )


def test_a_nugget_needs_all_its_words_in_one_quote_by_stem() -> None:
    one = question()
    both = answer(
        Status.ANSWERED,
        ("A", "The change authorities decide."),
        ("X", "They do so in written form; writing helps."),
    )
    assert nuggets_found(one, both) == 2
    assert answer_parts(one, both)["citation precision"] == (1, 2)
    apart = answer(Status.ANSWERED, ("A", "A change is made."), ("A", "The authority decides."))
    assert nuggets_found(one, apart) == 0


def test_what_was_said_before_counts_apart() -> None:
    said = answer(Status.ANSWERED, ("X", "The change authority decides."))
    now = answer(Status.ANSWERED, ("X", "It does so in writing."))
    parts = answer_parts(question(), now, [said])
    assert parts["nugget recall"] == (0.5, 1)
    assert parts[CONVERSATION] == (1.0, 1)
    assert CONVERSATION not in answer_parts(question(), now)


def test_rates_are_counted_over_the_right_questions() -> None:
    impossible = question(answerable=False, gold=[], nuggets=[])
    who = question(kind="who", kinds=["list"])
    good = ("A", "change manager in writing")
    parts = [
        answer_parts(who, answer(Status.ANSWERED, good, asked=Kind.LIST)),
        answer_parts(question(), answer(Status.NO_ANSWER)),
        answer_parts(impossible, answer(Status.OUT_OF_SCOPE)),
        answer_parts(impossible, answer(Status.PARTIAL, ("A", "wrong"))),
    ]
    rows = [Row(str(n), "", "", "", True, of) for n, of in enumerate(parts)]
    assert {metric: rate(rows, metric) for metric in ANSWERS} == {
        "nugget recall": 0.5,
        "citation precision": 1.0,
        "answers citing gold": 0.5,
        "abstention precision": 0.5,
        "abstention recall": 0.5,
        "wrong among answered": 0.0,
        "kind accuracy": 0.0,
        "accepted kind accuracy": 1.0,
    }


def test_an_answer_is_wrong_without_a_quote_that_answers() -> None:
    wrong = "wrong among answered"
    beside = answer_parts(question(), answer(Status.ANSWERED, ("C", "elsewhere")))
    impossible = question(answerable=False, gold=[], nuggets=[])
    assert beside[wrong] == (1.0, 1)
    assert answer_parts(impossible, answer(Status.ANSWERED, ("A", "wrong")))[wrong] == (1.0, 1)
    assert wrong not in answer_parts(question(), answer(Status.PARTIAL, ("C", "elsewhere")))


def test_only_words_count_as_words() -> None:
    table = "| SLA | OLA |\n| --- | --- |\n| with a customer [2] | between teams |\n"
    steps = "1. Log it [1]\n2. Close it within 5 days\n"
    assert word_count(table) == 7
    assert word_count(steps) == 7
