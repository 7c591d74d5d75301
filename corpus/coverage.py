"""Which key facts of the outline stand in their document.

A fact is a few words. It is covered if one section (a level-2 heading with all below it) has them
all, whatever their endings and order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import Stemmer

from corpus.types import Document, Handbook

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:\d+)?")
_SECTION = re.compile(r"^## ", re.MULTILINE)
_STEMMER = Stemmer.Stemmer("english")


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many facts a document has, and those that none of its sections states."""

    facts: int
    missing: tuple[str, ...]


def coverage(handbook: Handbook, outline: Mapping[str, tuple[str, ...]]) -> dict[str, Coverage]:
    """Return the coverage of each document that the outline names, by id."""
    return {
        document.id: Coverage(len(facts), missing_facts(document, facts))
        for document in handbook.documents
        if (facts := outline.get(document.id))
    }


def missing_facts(document: Document, facts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the facts that no section of the document states."""
    sections = [stems(section) for section in _SECTION.split(document.text)[1:]]
    return tuple(fact for fact in facts if not any(stems(fact) <= one for one in sections))


def stems(text: str) -> frozenset[str]:
    """Return the stems of a text's words and its numbers."""
    return frozenset(_STEMMER.stemWords(_WORD.findall(text.lower())))
