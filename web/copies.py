"""An answer to be pasted elsewhere: what was asked, the quotes, and where both can be checked."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.types import Answer
from corpus.types import Document
from web.markup import answer_text, portable, quote_url


def as_markdown(answer: Answer, documents: Mapping[str, Document], origin: str, path: str) -> str:
    """Return an answer as Markdown whose links lead to the server at `origin`.

    Args:
        answer: the answer.
        documents: the handbook by id.
        origin: scheme and host of this server.
        path: the answer's own address there.
    """
    quotes = portable(answer.markdown, answer.citations, documents, origin)
    sources = "".join(
        f"[{one.number}]: {origin}{quote_url(one.document_id, one.sha256, one.start, one.end)}\n"
        for one in answer.citations
    )
    parts = (
        f"**Question:** {_asked(answer)}",
        quotes,
        sources,
        f"Link to this answer: {origin}{path}",
    )
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def as_text(answer: Answer, origin: str, path: str) -> str:
    """Return an answer as plain text, with its address at `origin`."""
    quotes = answer_text(answer.markdown)
    return f"Question: {_asked(answer)}\n\n{quotes}\nLink to this answer: {origin}{path}\n"


def _asked(answer: Answer) -> str:
    if answer.resolved_question == answer.question:
        return answer.question
    return f"{answer.question} (understood as: {answer.resolved_question})"
