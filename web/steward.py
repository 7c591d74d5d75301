"""The stewards' pages: what people miss, what they think, and what is published."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.ask import Assistant
from assistant.errors import NotFoundError
from assistant.question import clean_question
from assistant.settings import Settings
from corpus.errors import ItsmError
from index.search import Index
from index.store import build_folder, build_lock, publication, publish, read_manifest, rollback
from web import insight, workshop
from web.access import SCOPES, add_key, key_forms, require_steward, revoke_key
from web.chat import download
from web.database import Database
from web.feedback import REASONS
from web.paging import page_of
from web.tables import Feedback, Turn, now

STATES = ("new", "in work", "done", "declined")
_Days = Annotated[int, QueryParameter(ge=1, le=3650)]
_GIVEN = select(Feedback, Turn).join(Turn, Turn.id == Feedback.turn_id)
_REPORT_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_MEDIA = {"html": MediaType.HTML, "json": MediaType.JSON, "svg": "image/svg+xml"}


class QuestionForm(msgspec.Struct):
    """A question that becomes an evaluation question."""

    question: str
    gold: str = ""
    nuggets: str = ""


class DraftForm(msgspec.Struct):
    """A question that becomes a stub document, and how else it was asked."""

    question: str
    wordings: list[str] | str = []


class DoneForm(msgspec.Struct):
    """A gap that has been dealt with: all its wordings."""

    wordings: list[str] | str = []


class StateForm(msgspec.Struct):
    """How far a steward is with a piece of feedback."""

    state: Literal["new", "in work", "done", "declined"]


class KeyForm(msgspec.Struct):
    """A new API key."""

    name: str
    scopes: list[str] | str = []


class StewardController(Controller):
    """For stewards alone."""

    path = "/steward"
    include_in_schema = False
    guards = [require_steward]  # noqa: RUF012

    @get(sync_to_thread=True)
    def overview(self, database: NamedDependency[Database], days: _Days = 30) -> Template:
        """Show what was asked, and how it went."""
        with database.session() as session:
            since = _since(days)
            context = {
                "days": days,
                "by_day": insight.by_day(session, since),
                "status": insight.by_status(session, since),
                "confidence": insight.by_confidence(session, since),
                "verdicts": insight.by_verdict(session, since),
                "asked": insight.most_asked(session, since),
            }
        return Template("steward/overview.html", context=context)

    @get("/gaps", sync_to_thread=True)
    def gaps(
        self,
        assistant: NamedDependency[Assistant],
        database: NamedDependency[Database],
        days: _Days = 30,
        added: FromQuery[str] = "",
    ) -> Template:
        """Show what the handbook does not answer, by meaning."""
        with database.session() as session:
            found = insight.gaps(session, assistant.index, _since(days))
        return Template("steward/gaps.html", context={"gaps": found, "days": days, "added": added})

    @post("/gaps", sync_to_thread=True)
    def settle(
        self, data: URLEncodedBody[DoneForm], database: NamedDependency[Database], days: _Days = 30
    ) -> Redirect:
        """Leave a gap out until it is asked again."""
        with database.session() as session:
            insight.settle(session, _several(data.wordings))
        return Redirect(f"/steward/gaps?days={days}", status_code=303)

    @get("/coverage", sync_to_thread=True)
    def coverage(
        self,
        assistant: NamedDependency[Assistant],
        database: NamedDependency[Database],
        days: _Days = 30,
    ) -> Template:
        """Show which parts of the handbook answer questions."""
        with database.session() as session:
            rows = insight.coverage(session, assistant.index, _since(days))
        return Template("steward/coverage.html", context={"rows": rows, "days": days})

    @get("/feedback", sync_to_thread=True)
    def feedback(
        self,
        database: NamedDependency[Database],
        queue: FromQuery[str] = "new",
        before: FromQuery[str] = "",
    ) -> Template:
        """Show the feedback of one state, a page at a time, the latest first."""
        query = _GIVEN.where(Feedback.state == queue)
        with database.session() as session:
            found, more = page_of(session, query, (Feedback.created, Feedback.id), before)
        rows = [_feedback(*row) for row in found]
        pages = {"before": before, "more": more}
        context = {"rows": rows, "state": queue, "states": STATES, "reasons": REASONS, **pages}
        return Template("steward/feedback.html", context=context)

    @post("/feedback/{feedback_id:str}", sync_to_thread=True)
    def set_state(
        self,
        feedback_id: FromPath[str],
        data: URLEncodedBody[StateForm],
        database: NamedDependency[Database],
    ) -> Redirect:
        """Move feedback to another state."""
        with database.session() as session:
            feedback = session.get(Feedback, feedback_id)
            if feedback is None:
                raise NotFoundError(f"There is no feedback {feedback_id!r}.")
            before, feedback.state = feedback.state, data.state
        return Redirect(f"/steward/feedback?queue={before}".replace(" ", "+"), status_code=303)

    @post("/questions", sync_to_thread=True)
    def add_question(
        self,
        data: URLEncodedBody[QuestionForm],
        assistant: NamedDependency[Assistant],
        settings: NamedDependency[Settings],
    ) -> Redirect:
        """Turn a question into an evaluation question."""
        question = clean_question(data.question, settings.max_question)
        added = workshop.add_question(
            settings.data_dir, assistant.index, question, data.gold, data.nuggets
        )
        return Redirect(f"/steward/gaps?added={added}", status_code=303)

    @post("/drafts", sync_to_thread=True)
    def add_draft(
        self, data: URLEncodedBody[DraftForm], settings: NamedDependency[Settings]
    ) -> Redirect:
        """Turn a question into a stub document."""
        question = clean_question(data.question, settings.max_question)
        name = workshop.add_draft(settings.data_dir, question, _several(data.wordings))
        return Redirect(f"/steward/drafts#{name}", status_code=303)

    @get("/drafts", sync_to_thread=True)
    def drafts(self, settings: NamedDependency[Settings]) -> Template:
        """List the drafts and the evaluation questions of the stewards."""
        context = {
            "drafts": workshop.drafts(settings.data_dir),
            "questions": workshop.questions(settings.data_dir),
            "file": workshop.QUESTIONS,
        }
        return Template("steward/drafts.html", context=context)

    @get("/drafts/{name:str}", sync_to_thread=True)
    def draft(self, name: FromPath[str], settings: NamedDependency[Settings]) -> Response[Any]:
        """Give a draft as a file."""
        return download(workshop.draft(settings.data_dir, name), "text/markdown", name)

    @get("/export/{table:str}/{form:str}", sync_to_thread=True)
    def export(
        self,
        table: FromPath[str],
        form: FromPath[str],
        assistant: NamedDependency[Assistant],
        database: NamedDependency[Database],
        days: _Days = 30,
    ) -> Response[Any]:
        """Give a table as CSV or JSON."""
        if table not in _TABLES or form not in {"csv", "json"}:
            raise NotFoundError(
                f"There is no {table}/{form}. Take one of {', '.join(_TABLES)}, as csv or json."
            )
        with database.session() as session:
            rows = _TABLES[table](session, assistant.index, _since(days))
        if form == "json":
            return download(rows, MediaType.JSON, f"{table}.json")
        return download(_csv(rows), "text/csv", f"{table}.csv")

    @get("/builds", sync_to_thread=True)
    def builds(self, settings: NamedDependency[Settings]) -> Template:
        """Show the builds that are kept, and how they were evaluated."""
        published = publication(settings.data_dir)
        found = []
        for folder in sorted((settings.data_dir / "builds").iterdir()):
            if not folder.name.startswith("."):
                found.append({"id": folder.name, **_manifest(settings, folder.name)})
        found.sort(key=lambda build: str(build.get("created", "")), reverse=True)
        context = {
            "builds": found,
            "published": published,
            "evaluations": workshop.evaluations(settings.data_dir),
        }
        return Template("steward/builds.html", context=context)

    @post("/builds/{build_id:str}/publish", sync_to_thread=True)
    def publish(self, build_id: FromPath[str], settings: NamedDependency[Settings]) -> Redirect:
        """Publish a build that is kept; questions are answered from it in a moment."""
        if build_id == publication(settings.data_dir).previous:
            rollback(settings.data_dir)
        else:
            known = {path.name for path in (settings.data_dir / "builds").iterdir()}
            if build_id not in known or build_id.startswith("."):
                raise NotFoundError(f"There is no build {build_id!r}.")
            with build_lock(settings.data_dir):
                read_manifest(build_folder(settings.data_dir, build_id))
                publish(settings.data_dir, build_id)
        return Redirect("/steward/builds", status_code=303)

    @get("/evaluations/{name:str}", sync_to_thread=True)
    def evaluation(self, name: FromPath[str], settings: NamedDependency[Settings]) -> Response[Any]:
        """Give a stored result or report, shut off from everything else."""
        return Response(
            workshop.evaluation(settings.data_dir, name),
            media_type=_MEDIA.get(name.rpartition(".")[2], MediaType.TEXT),
            headers={"content-security-policy": _REPORT_POLICY},
        )

    @get("/keys", sync_to_thread=True)
    def keys(self, database: NamedDependency[Database]) -> Template:
        """List the API keys."""
        return _keys_page(database)

    @post("/keys", status_code=200, sync_to_thread=True)
    def add_key(
        self, data: URLEncodedBody[KeyForm], database: NamedDependency[Database]
    ) -> Template:
        """Make an API key and show it, this once."""
        with database.session() as session:
            token = add_key(session, data.name.strip() or "unnamed", _several(data.scopes))
        return _keys_page(database, token)

    @post("/keys/{key_id:str}/revoke", sync_to_thread=True)
    def revoke_key(self, key_id: FromPath[str], database: NamedDependency[Database]) -> Redirect:
        """Make an API key useless."""
        with database.session() as session:
            revoke_key(session, key_id)
        return Redirect("/steward/keys", status_code=303)


def _since(days: int) -> datetime:
    return now() - timedelta(days=days)


def _several(values: Sequence[str] | str) -> list[str]:
    """Return the values of a field that a form may send once or more often."""
    return [values] if isinstance(values, str) else list(values)


def _keys_page(database: Database, token: str = "") -> Template:
    with database.session() as session:
        context = {"keys": key_forms(session), "scopes": SCOPES, "token": token}
    return Template("steward/keys.html", context=context)


def _feedback(feedback: Feedback, turn: Turn) -> dict[str, Any]:
    names = ("id", "verdict", "reason", "comment", "correction", "state", "created")
    return {
        **{name: getattr(feedback, name) for name in names},
        "question": turn.resolved_question,
        "answer": turn.id,
        "status": turn.status,
        "cited": turn.cited,
    }


def _manifest(settings: Settings, build_id: str) -> dict[str, Any]:
    try:
        form = msgspec.to_builtins(read_manifest(build_folder(settings.data_dir, build_id)))
    except ItsmError as error:
        return {"damaged": str(error)}
    return {name: value for name, value in form.items() if name not in {"files", "id"}}


_TABLES: dict[str, Callable[[Session, Index, datetime], list[dict[str, Any]]]] = {
    "gaps": lambda session, index, since: [
        asdict(gap) for gap in insight.gaps(session, index, since)
    ],
    "coverage": insight.coverage,
    "asked": lambda session, _, since: insight.most_asked(session, since, 1000),
    "status": lambda session, _, since: insight.by_status(session, since),
    "confidence": lambda session, _, since: insight.by_confidence(session, since),
    "days": lambda session, _, since: insight.by_day(session, since),
    "feedback": lambda session, _, since: [
        _feedback(*row)
        for row in session.execute(
            _GIVEN.where(Feedback.created >= since).order_by(Feedback.created.desc())
        )
    ],
}


def _csv(rows: Sequence[dict[str, Any]]) -> str:
    file = io.StringIO()
    if rows:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return file.getvalue()


def _cell(value: Any) -> Any:
    """Return a value as a spreadsheet shows it; text never becomes a formula."""
    if isinstance(value, (list, tuple)):
        value = "; ".join(map(str, value))
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value
