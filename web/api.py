"""The JSON API. Its forms are a contract: additions are fine, changes are not."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from assistant.ask import Assistant, wire_form
from assistant.finding import find_document, listed_form
from assistant.question import clean_question
from corpus.types import Document
from index.filters import Filters
from index.folding import list_hits


async def require_json(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse what a form of another site could send; only JSON makes a browser ask first."""
    if connection.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise ClientException(
            "Send the question as JSON, with the header `content-type: application/json`.",
            status_code=415,
        )


class AskRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A question and those before it, oldest first; `literal` takes it as it is typed."""

    question: str
    history: list[str] = []
    literal: bool = False


class ApiController(Controller):
    """Ask, search and read."""

    path = "/api/v1"
    tags = ("handbook",)

    @post(
        "/ask",
        operation_id="ask",
        summary="Answer a question",
        status_code=200,
        sync_to_thread=True,
        exclude_from_csrf=True,
        scope="ask",
        limit="ask",
        guards=[require_json],
    )
    def ask(
        self, data: JSONBody[AskRequest], assistant: NamedDependency[Assistant]
    ) -> dict[str, Any]:
        """Answer from the handbook, each sentence of knowledge a cited quote."""
        return wire_form(assistant.ask(data.question, data.history, literal=data.literal))

    @get(
        "/search",
        operation_id="search",
        summary="Find passages",
        scope="search",
        limit="ask",
        sync_to_thread=True,
    )
    def search(
        self,
        q: FromQuery[str],
        assistant: NamedDependency[Assistant],
        k: Annotated[int, QueryParameter(ge=1, le=100)] = 10,
        collection: FromQuery[list[str] | None] = None,
        section: FromQuery[list[str] | None] = None,
        kind: FromQuery[list[str] | None] = None,
    ) -> dict[str, Any]:
        """Return the k best passages for a question, with every component of their scores.

        They can be limited to collections, sections and kinds of blocks, each repeatable; passages
        of other documents that say the same are listed under `also`.
        """
        question = clean_question(q, assistant.settings.max_question)
        filters = Filters(tuple(collection or ()), tuple(section or ()), tuple(kind or ()))
        listed = list_hits(assistant.index, question, k, filters)
        return {
            "question": question,
            "build": assistant.index.manifest.id,
            "hits": [listed_form(assistant.index, one) for one in listed],
        }

    @get(
        "/documents",
        operation_id="documents",
        summary="List documents",
        scope="documents",
        sync_to_thread=False,
    )
    def documents(self, assistant: NamedDependency[Assistant]) -> dict[str, Any]:
        """Return every document of the handbook, without its text."""
        found = assistant.index.documents.values()
        return {
            "build": assistant.index.manifest.id,
            "documents": [_document_form(document) for document in found],
        }

    @get(
        "/documents/{document_id:str}",
        operation_id="document",
        summary="Read a document",
        scope="documents",
        sync_to_thread=False,
    )
    def document(
        self, document_id: FromPath[str], assistant: NamedDependency[Assistant]
    ) -> dict[str, Any]:
        """Return a document; `text[start:end]` is the text of each citation of this version."""
        document = find_document(assistant.index, document_id)
        return {**_document_form(document), "text": document.text}


def _document_form(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "section": document.section,
        "sha256": document.sha256,
        "metadata": dict(document.metadata),
    }
