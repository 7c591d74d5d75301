"""What is stored about a visitor: to be seen, taken along and deleted by them."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import Any

from litestar import Controller, MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect, Template
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assistant.settings import Settings
from web import conversations
from web.chat import download
from web.database import Database
from web.errors import StorageError
from web.people import VISITOR_COOKIE, visitor_of
from web.tables import Conversation, Visitor

_LOG = logging.getLogger(__name__)
_DAY = 24 * 60 * 60
_COUNTED = 1000
"""Beyond it, the page says that there are more; nobody waits for a count."""


class PrivacyController(Controller):
    """A visitor's own data."""

    path = "/privacy"
    include_in_schema = False
    opt = {"public": True}  # noqa: RUF012

    @get(sync_to_thread=True)
    def show(
        self,
        request: Request[Any, Any, Any],
        database: NamedDependency[Database],
        settings: NamedDependency[Settings],
        deleted: FromQuery[bool] = False,
    ) -> Template:
        """Say what is stored, and how much of it there is."""
        visitor = visitor_of(request)
        kept: int | None = None
        with suppress(StorageError), database.session() as session:
            kept = _amount(session, visitor) if visitor else 0
        context = {
            "kept": kept,
            "most": _COUNTED,
            "days": settings.retention_days,
            "deleted": deleted,
        }
        return Template("privacy.html", context=context)

    @get("/export", sync_to_thread=True)
    def export(
        self, request: Request[Any, Any, Any], database: NamedDependency[Database]
    ) -> Response[Any]:
        """Give all that is stored about this visitor."""
        with database.session() as session:
            mine = Conversation.visitor_id == visitor_of(request)
            found = session.scalars(select(Conversation).where(mine).order_by(Conversation.created))
            form = {"conversations": [conversations.export(session, one) for one in found]}
        return download(form, MediaType.JSON, "itsm-assistant.json")

    @post("/delete", sync_to_thread=True)
    def delete(
        self, request: Request[Any, Any, Any], database: NamedDependency[Database]
    ) -> Redirect:
        """Delete all that is stored about this visitor, the cookie too."""
        with database.session() as session:
            session.execute(delete(Visitor).where(Visitor.id == visitor_of(request)))
        answer = Redirect("/privacy?deleted=true", status_code=303)
        answer.delete_cookie(VISITOR_COOKIE)
        return answer


def keep_house(database: Database, days: int) -> None:
    """Migrate now, and delete what has been kept long enough now and once a day; never returns."""
    while True:
        try:
            with database.session() as session:
                gone = conversations.delete_expired(session, days)
            _LOG.info("%d conversations older than %d days deleted", gone, days)
        except StorageError:  # it has been logged
            pass
        except Exception as error:
            _LOG.error("What was kept long enough is not deleted today", exc_info=error)
        time.sleep(_DAY)


def _amount(session: Session, visitor: str) -> int:
    """Return how many conversations there are of a visitor, as far as is counted."""
    mine = select(Conversation.id).where(Conversation.visitor_id == visitor).limit(_COUNTED + 1)
    return session.scalar(select(func.count()).select_from(mine.subquery())) or 0
