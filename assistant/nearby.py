"""Where a question leads besides its answer: the nearest sections, related questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.evidence import alike, text_stems
from assistant.types import Section
from corpus.types import Asked
from index.search import Index
from index.types import Hit

_NEAREST = 3
_RELATED = 3
# From which likeness of their stems on two questions count as the same.
_SAME = 0.6


def nearest_sections(index: Index, hits: Sequence[Hit]) -> tuple[Section, ...]:
    """Return the sections of the best passages, each once."""
    sections: dict[Section, None] = {}
    for hit in hits:
        title = index.documents[hit.passage.document_id].title
        sections.setdefault(Section(hit.passage.document_id, title, hit.passage.headings[:1]))
    return tuple(sections)[:_NEAREST]


def offered(asked: Iterable[Asked]) -> list[Asked]:
    """Return what reads as a question; the rest is there to be found by, however it is put."""
    return [one for one in asked if one.text[:1].isupper() and one.text.endswith("?")]


def related_questions(
    index: Index, question: str, hits: Sequence[Hit], cited: set[tuple[str, tuple[str, ...]]]
) -> tuple[str, ...]:
    """Return what people ask for neighbouring sections; the handbook answers each.

    Args:
        index: the build.
        question: what was asked; questions that are much like it are left out.
        hits: the passages found, best first.
        cited: document id and section of what the answer quotes already.
    """
    related: list[str] = []
    known = [text_stems(question)]
    for hit in hits:
        place = (hit.passage.document_id, hit.passage.headings[:1])
        for asked in offered(index.asked_of(hit.passage))[:1]:
            stems = text_stems(asked.text)
            if place not in cited and all(alike(stems, one) < _SAME for one in known):
                cited = cited | {place}
                known.append(stems)
                related.append(asked.text)
        if len(related) == _RELATED:
            break
    return tuple(related)
