"""What the stored questions say about the handbook: gaps, coverage, what is asked most."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import Row, Text, case, cast, func, or_, select
from sqlalchemy.orm import Session

from assistant.types import Kind, Status
from index.search import Index
from index.types import Vectors
from web.database import insert_into
from web.tables import Feedback, Settled, Turn, now

HIGH = 0.85
"""From here on, the confidence of an answer without reserve is called high, below it good; low is
that of any other."""
_ALIKE = 0.65
"""Cosine from which two questions are taken for one; the encoder gives paraphrases 0.6 to 0.9."""
_MOST = 500
"""Distinct questions that are clustered, the latest: about 4 ms each on first sight."""
_KEPT = 2 * _MOST
"""Vectors that are kept for the next look."""
_WEEK = timedelta(days=7)
_ASKED = case((Turn.position == 0, Turn.question), else_=Turn.resolved_question)
"""A first question as it was typed; a later one written out, as alone it may say nothing."""

_vectors: WeakKeyDictionary[Index, dict[str, Vectors]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions of one meaning that the handbook did not answer, or not well.

    `recent` counts the last seven days, `before` the seven days before them.
    """

    question: str
    wordings: tuple[str, ...]
    count: int
    downvoted: int
    recent: int
    before: int
    last: datetime


def gaps(session: Session, index: Index, since: datetime) -> list[Gap]:
    """Return the unanswered and downvoted questions since then by meaning, the most asked first.

    What a steward has dealt with counts only where it was asked again afterwards.
    """
    downvoted = func.coalesce(Feedback.verdict, "") == "unhelpful"
    query = (
        select(_ASKED, Turn.created, downvoted)
        .outerjoin(Feedback, Feedback.turn_id == Turn.id)
        .where(Turn.created >= since, or_(Turn.status == Status.NO_ANSWER, downvoted))
        .where(Turn.kind != Kind.SMALL_TALK)
        .order_by(Turn.created.desc())
        .limit(20 * _MOST)
    )
    settled = dict(session.execute(select(Settled.wording, Settled.at)).tuples().all())
    asked: dict[str, list[Row[Any]]] = {}
    for row in session.execute(query):
        wording = _folded(row[0])
        if row[1] > settled.get(_hash(wording), since):
            asked.setdefault(wording, []).append(row)
    # Most asked first, so that a cluster is named by what people say most; ties by the latest.
    groups = sorted(list(asked.values())[:_MOST], key=lambda rows: (-len(rows), -_time(rows)))
    clusters = cluster(_vectors_of(index, [rows[0][0] for rows in groups]))
    found = [_gap([groups[member] for member in members]) for members in clusters]
    return sorted(found, key=lambda gap: (-gap.count, -gap.last.timestamp()))


def settle(session: Session, wordings: Iterable[str]) -> None:
    """Note that what these questions ask has been dealt with; `gaps` leaves out all until now."""
    rows = [{"wording": key, "at": now()} for key in {_hash(_folded(one)) for one in wordings}]
    if rows:
        insert = insert_into(session, Settled).values(rows)
        session.execute(
            insert.on_conflict_do_update(
                index_elements=["wording"], set_={"at": insert.excluded.at}
            )
        )


def cluster(vectors: Sequence[Vectors], alike: float = _ALIKE) -> list[list[int]]:
    """Return the positions of vectors grouped around leaders.

    Each vector joins the nearest earlier leader that it is alike, else it leads a group itself.
    """
    groups: list[list[int]] = []
    for position, vector in enumerate(vectors):
        leaders = [float(np.dot(vectors[group[0]], vector)) for group in groups]
        best = int(np.argmax(leaders)) if leaders else -1
        if leaders and leaders[best] >= alike:
            groups[best].append(position)
        else:
            groups.append([position])
    return groups


def coverage(session: Session, index: Index, since: datetime) -> list[dict[str, Any]]:
    """Return for each section how many of its documents answers cited since then, and how often."""
    cited: Counter[str] = Counter()
    listed = cast(Turn.cited, Text)
    query = select(listed, func.count()).where(Turn.created >= since).group_by(listed)
    for documents, answers in session.execute(query):
        cited.update(dict.fromkeys(json.loads(documents), answers))
    sections: dict[str, list[str]] = {}
    for document in index.documents.values():
        sections.setdefault(document.section, []).append(document.id)
    return [
        {
            "section": section,
            "documents": len(ids),
            "cited": sum(1 for one in ids if cited[one]),
            "answers": sum(cited[one] for one in ids),
        }
        for section, ids in sorted(sections.items())
    ]


def most_asked(session: Session, since: datetime, count: int = 20) -> list[dict[str, Any]]:
    """Return the questions that were asked most since then."""
    wording = func.lower(Turn.resolved_question)
    query = (
        select(func.min(Turn.resolved_question), func.count(), func.max(Turn.created))
        .where(Turn.created >= since)
        .group_by(wording)
        .order_by(func.count().desc(), func.max(Turn.created).desc())
        .limit(count)
    )
    return [
        {"question": question, "count": number, "last": last}
        for question, number, last in session.execute(query)
    ]


def by_status(session: Session, since: datetime) -> list[dict[str, Any]]:
    """Return how many answers since then have each status."""
    return _counted(session, Turn.status, since, [status.value for status in Status], "status")


def by_confidence(session: Session, since: datetime) -> list[dict[str, Any]]:
    """Return how many answers since then have high, good and low confidence."""
    reserved = Turn.status != Status.ANSWERED.value
    word = case((reserved, "low"), (Turn.confidence >= HIGH, "high"), else_="good")
    return _counted(session, word, since, ["high", "good", "low"], "confidence")


def by_verdict(session: Session, since: datetime) -> list[dict[str, Any]]:
    """Return how many answers since then were found helpful, unhelpful, or not judged."""
    verdict = func.coalesce(Feedback.verdict, "none")
    query = (
        select(verdict, func.count())
        .select_from(Turn)
        .outerjoin(Feedback, Feedback.turn_id == Turn.id)
        .where(Turn.created >= since)
        .group_by(verdict)
    )
    counts = dict(session.execute(query).tuples().all())
    names = ("helpful", "unhelpful", "none")
    return [{"feedback": name, "answers": counts.get(name, 0)} for name in names]


def by_day(session: Session, since: datetime) -> list[dict[str, Any]]:
    """Return how many questions were asked on each day since then, today the last."""
    days: Counter[str] = Counter(
        moment.date().isoformat()
        for moment in session.scalars(select(Turn.created).where(Turn.created >= since))
    )
    length = (now().date() - since.date()).days
    dates = [(since + timedelta(days=number)).date().isoformat() for number in range(length + 1)]
    return [{"day": day, "questions": days[day]} for day in dates]


def _counted(
    session: Session, column: Any, since: datetime, names: Iterable[str], title: str
) -> list[dict[str, Any]]:
    query = select(column, func.count()).where(Turn.created >= since).group_by(column)
    counts = dict(session.execute(query).tuples().all())
    return [{title: name, "answers": counts.get(name, 0)} for name in names]


def _gap(groups: Sequence[Sequence[Row[Any]]]) -> Gap:
    rows = [row for group in groups for row in group]
    ages = [(now() - created) // _WEEK for _, created, _ in rows]
    return Gap(
        question=groups[0][0][0],
        wordings=tuple(group[0][0] for group in groups),
        count=len(rows),
        downvoted=sum(bool(downvoted) for _, _, downvoted in rows),
        recent=ages.count(0),
        before=ages.count(1),
        last=max(created for _, created, _ in rows),
    )


def _folded(question: str) -> str:
    """Return what is the same of a question however it is written."""
    return question.casefold().strip(" ?!.")


def _hash(wording: str) -> str:
    """Return what a wording is kept as once those who asked it may have deleted it."""
    return hashlib.sha256(wording.encode()).hexdigest()


def _time(rows: Sequence[Row[Any]]) -> float:
    return float(rows[0][1].timestamp())


def _vectors_of(index: Index, questions: Sequence[str]) -> list[Vectors]:
    """Return the vectors of questions; those last asked for are not made again."""
    known = _vectors.get(index, {})
    made = {one: known[one] if one in known else index.encode(one) for one in questions}
    _vectors[index] = dict([*known.items(), *made.items()][-_KEPT:])
    return list(made.values())
