"""When a document is to be read again against its sources."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from corpus.types import Document

REVIEW_MONTHS = 12
"""How long a second reading holds."""


def last_read(metadata: Mapping[str, Any]) -> str:
    """Return when a document was last read against its sources (`verified`), else its `as_of`."""
    return str(metadata.get("verified") or metadata.get("as_of") or "")


def review_due(metadata: Mapping[str, Any]) -> date | None:
    """Return the first day on which a document is past its review.

    Counted from when it was last read; None where the front matter does not say.
    """
    try:
        year, month, *rest = (int(part) for part in last_read(metadata).split("-"))
        last = date(year, month, *rest or [1])
        months = last.year * 12 + last.month - 1 + REVIEW_MONTHS
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(last.day, monthrange(year, month)[1]))
    except (TypeError, ValueError):
        return None


def overdue_documents(documents: Iterable[Document], today: date) -> frozenset[str]:
    """Return the ids of the documents that are past their review."""
    return frozenset(
        one.id for one in documents if (due := review_due(one.metadata)) and due <= today
    )
