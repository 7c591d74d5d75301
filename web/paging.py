"""Lists a page at a time, the latest first; a page begins where the one before it ended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar.exceptions import ClientException
from sqlalchemy import Row, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

PAGE = 25


def page_of(
    session: Session,
    query: Select[Any],
    order: tuple[InstrumentedAttribute[datetime], InstrumentedAttribute[str]],
    before: str,
) -> tuple[list[Row[Any]], str]:
    """Return a page of a query's rows, and where the next begins if there is one.

    Args:
        session: of the database.
        query: whose rows begin with what is listed.
        order: time and id of what is listed; by an index on them each page costs the same.
        before: where the page begins; empty for the first.
    """
    moment, number = order
    if before:
        place = tuple_(*map(literal, _place(before), (moment.type, number.type)))
        query = query.where(tuple_(moment, number) < place)
    ordered = query.order_by(moment.desc(), number.desc())
    rows = list(session.execute(ordered.limit(PAGE + 1)))
    if len(rows) <= PAGE:
        return rows, ""
    last = rows[PAGE - 1][0]
    return rows[:PAGE], f"{getattr(last, moment.key).isoformat()}~{getattr(last, number.key)}"


def _place(cursor: str) -> tuple[datetime, str]:
    moment, _, number = cursor.partition("~")
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), number
    except (ValueError, OverflowError):
        raise ClientException(
            f"{cursor!r} is not where a page begins. Open the list without `before`."
        ) from None
