"""Comparisons: the table that has both sides, under what tells them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.evidence import evidence_stems, span_stems, text_stems
from assistant.layout import lead_and_support, opening_of, over_block
from assistant.material import (
    TABLES,
    Composition,
    Material,
    Part,
    Region,
    block_regions,
    find_block,
    inside,
    stretch,
    text_of,
)
from assistant.types import Evidence, Kind
from corpus.types import Block, Passage
from index.search import Index

# How close to the best passage a table's must come: one that names both sides is right from farther
# away than a block that merely has the shape that is asked for.
_NEAR = 0.7
# Where the sides are no terms of the handbook, a table's label and columns hold such a share of the
# question's weight.
_SHARE = 0.5

Sides = Sequence[tuple[str, ...]]


def compare(material: Material) -> Composition | None:
    """Quote the table that has both sides, else a definition of each side."""
    sides = list(dict.fromkeys(material.terms.defined(material.question)))
    found = _table(material, sides)
    return _over_table(material, sides, *found) if found else _defined(material, sides)


def _table(material: Material, sides: Sides) -> tuple[Block, Passage] | None:
    """Return the table that has two sides as columns, else the one that names them."""

    def has_columns(block: Block) -> bool:
        return block.kind in TABLES and _names(sides, _header(material.index, block))

    def names(block: Block) -> bool:
        said = _header(material.index, block) | text_stems(block.label)
        if len(sides) > 1:
            return block.kind in TABLES and _names(sides, said)
        return block.kind == "comparison" and material.importance.coverage(said) >= _SHARE

    return find_block(material, has_columns, _NEAR) or find_block(material, names, _NEAR)


def _over_table(material: Material, sides: Sides, block: Block, passage: Passage) -> Composition:
    """Quote a table under what names two sides, or else under their definitions.

    The opening of its section goes before any other sentence of it.
    """

    def leads(one: Evidence) -> bool:
        return len(sides) < 2 or _tells_apart(sides, evidence_stems(material.index, one))

    composed = over_block(Kind.COMPARISON, material, block, passage, leads=leads)
    opening = opening_of(material.index, passage, block)
    first = stretch(material.index, opening) if opening else None
    if first and _tells_apart(sides, span_stems(text_of(material.index, first))):
        return replace(composed, lead=(first,))
    return replace(composed, lead=composed.lead or _defining(material, sides, block.document_id))


def _defined(material: Material, sides: Sides) -> Composition | None:
    """Quote the best sentence and a definition of each side."""
    if len(sides) > 2:  # "metric" is no third side of the two senses of DORA
        tells = material.importance.tells
        sides = [side for side in sides if len(side) > 1 or tells(side[0])]
    if len(sides) < 2:
        return None
    regions = [
        next(block_regions(material.index, material.terms.definitions[key][0])) for key in sides[:3]
    ]
    lead, _ = lead_and_support(material, material.sentences() or list(material.evidence))
    others = tuple(one for one in regions if not any(inside(one, quoted) for quoted in lead))
    return Composition(Kind.COMPARISON, lead, (Part("", others),))


def _defining(material: Material, sides: Sides, document_id: str) -> tuple[Region, ...]:
    """Return the definition of each side that a document gives, if it gives all."""
    blocks = [
        next((b for b in material.terms.definitions[side] if b.document_id == document_id), None)
        for side in sides
    ]
    found = [block for block in blocks if block is not None]
    if len(found) < len(blocks):
        return ()
    return tuple(next(block_regions(material.index, block)) for block in found)


def _header(index: Index, block: Block) -> frozenset[str]:
    return text_stems(text_of(index, block).partition("\n")[0])


def _names(sides: Sides, said: frozenset[str]) -> bool:
    return len(sides) > 1 and all(said.issuperset(side) for side in sides[:2])


def _tells_apart(sides: Sides, said: frozenset[str]) -> bool:
    return sum(said.issuperset(side) for side in sides) > 1
