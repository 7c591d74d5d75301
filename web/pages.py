"""The pages for people, whole without JavaScript.

A conversation is its questions: `/?q=...&q=...` shows it, and shows it the same again, since the
same question on the same build has one answer.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Template

from assistant.ask import Assistant, find_document
from assistant.errors import QuestionError
from assistant.types import Answer, Section, Status
from corpus.blocks import heading_anchor
from corpus.types import Document
from web.markup import answer_html, document_html, outline

EXAMPLES = (
    "May I disagree with the CAB in the meeting?",
    "What is the difference between an incident and a problem?",
    "What do I put in a PIR?",
    "Who authorises an emergency change?",
    "Give me a template for an RFC",
    "What does \u201cKeep the SLA Holy\u201d mean?",
)
_TURNS = 10
_CONFIDENCE = ((0.85, "high"), (0.6, "good"), (0.0, "low"))


class PagesController(Controller):
    """Chat and source view."""

    include_in_schema = False

    @get("/", sync_to_thread=True)
    def chat(
        self,
        request: HTMXRequest,
        assistant: NamedDependency[Assistant],
        q: FromQuery[list[str] | None] = None,
        literal: FromQuery[bool] = False,
    ) -> Template:
        """Show a conversation; only its last turn to a script that adds it to the page.

        With `literal`, the last question is taken as it stands.
        """
        questions = [question for question in q or [] if question.strip()][-_TURNS:]
        if q and not questions:
            raise QuestionError("The question is empty. Type a question, such as: What is a PIR?")
        fragment = bool(request.htmx)
        last = len(questions) - 1
        turns = [
            _turn(
                assistant.ask(question, questions[:number], literal=literal and number == last),
                questions[: number + 1],
            )
            for number, question in enumerate(questions)
            if not fragment or number == last
        ]
        if turns:
            turns[-1]["latest"] = True
        template = "_turn.html" if fragment and turns else "chat.html"
        context = {
            "turns": turns,
            "turn": turns[-1] if turns else None,
            "questions": questions,
            "examples": EXAMPLES,
            "documents": len(assistant.index.documents),
        }
        return Template(template, context=context)

    @get("/documents", sync_to_thread=False)
    def documents(self, assistant: NamedDependency[Assistant]) -> Template:
        """List the handbook by section."""
        ordered = sorted(assistant.index.documents.values(), key=lambda one: (one.section, one.id))
        sections = {name: list(group) for name, group in groupby(ordered, lambda one: one.section)}
        return Template("documents.html", context={"sections": sections})

    @get("/documents/{document_id:str}", sync_to_thread=True)
    def document(
        self,
        document_id: FromPath[str],
        assistant: NamedDependency[Assistant],
        start: FromQuery[int] = 0,
        end: FromQuery[int] = 0,
        version: FromQuery[str] = "",
    ) -> Template:
        """Show a document with the text from start to end marked, if it is of that version."""
        document = find_document(assistant.index, document_id)
        changed = bool(version) and not document.sha256.startswith(version)
        quoted = (0, 0) if changed else (start, end)
        return Template(
            "document.html",
            context={
                "document": document,
                "html": document_html(document, *quoted),
                "outline": outline(document),
                "changed": changed,
                "related": _related(assistant, document),
            },
        )


def _turn(answer: Answer, questions: list[str]) -> dict[str, Any]:
    """Return what the template of a turn shows."""
    return {
        "answer": answer,
        "html": answer_html(answer.markdown, answer.citations),
        "confidence": next(word for low, word in _CONFIDENCE if answer.confidence >= low),
        "answered": answer.status in {Status.ANSWERED, Status.PARTIAL},
        "understood": answer.resolved_question != answer.question,
        "nearest": [(section, _section_url(section)) for section in answer.nearest],
        "related": [(one, conversation_url([*questions, one])) for one in answer.related],
        "permalink": conversation_url(questions),
        "literal": conversation_url(questions) + "&literal=true",
    }


def conversation_url(questions: list[str]) -> str:
    """Return the address that shows a conversation."""
    return "/?" + urlencode([("q", question) for question in questions])


def _section_url(section: Section) -> str:
    anchor = heading_anchor(section.headings[-1]) if section.headings else ""
    return f"/documents/{section.document_id}#{anchor}"


def _related(assistant: Assistant, document: Document) -> list[Document]:
    named = document.metadata.get("related", [])
    documents = assistant.index.documents
    return [documents[one] for one in named if one in documents] if isinstance(named, list) else []
