"""The texts that are embedded and indexed for a passage or a span; never shown."""

from __future__ import annotations

from corpus.blocks import plain_text
from corpus.types import Document, Passage, Span


def passage_text(document: Document, passage: Passage) -> str:
    """Return title, headings and content: what the passage is about, then what it says."""
    content = plain_text(document.text[passage.start : passage.end])
    return ". ".join((document.title, *passage.headings, content))


def span_text(document: Document, span: Span) -> str:
    """Return `title: sentence`; a sentence alone often leaves out its subject."""
    return f"{document.title}: {plain_text(document.text[span.start : span.end])}"
