"""The handbook's rules of conduct as cards: what to do, what not to do, and why.

A card is one item of a `Do:` or `Don't:` list, or a `Why:` paragraph of a document that has such a
list. Which situations it belongs to is said by `data/situations.yaml`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import msgspec

from assistant.errors import SettingsError
from assistant.evidence import span_stems
from assistant.prefixes import fits, prefixes, searchable
from corpus.types import Block, Document, Passage
from index.filters import Filters
from index.lexical import STOP_WORDS
from index.search import Index

SITUATIONS_FILE = Path(__file__).parent / "data" / "situations.yaml"
HOME_SECTION = "etiquette"
"""The section of the handbook that is about conduct and nothing else; its cards come first."""
_RULES = frozenset({"do", "dont"})
_KINDS = _RULES | {"why"}
_FEW = 3
"""Where fewer cards than these hold all typed words, stop words do not count."""
_NEAREST = 8
"""How many passages the nearest cards are taken from."""
_FIELD = 0.7
"""Words that are less near to any question that people ask are of another field, or none."""


class Situation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a card helps: one of the sections holds it, or its place names one of the words."""

    id: str
    name: str
    words: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()

    def holds(self, document: Document, block: Block) -> bool:
        """Return whether a block stands in one of the sections, or its place names a word."""
        if document.section in self.sections:
            return True
        aliases = document.metadata.get("aliases", [])
        names = [span_stems(name) for name in (document.title, *aliases, block.label)]
        return any(name.issuperset(span_stems(word)) for name in names for word in self.words)


@dataclass(frozen=True, slots=True)
class Card:
    """One rule or reason: exactly `text[start:end]` of its document.

    `id` is a hash of document and text: it stands for these very words, wherever they move.
    """

    id: str
    document_id: str
    title: str
    section: str
    kind: str
    label: str
    headings: tuple[str, ...]
    start: int
    end: int
    text: str
    situations: frozenset[str]
    line: str


@dataclass(frozen=True, slots=True)
class CardGroup:
    """The cards of one document, by kind."""

    document_id: str
    title: str
    section: str
    cards: tuple[Card, ...]

    def of(self, kind: str) -> list[Card]:
        """Return the cards of a kind: do, dont or why."""
        return [card for card in self.cards if card.kind == kind]


def load_situations(path: Path = SITUATIONS_FILE) -> tuple[Situation, ...]:
    """Read the situations in the order in which they are offered.

    Raises:
        SettingsError: the file is missing or not of its form; the message says where.
    """
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=tuple[Situation, ...])
    except (OSError, msgspec.MsgspecError) as error:
        raise SettingsError(
            f"{path} cannot be read ({error}). Write it as the shipped one is."
        ) from error


def collect_cards(index: Index, situations: Sequence[Situation]) -> tuple[Card, ...]:
    """Return every card: those of the etiquette section first, then by section and document."""
    documents = sorted(
        index.documents.values(),
        key=lambda one: (one.section != HOME_SECTION, one.section, one.title),
    )
    return tuple(
        card for document in documents for card in _document_cards(index, document, situations)
    )


def choose(cards: Iterable[Card], *, situation: str = "", typed: str = "") -> list[Card]:
    """Return the cards of a situation that hold the typed words; an empty one is any."""
    known = list(cards)
    begun = prefixes(typed)
    telling = tuple(one for one in begun if one.strip() not in STOP_WORDS) or begun
    found = [card for card in known if fits(card.line, begun)]
    if len(found) < _FEW:
        found = [card for card in known if fits(card.line, telling)]
    return [card for card in found if not situation or situation in card.situations]


def nearest(index: Index, cards: Sequence[Card], typed: str) -> list[Card]:
    """Return the cards of the passages nearest to some words, those of a document together.

    There are none where the words have nothing to do with the handbook.
    """
    vector = index.encode(typed)
    kinds = tuple({card.kind for card in cards})
    if not kinds or index.nearest_asked(vector) < _FIELD:
        return []
    hits = index.search(typed, _NEAREST, vector=vector, filters=Filters(kind=kinds))
    passages = [hit.passage for hit in hits]
    documents = list(dict.fromkeys(one.document_id for one in passages))
    found = [card for card in cards if any(_stands_in(card, one) for one in passages)]
    return sorted(found, key=lambda card: documents.index(card.document_id))


def group(cards: Iterable[Card]) -> list[CardGroup]:
    """Return cards grouped by document, in their order."""
    groups = groupby(cards, lambda card: (card.document_id, card.title, card.section))
    return [CardGroup(*place, tuple(members)) for place, members in groups]


def _stands_in(card: Card, passage: Passage) -> bool:
    return card.document_id == passage.document_id and passage.start <= card.start < passage.end


def _document_cards(
    index: Index, document: Document, situations: Sequence[Situation]
) -> Iterator[Card]:
    blocks = [block for block in index.blocks(document.id) if block.kind in _KINDS]
    if not any(block.kind in _RULES for block in blocks):
        return
    for block in blocks:
        fitting = frozenset(one.id for one in situations if one.holds(document, block))
        for start, end in _regions(index, block):
            text = document.text[start:end]
            yield Card(
                id=hashlib.sha256(f"{document.id} {text}".encode()).hexdigest()[:10],
                document_id=document.id,
                title=document.title,
                section=document.section,
                kind=block.kind,
                label=block.label,
                headings=block.headings,
                start=start,
                end=end,
                text=text,
                situations=fitting,
                line=searchable(document.title, *block.headings, block.label, text),
            )


def _regions(index: Index, block: Block) -> Iterator[tuple[int, int]]:
    """Yield the items of a list; the sentences of a reason stay together."""
    spans = index.spans_of(block)
    if block.kind in _RULES:
        yield from ((span.start, span.end) for span in spans)
    elif spans:
        yield spans[0].start, spans[-1].end
