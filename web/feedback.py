"""What people think of an answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Template
from sqlalchemy import select

from assistant.errors import NotFoundError
from web.database import Database, insert_into
from web.people import visitor_of
from web.tables import Conversation, Feedback, Turn, now

REASONS = {
    "wrong": "It is wrong",
    "incomplete": "Something is missing",
    "outdated": "It is out of date",
    "wrong source": "The source does not fit",
    "not my question": "It does not answer my question",
}
_Text = Annotated[str, msgspec.Meta(max_length=4000)]


class FeedbackForm(msgspec.Struct):
    """A verdict on one turn; all but the verdict may be left out."""

    turn: str
    verdict: Literal["helpful", "unhelpful"]
    reason: Literal["", "wrong", "incomplete", "outdated", "wrong source", "not my question"] = ""
    comment: _Text = ""
    correction: _Text = ""


class FeedbackController(Controller):
    """Takes what a visitor thinks of an answer of their own conversation."""

    include_in_schema = False

    @post("/feedback", status_code=200, sync_to_thread=True)
    def give(
        self,
        request: HTMXRequest,
        data: URLEncodedBody[FeedbackForm],
        database: NamedDependency[Database],
    ) -> Response[Any]:
        """Store feedback in place of any given before; give a script only the form, filled in."""
        with database.session() as session:
            mine = Conversation.visitor_id == visitor_of(request)
            found = session.scalar(
                select(Turn).join(Conversation).where(mine, Turn.id == data.turn)
            )
            if found is None:
                raise NotFoundError("There is no such answer in this browser's conversations.")
            given = {
                "verdict": data.verdict,
                "reason": data.reason if data.verdict == "unhelpful" else "",
                "comment": _printable(data.comment),
                "correction": _printable(data.correction),
                "state": "new",
                "created": now(),
            }
            # Two clicks in a row may arrive at the same time.
            first = insert_into(session, Feedback).values(turn_id=found.id, **given)
            session.execute(first.on_conflict_do_update(index_elements=["turn_id"], set_=given))
        if request.htmx:
            turn = {"id": found.id, "feedback": given}
            return Template("_feedback.html", context={"turn": turn, "reasons": REASONS})
        page = f"/conversations/{found.conversation_id}#feedback-{found.id}"
        return Redirect(page, status_code=303)


def _printable(text: str) -> str:
    kept = (one if one.isprintable() or one == "\n" else " " for one in text.replace("\r", ""))
    return "".join(kept).strip()
