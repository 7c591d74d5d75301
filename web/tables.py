"""What is stored. Nothing here names a person, apart from the accounts of those who sign in.

    visitor 1--n conversation 1--n turn 1--1 feedback        account 1--n sign_in        api_key
                                                             settled

Deleting a row deletes what hangs on it: the databases do that, by their foreign keys.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from advanced_alchemy.base import DefaultBase
from advanced_alchemy.types import DateTimeUTC
from sqlalchemy import JSON, Dialect, ForeignKey, Index, String, Text, TypeDecorator
from sqlalchemy.orm import Mapped, mapped_column

BASE = DefaultBase.metadata
"""All tables."""


class Line(TypeDecorator[str]):
    """A short text. PostgreSQL takes no NUL, so an id with one is looked up as one without."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return what the database is given."""
        return value and value.replace("\0", "\ufffd")


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def _id() -> Any:
    return mapped_column(Line(32), primary_key=True, default=lambda: uuid4().hex)


def _owner(column: str) -> Any:
    return mapped_column(ForeignKey(column, ondelete="CASCADE"))


def _moment() -> Any:
    return mapped_column(DateTimeUTC, default=now)


class Visitor(DefaultBase):
    """A browser, known by the hash of the random token in its cookie."""

    id: Mapped[str] = mapped_column(Line(64), primary_key=True)
    created: Mapped[datetime] = _moment()


class Conversation(DefaultBase):
    """Turns that build on each other; it belongs to one visitor alone."""

    id: Mapped[str] = _id()
    visitor_id: Mapped[str] = _owner("visitor.id")
    title: Mapped[str] = mapped_column(Line(200))
    created: Mapped[datetime] = _moment()
    updated: Mapped[datetime] = mapped_column(DateTimeUTC, default=now, index=True)

    __table_args__ = (Index("ix_conversation_list", "visitor_id", "updated", "id"),)


class Turn(DefaultBase):
    """A question with its answer; `answer` holds the whole of it, `cited` its document ids."""

    id: Mapped[str] = _id()
    conversation_id: Mapped[str] = _owner("conversation.id")
    position: Mapped[int]
    question: Mapped[str] = mapped_column(Text)
    resolved_question: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Line(20))
    kind: Mapped[str] = mapped_column(Line(20))
    confidence: Mapped[float]
    build: Mapped[str] = mapped_column(Line(64))
    cited: Mapped[list[str]] = mapped_column(JSON)
    created: Mapped[datetime] = mapped_column(DateTimeUTC, default=now, index=True)
    # The last column, so that SQLite finds the others without reading through it.
    answer: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True, sort_order=100)

    __table_args__ = (Index("ix_turn_order", "conversation_id", "position"),)


class Feedback(DefaultBase):
    """What a visitor thinks of one answer, and how far a steward is with it."""

    id: Mapped[str] = _id()
    turn_id: Mapped[str] = mapped_column(ForeignKey("turn.id", ondelete="CASCADE"), unique=True)
    verdict: Mapped[str] = mapped_column(Line(20))
    reason: Mapped[str] = mapped_column(Line(40), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    correction: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Line(20), default="new")
    created: Mapped[datetime] = mapped_column(DateTimeUTC, default=now, index=True)

    __table_args__ = (Index("ix_feedback_queue", "state", "created", "id"),)


class Settled(DefaultBase):
    """A question that a steward has dealt with, known by the hash of its wording, and when."""

    wording: Mapped[str] = mapped_column(Line(64), primary_key=True)
    at: Mapped[datetime] = _moment()


class Account(DefaultBase):
    """Someone who can sign in: a steward, or a reader where asking needs signing in."""

    id: Mapped[str] = _id()
    name: Mapped[str] = mapped_column(Line(100), unique=True)
    password_hash: Mapped[str] = mapped_column(Line(200))
    role: Mapped[str] = mapped_column(Line(20))
    created: Mapped[datetime] = _moment()


class SignIn(DefaultBase):
    """A signed-in browser, known by the hash of its cookie's token."""

    id: Mapped[str] = mapped_column(Line(64), primary_key=True)
    account_id: Mapped[str] = _owner("account.id")
    created: Mapped[datetime] = _moment()
    expires: Mapped[datetime] = mapped_column(DateTimeUTC, index=True)


class ApiKey(DefaultBase):
    """A program's key, kept as a hash; `scopes` are words separated by blanks."""

    id: Mapped[str] = _id()
    name: Mapped[str] = mapped_column(Line(100))
    token_hash: Mapped[str] = mapped_column(Line(64), unique=True)
    scopes: Mapped[str] = mapped_column(Line(100))
    created: Mapped[datetime] = _moment()
    revoked: Mapped[datetime | None] = mapped_column(DateTimeUTC, default=None)
