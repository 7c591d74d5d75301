from __future__ import annotations

from datetime import date

import pytest

from corpus.review import review_due


@pytest.mark.parametrize(
    ("metadata", "due"),
    [
        ({"verified": "2026-11-22", "as_of": "2026-09"}, date(2027, 11, 22)),
        ({"as_of": "2026-12"}, date(2027, 12, 1)),
        ({"verified": "2028-02-29"}, date(2029, 2, 28)),
        ({"verified": "soon"}, None),
        ({"verified": "2026-11-0"}, None),
        ({"verified": "2026-11-31"}, None),
        ({"verified": "2026-11-22-1"}, None),
        ({"as_of": "9999-01"}, None),
        ({}, None),
    ],
)
def test_a_document_is_due_a_year_after_it_was_read(
    metadata: dict[str, str], due: date | None
) -> None:
    assert review_due(metadata) == due
