"""A turn of a conversation as pages show it, and as events for a script that adds it to a page."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.response import Template
from litestar.response.sse import ServerSentEventMessage

from assistant.ask import Assistant
from assistant.types import Answer, Section, Status
from corpus.blocks import heading_anchor
from corpus.errors import ItsmError
from corpus.types import Document
from web.copies import as_markdown, as_text
from web.feedback import REASONS
from web.insight import HIGH
from web.markup import answer_html
from web.tables import Feedback, Turn

_LOG = logging.getLogger(__name__)
UNKEPT = "This conversation cannot be stored at the moment. Answers work as always."
_FAILED = "The answer stands, but what belongs below it failed. The server's log says why."


@dataclass(frozen=True, slots=True)
class Server:
    """What the address of this server is, and the handbook that it shows."""

    origin: str
    documents: Mapping[str, Document]


def server_of(request: Request[Any, Any, Any], assistant: Assistant) -> Server:
    """Return the server as the browser sees it, also behind a proxy that speaks HTTPS."""
    scheme = "https" if assistant.settings.secure_cookies else request.url.scheme
    return Server(f"{scheme}://{request.url.netloc}", assistant.index.documents)


def shown(
    answer: Answer,
    server: Server,
    turn: Turn | None = None,
    *,
    feedback: Feedback | None = None,
    url: str = "",
    stored: bool = False,
) -> dict[str, Any]:
    """Return what the template of a turn shows.

    Args:
        answer: the answer.
        server: where its links lead.
        turn: where it is stored, if it belongs to this visitor.
        feedback: what this visitor thinks of it.
        url: its address, if it has no turn.
        stored: whether it can be had in other forms at its address.
    """
    return {
        **_said(answer, server),
        **_placed(answer, server, turn, url),
        "stored": stored or turn is not None,
        "feedback": feedback,
    }


def _said(answer: Answer, server: Server) -> dict[str, Any]:
    """Return what is shown of an answer wherever it is stored."""
    own, quotes = _parted(answer)
    documents = server.documents
    return {
        "own": answer_html(own, ()),
        "html": answer_html(quotes, answer.citations, _nearest(answer), documents),
        "more": answer_html(answer.more.markdown, answer.more.citations, None, documents)
        if answer.more
        else "",
        "confidence": _confidence(answer),
        "answered": answer.status in {Status.ANSWERED, Status.PARTIAL},
        "understood": answer.resolved_question != answer.question,
    }


def _parted(answer: Answer) -> tuple[str, str]:
    """Return what is said of an answer that is none or may be none, and the rest.

    The templates say it in their first paragraph.
    """
    if answer.status is Status.ANSWERED:
        return "", answer.markdown
    own, _, rest = answer.markdown.partition("\n\n")
    return own, rest


def _confidence(answer: Answer) -> str:
    """Return in a word how sure an answer is, as `by_confidence` counts them."""
    if answer.status is not Status.ANSWERED:
        return "low"
    return "high" if answer.confidence >= HIGH else "good"


def _placed(answer: Answer, server: Server, turn: Turn | None, url: str) -> dict[str, Any]:
    """Return the answer with its choices, where it is found again, and what is copied of it."""
    permalink = f"/answers/{turn.id}" if turn else url
    return {
        "answer": answer,
        "id": turn.id if turn else "",
        "conversation": turn.conversation_id if turn else "",
        "permalink": permalink,
        "markdown": as_markdown(answer, server.documents, server.origin, permalink),
        "text": as_text(answer, server.origin, permalink),
    }


def turn_events(
    request: Request[Any, Any, Any],
    server: Server,
    first: Answer,
    finish: Callable[[], tuple[Answer, Turn | None]],
    url: str,
) -> Iterator[ServerSentEventMessage]:
    """Yield a turn in the order in which its parts get ready, each as HTML.

    `answer` is the turn with its quotes; `rest` is what belongs below it and takes longer: choices,
    and what needs to know where it is stored. `problem` is a sentence that says why there is none.

    Args:
        request: who asks; forms get its token.
        server: where links lead.
        first: the answer without its choices.
        finish: stores the answer; returns it whole, and its place if it has one.
        url: its address, if it is not stored.
    """
    turn = {**shown(first, server), "latest": True, "streamed": True}
    yield _event("answer", _rendered(request, "_turn.html", turn))
    try:
        answer, kept = finish()
    except ItsmError as error:
        yield _event("problem", str(error))
    except Exception as error:
        _LOG.error("%s failed after the answer", request.url.path, exc_info=error)
        yield _event("problem", _FAILED)
    else:
        placed = {**_placed(answer, server, kept, url), "stored": kept is not None}
        rest = {**turn, **placed, "notice": "" if kept else UNKEPT}
        yield _event("rest", _rendered(request, "_rest.html", rest))


def _event(kind: str, data: str) -> ServerSentEventMessage:
    return ServerSentEventMessage(event=kind, data=data)


def _rendered(request: Request[Any, Any, Any], name: str, turn: dict[str, Any]) -> str:
    page = Template(name, context={"turn": turn, "reasons": REASONS})
    return page.to_asgi_response(None, request).body.decode()


def _nearest(answer: Answer) -> dict[str, str]:
    """Return the address of each nearest section by the line that names it in the answer."""
    return {
        " > ".join((section.title, *section.headings)): _section_url(section)
        for section in answer.nearest
    }


def _section_url(section: Section) -> str:
    anchor = heading_anchor(section.headings[-1]) if section.headings else ""
    return f"/documents/{section.document_id}#{anchor}"
