"""The handbook's pages."""

from __future__ import annotations

from itertools import groupby

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from assistant.ask import Assistant
from assistant.finding import find_document
from corpus.types import Document
from web.markup import document_html, outline


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


def _related(assistant: Assistant, document: Document) -> list[Document]:
    named = document.metadata.get("related", [])
    documents = assistant.index.documents
    return [documents[one] for one in named if one in documents] if isinstance(named, list) else []
