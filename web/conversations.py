"""Conversations in the database; each function sees those of one visitor only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session, undefer

from assistant.ask import wire_form
from assistant.errors import NotFoundError
from assistant.types import Answer
from web.database import insert_into
from web.paging import page_of
from web.tables import Conversation, Feedback, Settled, SignIn, Turn, Visitor, now

_TITLE = 80


def keep(session: Session, visitor: str, conversation_id: str, answers: Sequence[Answer]) -> Turn:
    """Add answers to a conversation, or to a new one if none is named; return the last turn.

    Raises:
        NotFoundError: the visitor has no such conversation.
    """
    if conversation_id:
        conversation = owned(session, visitor, conversation_id)
        conversation.updated = now()
    else:
        session.execute(insert_into(session, Visitor).values(id=visitor).on_conflict_do_nothing())
        conversation = Conversation(visitor_id=visitor, title=_title(answers[0].question))
        session.add(conversation)
    session.flush()
    count = select(func.count()).where(Turn.conversation_id == conversation.id)
    first = session.scalar(count) or 0
    turns = [_turn(conversation, first + n, answer) for n, answer in enumerate(answers)]
    session.add_all(turns)
    session.flush()
    return turns[-1]


def owned(session: Session, visitor: str | None, conversation_id: str) -> Conversation:
    """Return a visitor's conversation.

    Raises:
        NotFoundError: the visitor has no such conversation.
    """
    conversation = session.get(Conversation, conversation_id)
    if conversation is None or conversation.visitor_id != visitor:
        raise NotFoundError(
            "There is no such conversation in this browser. It may have been deleted; "
            "`/conversations` lists those that are kept."
        )
    return conversation


def listed(
    session: Session, visitor: str | None, before: str = ""
) -> tuple[list[Conversation], str]:
    """Return a page of a visitor's conversations, the latest first, and where the next begins."""
    query = select(Conversation).where(Conversation.visitor_id == visitor)
    order = Conversation.updated, Conversation.id
    rows, more = page_of(session, query, order, before)
    return [row[0] for row in rows], more


def turns_of(session: Session, conversation: Conversation) -> list[tuple[Turn, Feedback | None]]:
    """Return the turns of a conversation in order, each with what its visitor thinks of it."""
    query = (
        select(Turn, Feedback)
        .outerjoin(Feedback, Feedback.turn_id == Turn.id)
        .where(Turn.conversation_id == conversation.id)
        .order_by(Turn.position, Turn.created)
        .options(undefer(Turn.answer))
    )
    return [(turn, feedback) for turn, feedback in session.execute(query)]


def find_answer(session: Session, turn_id: str) -> Answer:
    """Return the answer of a turn, whoever asked.

    `Answer.id` leads to none: who gets it from the API would learn from that whether anybody has
    asked the same question. The random id of a turn is known only to whom its link was given.

    Raises:
        NotFoundError: nobody keeps it any more.
    """
    stored = session.scalar(select(Turn.answer).where(Turn.id == turn_id))
    if stored is None:
        raise NotFoundError(
            f"There is no answer {turn_id!r}. Answers go with the conversation that they stand "
            "in; ask the question again."
        )
    return restore(stored)


def restore(stored: dict[str, Any]) -> Answer:
    """Return an answer from its stored form."""
    return msgspec.convert(stored, Answer)


def export(session: Session, conversation: Conversation) -> dict[str, Any]:
    """Return all that is stored of a conversation."""
    return {
        "id": conversation.id,
        "title": conversation.title,
        "created": conversation.created,
        "updated": conversation.updated,
        "turns": [
            {
                "question": turn.question,
                "asked": turn.created,
                "answer": wire_form(restore(turn.answer)),
                "feedback": feedback
                and {
                    name: getattr(feedback, name)
                    for name in ("verdict", "reason", "comment", "correction", "created")
                },
            }
            for turn, feedback in turns_of(session, conversation)
        ],
    }


def delete_expired(session: Session, days: int) -> int:
    """Delete what has been kept long enough; return how many conversations went."""
    last = now() - timedelta(days=days)
    gone = session.execute(delete(Conversation).where(Conversation.updated < last))
    speaks = exists().where(Conversation.visitor_id == Visitor.id)
    session.execute(delete(Visitor).where(~speaks, Visitor.created < last))
    session.execute(delete(SignIn).where(SignIn.expires < now()))
    session.execute(delete(Settled).where(Settled.at < last))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _turn(conversation: Conversation, position: int, answer: Answer) -> Turn:
    stored = asdict(answer)
    return Turn(
        conversation_id=conversation.id,
        position=position,
        question=answer.question,
        resolved_question=answer.resolved_question,
        status=answer.status,
        kind=answer.kind,
        confidence=answer.confidence,
        build=answer.build,
        cited=sorted({citation.document_id for citation in answer.citations}),
        answer=stored,
    )


def _title(question: str) -> str:
    return question if len(question) <= _TITLE else question[: _TITLE - 1].rstrip() + "\u2026"
