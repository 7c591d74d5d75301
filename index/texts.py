"""The texts that are embedded and indexed for a passage or a span; never shown."""

from __future__ import annotations

from collections.abc import Iterable

from corpus.blocks import plain_text
from corpus.types import Asked, Document, Passage, Span

LONGEST_EMBEDDED = 24
"""In words. Longer asked questions, most of them told situations, are read by BM25 alone: it finds
what their vectors would, and they would be two fifths of what is embedded of questions."""


def passage_text(document: Document, passage: Passage) -> str:
    """Return title, headings and content: what the passage is about, then what it says."""
    content = plain_text(document.text[passage.start : passage.end])
    return ". ".join(part for part in (document.title, *passage.headings, content) if part)


def lexical_text(document: Document, passage: Passage, asked: Iterable[Asked]) -> str:
    """Return the passage's text and the questions that people ask for it."""
    return " ".join((passage_text(document, passage), *(one.text for one in asked)))


def is_embedded(asked: Asked) -> bool:
    """Return whether a question is compared by the encoder, and not only read by BM25."""
    # Counting spaces takes a third of the time of splitting, at every opening of a build.
    return asked.text.count(" ") < LONGEST_EMBEDDED


def asked_text(asked: Asked) -> str:
    """Return the question alone: it is compared with questions."""
    return asked.text


def span_text(document: Document, span: Span) -> str:
    """Return `title: sentence`; a sentence alone often leaves out its subject."""
    sentence = plain_text(document.text[span.start : span.end])
    return f"{document.title}: {sentence}" if document.title else sentence
