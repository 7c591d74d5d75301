"""The handbook's terms, acronyms and sayings, each once, with the places that explain it.

What acronyms stand for is found by `corpus/acronyms.py`, what a question names by `terms.py`; here
all of it is laid out to be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.prefixes import fits, prefixes, searchable
from corpus.acronyms import Sense
from corpus.blocks import SAYING_PARTS
from corpus.labels import read_label
from corpus.types import Block
from index.lexical import terms
from index.search import Index

# Where a term or saying stands several times, the sections written to explain it go first.
_HOMES = ("glossary", "sayings")


@dataclass(frozen=True, slots=True)
class Place:
    """What explains a term: exactly `text[start:end]` of its document."""

    document_id: str
    title: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """A term in one of its senses: how it is written, its acronym, and its definitions."""

    name: str
    written: str
    acronym: str
    places: tuple[Place, ...]
    line: str

    @property
    def letter(self) -> str:
        """The letter under which it is found: A to Z, or #."""
        first = self.name[:1].upper()
        return first if first.isascii() and first.isalpha() else "#"


@dataclass(frozen=True, slots=True)
class Acronym:
    """An acronym and all that it stands for, each with the first place that says so."""

    name: str
    senses: tuple[tuple[str, Place], ...]
    line: str

    @property
    def letter(self) -> str:
        """The letter under which it is found."""
        return self.name[0].upper()


@dataclass(frozen=True, slots=True)
class Saying:
    """A saying in its exact words, what the handbook says on it by part, and where else it does."""

    words: Place
    parts: dict[str, Place]
    others: tuple[Place, ...]
    line: str


def collect_glossary(
    index: Index, senses: Mapping[str, tuple[Sense, ...]]
) -> tuple[Term | Acronym, ...]:
    """Return every defined term and every acronym, from A to Z."""
    meant: dict[tuple[str, str], list[Block]] = {}
    for block in _blocks(index, "definition"):
        name, _, qualifier = read_label(block.label)
        meant.setdefault((name.lower(), qualifier.lower()), []).append(block)
    entries: list[Term | Acronym] = [_term(index, blocks) for blocks in meant.values()]
    entries += [_acronym(index, name, found) for name, found in senses.items()]
    return tuple(sorted(entries, key=lambda one: (one.letter, one.name.lower(), one.line)))


def find_terms(glossary: Iterable[Term | Acronym], typed: str) -> list[Term | Acronym]:
    """Return the entries that hold the typed words; those named so come first."""
    wanted = searchable(typed).strip()
    begun = prefixes(typed)
    found = [one for one in glossary if fits(one.line, begun)]
    return sorted(found, key=lambda one: _distance(one, wanted)) if begun else found


def collect_sayings(index: Index) -> tuple[Saying, ...]:
    """Return every saying once, in the order of the handbook."""
    known: dict[tuple[str, ...], list[Block]] = {}
    for block in _blocks(index, "saying"):
        words = index.documents[block.document_id].text[block.start : block.end]
        known.setdefault(terms(words), []).append(block)
    return tuple(_saying(index, blocks) for blocks in known.values())


def find_sayings(sayings: Iterable[Saying], typed: str) -> list[Saying]:
    """Return the sayings that hold the typed words in their own or in what is said on them."""
    begun = prefixes(typed)
    return [one for one in sayings if fits(one.line, begun)]


def _blocks(index: Index, kind: str) -> list[Block]:
    """Return the blocks of a kind; those of the sections written for it first."""
    found = [b for one in index.documents for b in index.blocks(one) if b.kind == kind]
    return sorted(found, key=lambda b: index.documents[b.document_id].section not in _HOMES)


def _place(index: Index, block: Block) -> Place:
    spans = index.spans_of(block)
    start, end = (spans[0].start, spans[-1].end) if spans else (block.start, block.end)
    return _stretch(index, block.document_id, start, end)


def _stretch(index: Index, document_id: str, start: int, end: int) -> Place:
    document = index.documents[document_id]
    return Place(document.id, document.title, start, end, document.text[start:end])


def _term(index: Index, blocks: list[Block]) -> Term:
    written = max((block.label for block in blocks), key=len)
    name, acronym, _ = read_label(written)
    places = tuple(_place(index, block) for block in blocks)
    return Term(name, written, acronym, places, searchable(written, places[0].text))


def _acronym(index: Index, name: str, senses: Iterable[Sense]) -> Acronym:
    found = tuple(
        (
            sense.expansion[0].upper() + sense.expansion[1:],
            _stretch(index, span.passage_id.rpartition("/")[0], span.start, span.end),
        )
        for sense in senses
        for span in sense.spans[:1]
    )
    return Acronym(name, found, searchable(name, *(expansion for expansion, _ in found)))


def _distance(one: Term | Acronym, wanted: str) -> int:
    """Return 0 for the acronym that was typed, up to 4 for an entry that only speaks of it."""
    names = [searchable(one.name).strip()]
    if isinstance(one, Term):
        names.append(searchable(one.acronym).strip())
    if wanted in names:
        return int(isinstance(one, Term))
    if any(name.startswith(wanted) for name in names):
        return 2
    return 3 if fits(searchable(*names), prefixes(wanted)) else 4


def _saying(index: Index, blocks: list[Block]) -> Saying:
    first = blocks[0]
    parts: dict[str, Place] = {}
    for block in index.blocks(first.document_id)[first.ordinal + 1 :]:
        if block.kind not in SAYING_PARTS or block.headings != first.headings:
            break
        parts[block.kind] = _place(index, block)
    words = _place(index, first)
    return Saying(
        words=words,
        parts=parts,
        others=tuple(_place(index, block) for block in blocks[1:]),
        line=searchable(words.text, *(part.text for part in parts.values())),
    )
