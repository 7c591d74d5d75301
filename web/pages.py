"""The handbook's pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from assistant.ask import Assistant
from assistant.finding import find_document
from assistant.nearby import offered
from corpus.review import review_due
from corpus.types import Document
from index.search import Index
from web.markup import document_parts, quote_url

_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})")
_QUESTIONS = 5
"""How many of the questions asked for a section are offered."""


@dataclass(frozen=True, slots=True)
class Step:
    """How many quotes a page has, and the way from the shown one to the one on each side."""

    count: int
    here: str
    before: str
    after: str


class PagesController(Controller):
    """The handbook and its documents."""

    include_in_schema = False

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
        span: FromQuery[list[str] | None] = None,
    ) -> Template:
        """Show a document with the text from start to end marked, if it is of that version.

        Each `span=<start>-<end>` is another quote of the page, marked too and a step away.
        """
        document = find_document(assistant.index, document_id)
        spans = [_span(one) for one in span or []]
        changed = bool(version) and not document.sha256.startswith(version)
        if start >= end and spans:
            start, end = spans[0]
        quote = (start, end) if start < end and not changed else (0, 0)
        due = review_due(document.metadata)
        return Template(
            "document.html",
            context={
                "document": document,
                "parts": document_parts(
                    document, quote, () if changed else spans, assistant.index.documents
                ),
                "asked": _asked(assistant.index, document),
                "step": _step(document, quote, spans) if quote[1] else None,
                "changed": changed,
                "due": due,
                "overdue": due is not None and due <= date.today(),
                "related": _related(assistant, document),
                "day": _day,
            },
        )


def _span(text: str) -> tuple[int, int]:
    match = _SPAN.fullmatch(text)
    if not match or int(match[1]) >= int(match[2]):
        raise ClientException(f"The span is {text!r}. Write start and end as in `span=120-260`.")
    return int(match[1]), int(match[2])


def _step(document: Document, quote: tuple[int, int], spans: Sequence[tuple[int, int]]) -> Step:
    quotes = sorted({quote, *spans})
    at = quotes.index(quote)

    def url(position: int) -> str:
        if not 0 <= position < len(quotes):
            return ""
        return quote_url(document.id, document.sha256, *quotes[position], quotes)

    here = quote_url(document.id, document.sha256, *quote)
    return Step(len(quotes), here, url(at - 1), url(at + 1))


def _asked(index: Index, document: Document) -> dict[str, list[str]]:
    """Return a few questions that each section of a document answers, by its heading."""
    asked: dict[str, list[str]] = {}
    for passage in index.passages_of(document.id):
        questions = asked.setdefault((passage.headings or ("",))[0], [])
        found = (one.text for one in offered(index.asked_of(passage)))
        questions.extend(one for one in found if one not in questions)
    return {heading: questions[:_QUESTIONS] for heading, questions in asked.items() if questions}


def _day(written: str) -> str:
    """Return `2026-11` or `2026-11-22` as people write it."""
    try:
        year, month, *day = (int(part) for part in str(written).split("-"))
        return date(year, month, *day or [1]).strftime("%-d %B %Y" if day else "%B %Y")
    except (TypeError, ValueError):
        return str(written)


def _related(assistant: Assistant, document: Document) -> list[Document]:
    named = document.metadata.get("related", [])
    documents = assistant.index.documents
    return [documents[one] for one in named if one in documents] if isinstance(named, list) else []
