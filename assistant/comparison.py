"""Comparisons: the table that has both sides, under what tells them apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.evidence import evidence_stems, text_stems
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
    region_of,
    stretch,
    text_of,
)
from assistant.types import Evidence, Kind
from corpus.tables import table_cells
from corpus.types import Block, Passage
from index.search import Index

# How close to the best passage a table's must come: one that names both sides is right from farther
# away than a block that merely has the shape that is asked for.
_NEAR = 0.7
# What sets two sides against each other, in a sentence that names both.
_CONTRAST = re.compile(r"\b(?:while|whereas|unlike|but|instead|rather|not|differs?|versus)\b")
# How many other terms such a sentence may name before it is about all of them.
_OTHERS = 1
# Where the sides are no terms of the handbook, a table's label and columns hold such a share of the
# question's weight.
_SHARE = 0.5

Sides = Sequence[tuple[str, ...]]


def compare(material: Material) -> Composition | None:
    """Quote the table that has both sides, else a definition of each side."""
    defined = list(dict.fromkeys(material.terms.defined(material.question)))
    named = list(dict.fromkeys(material.terms.named(material.question)))
    # "ISO 20000" is the name of a page and no defined term.
    several = [sides for sides in (defined, named) if len(sides) > 1]
    for sides in several if defined in several else [*several, defined]:
        if found := _table(material, sides):
            return _over_table(material, sides, *found)
    return _defined(material, defined)


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
    """Quote a table under what sets just its sides apart, or else under their definitions.

    The opening of its section goes before any other sentence that does.
    """
    composed = over_block(Kind.COMPARISON, material, block, passage)
    if len(sides) < 2:
        return composed
    table = composed.parts[0]
    shown = replace(table.regions[0], columns=_columns(material.index, sides, block))
    composed = replace(composed, parts=(replace(table, regions=(shown,)), *composed.parts[1:]))
    opening = opening_of(material.index, passage, block)
    if opening and _sets_apart(material, sides, opening):
        return replace(composed, lead=(stretch(material.index, opening),))
    for one in material.sentences():
        region = region_of(one.passage, one.span)
        if _sets_apart(material, sides, one) and not inside(region, block):
            return replace(composed, lead=(region,))
    leads = _definitions(material, sides, block.document_id)
    return replace(composed, lead=leads if len(leads) == len(sides) else composed.lead)


def _sets_apart(material: Material, sides: Sides, one: Evidence) -> bool:
    """Return whether a sentence sets the sides against each other, and little else."""
    text = text_of(material.index, region_of(one.passage, one.span))
    others = set(material.terms.defined(text)).difference(sides)
    return (
        one.span.kind != "example"
        and _tells_apart(sides, evidence_stems(material.index, one))
        and bool(_CONTRAST.search(text))
        and len(others) <= _OTHERS
    )


def _defined(material: Material, sides: Sides) -> Composition | None:
    """Quote the best sentence and a definition of each side."""
    if len(sides) > 2:  # "metric" is no third side of the two senses of DORA
        tells = material.importance.tells
        sides = [side for side in sides if len(side) > 1 or tells(side[0])]
    sides = sides[:3]
    if len(_definitions(material, sides)) < 2:
        return None
    lead, _ = lead_and_support(material, material.sentences() or list(material.evidence))
    known = material.terms.definitions
    left = [
        side
        for side in sides
        if not any(inside(one, block) for one in lead for block in known.get(side, ()))
    ]
    others = _definitions(material, left)
    others = tuple(one for one in others if not any(inside(one, quoted) for quoted in lead))
    return Composition(Kind.COMPARISON, lead, (Part("", others),) if others else ())


def _definitions(material: Material, sides: Sides, document_id: str = "") -> tuple[Region, ...]:
    """Return the first sentence of each side's definition, if any of a document that is named."""
    blocks = (
        next((b for b in known if b.document_id == document_id or not document_id), None)
        for known in (material.terms.definitions.get(side, ()) for side in sides)
    )
    regions = (next(block_regions(material.index, block), None) for block in blocks if block)
    return tuple(region for region in regions if region)


def _columns(index: Index, sides: Sides, block: Block) -> tuple[int, ...]:
    """Return the first column of a table and those that name the sides, if each side has one."""
    header = [text_stems(cell) for cell in table_cells(text_of(index, block).partition("\n")[0])]
    named = [[n for n, cell in enumerate(header) if n and cell.issuperset(side)] for side in sides]
    return (0, *sorted({n for columns in named for n in columns})) if all(named) else ()


def _header(index: Index, block: Block) -> frozenset[str]:
    return text_stems(text_of(index, block).partition("\n")[0])


def _names(sides: Sides, said: frozenset[str]) -> bool:
    return len(sides) > 1 and all(said.issuperset(side) for side in sides[:2])


def _tells_apart(sides: Sides, said: frozenset[str]) -> bool:
    return sum(said.issuperset(side) for side in sides) > 1
