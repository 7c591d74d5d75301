"""What is past its review or said differently elsewhere is shown with its date, not blended."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.ask import Assistant
from assistant.disagreement import disagree
from assistant.settings import Settings
from index.search import Index
from tests.conftest import LENIENT
from tests.support import IDENTITY, HashingModel, build_tiny, write_tiny

ADDED = {
    "change/review.md": """---
id: T8
title: Reviews of changes
verified: 2026-03-01
---
# Reviews of changes

## When a review is held

A review of a change is held within 5 working days after the change.
""",
    "change/other.md": """---
id: T9
title: After a change
verified: 2024-03-01
---
# After a change

## What comes next

A review of a change is held within 10 working days after the change.
""",
    "office/plants.md": """---
id: T7
title: Plants
verified: 2026-05-01
---
# Plants

## Who waters the office plants

The facility manager waters the office plants.
""",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("freshness")
    build_tiny(write_tiny(folder / "documents", ADDED), folder / "data")
    return Index.open(folder / "data", IDENTITY.name, HashingModel())


def assistant(index: Index, today: date) -> Assistant:
    return Assistant(index, Settings(model=IDENTITY.name), LENIENT, today=lambda: today)


QUESTION = "Within how many working days is a review of a change held?"
OTHER = "Who waters the office plants?"


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("A PIR is due within 5 days.", "A PIR is due within 10 days.", True),
        ("A PIR is due within 5 days.", "A PIR is due within 5 days.", False),
        ("A PIR is due within 5 days.", "A PIR is due within 5 weeks.", False),
        ("The GDPR sets a limit of 72 hours.", "NIS2 sets a limit of 24 hours.", False),
        ("A budget is 1 minus the objective.", "A budget is 100 % minus the objective.", False),
        ("A **PIR** is due within 5 days.", "PIR's are due within 10 days.", True),
        (
            "A change request is answered by the change manager within 5 working days.",
            "An emergency change request is answered by the change manager within 1 working day.",
            False,
        ),
        ("A risk leads to an issue in 2 days.", "An issue leads to a risk in 3 days.", False),
        ("ITIL 4 has 34 practices.", "ITIL v3 has 26 processes.", False),
    ],
)
def test_sentences_disagree_that_differ_in_one_number_only(
    one: str, other: str, differ: bool
) -> None:
    assert disagree(one, other) is differ
    assert disagree(other, one) is differ


def test_both_figures_are_quoted_with_their_sources_and_dates(index: Index) -> None:
    answer = assistant(index, date(2026, 4, 1)).ask(QUESTION)
    above, label, below = answer.markdown.partition("**Elsewhere the handbook gives another")
    assert label
    figures = {"within 5 working days", "within 10 working days"}
    (first,) = [one for one in figures if one in above]
    (second,) = [one for one in figures if one in below]
    assert {first, second} == figures
    assert "- Reviews of changes: [1] When a review is held (checked 2026-03-01)" in below
    assert "(checked 2024-03-01, due for review since 2025-03-01)" in below


def test_an_answer_from_a_page_past_its_review_says_since_when(index: Index) -> None:
    in_time, late = (assistant(index, date(year, 4, 1)).ask(OTHER) for year in (2024, 2028))
    assert "checked" not in in_time.markdown
    assert "(checked 2026-05-01, due for review since 2027-05-01)" in late.markdown
    assert in_time.id != late.id


def test_more_goes_on_where_the_answer_ends(index: Index) -> None:
    answer = assistant(index, date(2026, 4, 1)).ask("Who advises on higher-risk changes?")
    assert answer.more is not None
    numbers = [one.number for one in (*answer.citations, *answer.more.citations)]
    assert numbers == list(range(1, len(numbers) + 1))
    quoted = {(one.document_id, one.start) for one in answer.citations}
    assert not quoted & {(one.document_id, one.start) for one in answer.more.citations}
    for one in answer.more.citations:
        assert index.documents[one.document_id].text[one.start : one.end] == one.text
        assert f"{one.text} [{one.number}]" in answer.more.markdown
