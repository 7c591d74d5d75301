"""When a document is to be read again against its sources."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

REVIEW_MONTHS = 12
"""How long a second reading holds."""


def review_due(metadata: Mapping[str, Any]) -> date | None:
    """Return the first day on which a document is past its review.

    Counted from the second reading (`verified`), else from the state of knowledge (`as_of`); None
    where the front matter has neither.
    """
    read = str(metadata.get("verified") or metadata.get("as_of") or "")
    try:
        year, month, *rest = (int(part) for part in read.split("-"))
        last = date(year, month, 1)
    except ValueError:
        return None
    months = last.year * 12 + last.month - 1 + REVIEW_MONTHS
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(rest[0] if rest else 1, monthrange(year, month)[1]))
