"""What people may be about to ask: the handbook's headings and the questions asked for it."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.nearby import offered
from assistant.prefixes import fits, prefixes, searchable
from index.search import Index

_HEADINGS = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question or heading that begins as was typed."""

    text: str
    kind: str


class Suggester:
    """The questions and headings of one build, ready for lookup; shares nothing that changes."""

    def __init__(self, index: Index) -> None:
        headings: dict[str, str] = {}
        for document in index.documents.values():
            headings.setdefault(document.title, document.id)
        for passage in index.passages:
            for heading in passage.headings[:1]:
                headings.setdefault(heading, passage.id)
        self._headings = [(searchable(text), text, place) for text, place in headings.items()]
        self._asked = [
            (searchable(one.text), one.text, one.passage_id) for one in offered(index.asked)
        ]

    def suggest(self, typed: str, limit: int = 8) -> list[Suggestion]:
        """Return a few headings and then questions, shortest first; of each place only one."""
        if not prefixes(typed):
            return []
        headings = _best(self._headings, typed, min(_HEADINGS, limit))
        asked = _best(self._asked, typed, limit - len(headings))
        return [
            *(Suggestion(text, "heading") for text in headings),
            *(Suggestion(text, "question") for text in asked),
        ]


def _best(entries: list[tuple[str, str, str]], typed: str, limit: int) -> list[str]:
    """Return the shortest fitting texts, those that open with what was typed first."""
    opening, begun = searchable(typed), prefixes(typed)
    found = sorted(
        (not line.startswith(opening), len(text), text, place)
        for line, text, place in entries
        if fits(line, begun)
    )
    best: dict[str, str] = {}
    for _, _, text, place in found:
        if len(best) < limit and text not in best.values():
            best.setdefault(place, text)
    return list(best.values())
