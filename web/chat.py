"""Asking, and the conversations that are kept; whole without JavaScript.

The form carries the questions so far, so an answer never waits for the database: it is given first
and stored then. Where storing fails, the page goes on with what the form carries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Controller, MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, ServerSentEvent, Template
from sqlalchemy import select

from assistant.ask import Assistant
from assistant.errors import QuestionError
from assistant.types import Answer
from web import conversations
from web.changes import changes, is_changed
from web.copies import as_markdown, as_text
from web.database import Database
from web.errors import StorageError
from web.feedback import REASONS
from web.markup import portable
from web.people import visitor_cookie, visitor_of
from web.tables import Turn
from web.turns import UNKEPT, server_of, shown, turn_events

EXAMPLES = (
    "What is IT service management?",
    "I am new to IT service management. Where do I start?",
    "May I disagree with the CAB in the meeting?",
    "What is the difference between an incident and a problem?",
    "What do I put in a PIR?",
    "Give me a template for an RFC",
)
_TURNS = 10
_NOT_KEPT = {"Cache-Control": "no-store, private"}


class AskForm(msgspec.Struct):
    """A question: typed, picked from those offered, or to be taken literally."""

    question: str = ""
    pick: str = ""
    literal: str = ""
    conversation: str = ""
    earlier: list[str] | str = []

    @property
    def questions(self) -> list[str]:
        """Those before, oldest first; a form with one of them sends no list."""
        earlier = [self.earlier] if isinstance(self.earlier, str) else self.earlier
        return earlier[-_TURNS:]


class TitleForm(msgspec.Struct):
    """A new title of a conversation."""

    title: str


class ChatController(Controller):
    """Questions, conversations and answers."""

    include_in_schema = False

    @get("/", limit="ask", sync_to_thread=True)
    def start(
        self,
        request: HTMXRequest,
        assistant: NamedDependency[Assistant],
        q: FromQuery[list[str] | None] = None,
    ) -> Template:
        """Show the form; with questions in the address, their answers, which are not stored."""
        questions = [question for question in q or [] if question.strip()][-_TURNS:]
        if q and not questions:
            raise QuestionError("The question is empty. Type a question, such as: What is a PIR?")
        context = _unkept(request, assistant, _answers(assistant, questions), questions)
        return Template("chat.html", context=context)

    @post("/ask", status_code=200, limit="ask", sync_to_thread=True)
    def ask(
        self,
        request: HTMXRequest,
        data: URLEncodedBody[AskForm],
        assistant: NamedDependency[Assistant],
        database: NamedDependency[Database],
    ) -> Response[Any]:
        """Answer a question and store it; give a script the turn in events, as it gets ready."""
        earlier = data.questions
        question = data.literal or data.pick or data.question
        answers = assistant.stream(question, earlier, literal=bool(data.literal))
        try:
            first = next(answers)
        except QuestionError as error:
            if request.htmx:
                raise
            if data.conversation:
                context = _kept(request, data.conversation, assistant, database)
            else:
                context = _unkept(request, assistant, _answers(assistant, earlier), earlier)
            context |= {"typed": question, "notice": str(error)}
            return Template("chat.html", context=context, status_code=400)
        asked = [*earlier, first.question]
        visitor, cookie = visitor_cookie(request, assistant.settings)

        def finish() -> tuple[Answer, Turn | None]:
            *_, answer = first, *answers
            before = [] if data.conversation else _answers(assistant, earlier)
            turn = _keep(database, visitor, data.conversation, [*before, answer])
            return answer, turn

        if request.htmx:
            server = server_of(request, assistant)
            events = turn_events(request, server, first, finish, stateless_url(asked))
            return ServerSentEvent(events, cookies=[cookie], headers=_NOT_KEPT)
        answer, turn = finish()
        if turn is None:
            given = [*_answers(assistant, earlier), answer]
            context = _unkept(request, assistant, given, asked)
            return Template("chat.html", context={**context, "notice": UNKEPT})
        url = f"/conversations/{turn.conversation_id}#latest"
        return Redirect(url, status_code=303, cookies=[cookie])

    @get("/conversations", sync_to_thread=True)
    def conversations(
        self,
        request: HTMXRequest,
        database: NamedDependency[Database],
        before: FromQuery[str] = "",
        deleted: FromQuery[bool] = False,
    ) -> Template:
        """List the conversations of this browser, a page at a time."""
        with database.session() as session:
            found, more = conversations.listed(session, visitor_of(request), before)
            context = {"conversations": found, "more": more, "before": before, "deleted": deleted}
            return Template("conversations.html", context=context)

    @get("/conversations/{conversation_id:str}", sync_to_thread=True)
    def conversation(
        self,
        request: HTMXRequest,
        conversation_id: FromPath[str],
        assistant: NamedDependency[Assistant],
        database: NamedDependency[Database],
    ) -> Template:
        """Show a conversation and go on with it."""
        return Template("chat.html", context=_kept(request, conversation_id, assistant, database))

    @get("/conversations/{conversation_id:str}/print", sync_to_thread=True)
    def print_view(
        self,
        request: HTMXRequest,
        conversation_id: FromPath[str],
        assistant: NamedDependency[Assistant],
        database: NamedDependency[Database],
    ) -> Template:
        """Show a conversation as it is to be printed."""
        return Template("print.html", context=_kept(request, conversation_id, assistant, database))

    @get("/conversations/{conversation_id:str}/markdown", sync_to_thread=True)
    def as_markdown(
        self,
        request: HTMXRequest,
        conversation_id: FromPath[str],
        assistant: NamedDependency[Assistant],
        database: NamedDependency[Database],
    ) -> Response[str]:
        """Give a conversation as a Markdown file."""
        server = server_of(request, assistant)
        with database.session() as session:
            conversation = conversations.owned(session, visitor_of(request), conversation_id)
            parts = [f"# {conversation.title}"]
            for turn, _ in conversations.turns_of(session, conversation):
                answer = conversations.restore(turn.answer)
                quotes = portable(
                    answer.markdown, answer.citations, server.documents, server.origin
                )
                parts.append(f"## {turn.question}\n\n{quotes.strip()}")
        return download("\n\n".join(parts) + "\n", "text/markdown", "conversation.md")

    @get("/conversations/{conversation_id:str}/json", sync_to_thread=True)
    def as_json(
        self,
        request: HTMXRequest,
        conversation_id: FromPath[str],
        database: NamedDependency[Database],
    ) -> Response[Any]:
        """Give all that is stored of a conversation."""
        with database.session() as session:
            conversation = conversations.owned(session, visitor_of(request), conversation_id)
            form = conversations.export(session, conversation)
        return download(form, MediaType.JSON, "conversation.json")

    @post("/conversations/{conversation_id:str}/rename", sync_to_thread=True)
    def rename(
        self,
        request: HTMXRequest,
        conversation_id: FromPath[str],
        data: URLEncodedBody[TitleForm],
        database: NamedDependency[Database],
    ) -> Redirect:
        """Give a conversation another title."""
        with database.session() as session:
            conversation = conversations.owned(session, visitor_of(request), conversation_id)
            conversation.title = plain_line(data.title) or conversation.title
        return Redirect(f"/conversations/{conversation_id}", status_code=303)

    @post("/conversations/{conversation_id:str}/delete", sync_to_thread=True)
    def delete(
        self,
        request: HTMXRequest,
        conversation_id: FromPath[str],
        database: NamedDependency[Database],
    ) -> Redirect:
        """Delete a conversation for good."""
        with database.session() as session:
            conversation = conversations.owned(session, visitor_of(request), conversation_id)
            session.delete(conversation)
        return Redirect("/conversations?deleted=true", status_code=303)

    @get("/answers/{answer_id:str}", sync_to_thread=True)
    def answer(
        self,
        request: HTMXRequest,
        answer_id: FromPath[str],
        assistant: NamedDependency[Assistant],
        database: NamedDependency[Database],
    ) -> Template:
        """Show a stored answer, with what has changed in the handbook since."""
        with database.session() as session:
            found = conversations.find_answer(session, answer_id)
            given = session.scalar(select(Turn.created).where(Turn.id == answer_id))
        server, url = server_of(request, assistant), f"/answers/{answer_id}"
        context = _page(assistant, [shown(found, server, url=url, stored=True)])
        changed = changes(found, server.documents)
        asked = [found.resolved_question]
        return Template(
            "chat.html", context={**context, "questions": asked, "changes": changed, "given": given}
        )

    @get("/answers/{answer_id:str}/markdown", media_type="text/markdown", sync_to_thread=True)
    def answer_as_markdown(
        self,
        request: HTMXRequest,
        answer_id: FromPath[str],
        assistant: NamedDependency[Assistant],
        database: NamedDependency[Database],
    ) -> str:
        """Give a stored answer as Markdown."""
        with database.session() as session:
            found = conversations.find_answer(session, answer_id)
        server = server_of(request, assistant)
        return as_markdown(found, server.documents, server.origin, f"/answers/{answer_id}")

    @get("/answers/{answer_id:str}/text", media_type=MediaType.TEXT, sync_to_thread=True)
    def answer_as_text(
        self,
        request: HTMXRequest,
        answer_id: FromPath[str],
        assistant: NamedDependency[Assistant],
        database: NamedDependency[Database],
    ) -> str:
        """Give a stored answer as plain text."""
        with database.session() as session:
            found = conversations.find_answer(session, answer_id)
        return as_text(found, server_of(request, assistant).origin, f"/answers/{answer_id}")


def download(content: Any, media_type: str, name: str) -> Response[Any]:
    """Return content that a browser saves as a file."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def plain_line(text: str) -> str:
    """Return a title as one line of printable characters, cut at what a column holds."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:200]


def stateless_url(questions: Sequence[str]) -> str:
    """Return the address that answers questions anew and stores nothing."""
    return "/?" + urlencode([("q", question) for question in questions])


def _keep(
    database: Database, visitor: str, conversation: str, answers: Sequence[Answer]
) -> Turn | None:
    """Store answers and return the last one's place; nothing if they cannot be stored."""
    try:
        with database.session() as session:
            return conversations.keep(session, visitor, conversation, answers)
    except StorageError:
        return None


def _answers(assistant: Assistant, questions: Sequence[str]) -> list[Answer]:
    return [assistant.ask(one, questions[:number]) for number, one in enumerate(questions)]


def _unkept(
    request: HTMXRequest, assistant: Assistant, answers: Sequence[Answer], questions: Sequence[str]
) -> dict[str, Any]:
    server = server_of(request, assistant)
    turns = [
        shown(answer, server, url=stateless_url(questions[: number + 1]))
        for number, answer in enumerate(answers)
    ]
    return {**_page(assistant, turns), "questions": questions}


def _kept(
    request: HTMXRequest, conversation_id: str, assistant: Assistant, database: Database
) -> dict[str, Any]:
    with database.session() as session:
        conversation = conversations.owned(session, visitor_of(request), conversation_id)
        stored = conversations.turns_of(session, conversation)
    server = server_of(request, assistant)
    turns = []
    for turn, feedback in stored:
        answer = conversations.restore(turn.answer)
        changed = is_changed(answer, server.documents)
        turns.append({**shown(answer, server, turn, feedback=feedback), "changed": changed})
    context = _page(assistant, turns)
    questions = [turn.question for turn, _ in stored][-_TURNS:]
    return {**context, "questions": questions, "conversation": conversation}


def _page(assistant: Assistant, turns: list[dict[str, Any]]) -> dict[str, Any]:
    if turns:
        turns[-1]["latest"] = True
    documents = len(assistant.index.documents)
    return {"turns": turns, "examples": EXAMPLES, "documents": documents, "reasons": REASONS}
