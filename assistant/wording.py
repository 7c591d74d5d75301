"""Blocks that the words of a question ask for: an example, a label, a number in a table."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.evidence import text_stems
from assistant.layout import NEAR, over_block
from assistant.material import (
    TABLES,
    Composition,
    Material,
    Part,
    Region,
    block_of,
    find_block,
    inside,
    text_of,
    whole_part,
)
from assistant.question import ASKS_SPECIMEN, ASKS_TEMPLATE
from assistant.types import Kind
from corpus.types import Block

_SHOWN = frozenset({"example", "code"})
_LISTED = TABLES | {"list"}
_ASKS_WORDS = re.compile(
    r"\bwhat (?:all )?(?:do|should|shall|can|must) (?:i|we) (?:\w+ ){0,2}"
    r"(?:write|say|reply|answer|put|tell)\b"
    r"|\bhow (?:do|should|shall|can) (?:i|we) (?:write|say|word|phrase|reply|tell)\b"
    r"|\b(?:what|how) to (?:write|say|reply|word)\b|\bwhat should\b.{0,50}\bsay\b|\bwording\b",
    re.IGNORECASE,
)
_LABELLED = {
    "template": Kind.TEMPLATE,
    "checklist": Kind.LIST,
    "list": Kind.LIST,
    "table": Kind.LIST,
}
# How much of the question's weight a label holds that says what was asked for, and how close to the
# best passage its own must come.
_SHARE, _LABEL_NEAR = 0.5, 0.9
# Who names the shape is after it, even if it is not the nearest text.
_TEMPLATE_NEAR = 0.75
# Numbers of two digits or more: `99.5`, `1,000`, `20000`.
_NUMBER = re.compile(r"(?<![\w.,])(?:\d+(?:[.,]\d+)+|\d{2,})(?!\w)")
_TABLE_NEAR = 0.85


def template_asked(material: Material) -> Composition | None:
    """Quote the nearest template whole, to who says that they want one."""
    if not ASKS_TEMPLATE.search(material.question):
        return None
    found = find_block(material, lambda one: one.kind == "template", _TEMPLATE_NEAR)
    return over_block(Kind.TEMPLATE, material, *found) if found else None


def example_asked(material: Material) -> Composition | None:
    """Quote the best example, with the others under its heading and the texts that they show."""
    if not material.evidence or not ASKS_SPECIMEN.search(material.question):
        return None
    near = NEAR * material.evidence[0].score
    close = (one for one in material.evidence if one.score >= near)
    best = next((one for one in close if one.span.kind == "example"), None)
    if best is None:
        found = find_block(material, _of_examples, _TEMPLATE_NEAR)
        return over_block(Kind.LIST, material, *found) if found else None
    block = block_of(material.index, best)
    shown = (one for one in material.index.blocks(block.document_id) if one.kind in _SHOWN)
    own = (one for one in shown if one.headings == block.headings)
    parts = (_example(one) if one.kind == "example" else whole_part(one) for one in own)
    return Composition(Kind.GENERAL, (), tuple(parts))


def _of_examples(block: Block) -> bool:
    """Return whether a table or list stands under a heading that calls it examples."""
    return block.kind in _LISTED and "".join(block.headings[-1:]).startswith("Example")


def _example(block: Block) -> Part:
    """Return an example without a label: its own text names it."""
    return replace(whole_part(block), label="", whole=False)


def with_words(material: Material, composed: Composition) -> Composition:
    """Add the template of the section quoted first, to who asks what to write or say.

    Of several the one whose label says most of what was asked; that of another section that is
    quoted has to say it. Where there is none, an example of the first will do that has such words.
    """
    if composed.kind is Kind.TEMPLATE or not composed.quoted:
        return composed
    if not _ASKS_WORDS.search(material.question):
        return composed
    index, first = material.index, _section(composed.quoted[0])
    blocks = [
        block
        for section in dict.fromkeys(map(_section, composed.quoted))
        for block in index.blocks(section[0])
        if _section(block) == section
        and (section == first or _told_by_label(material, block) >= _SHARE)
        and not any(inside(region, block) for region in composed.quoted)
    ]
    templates = (one for one in blocks if one.kind == "template")
    if template := max(templates, key=lambda one: _told_by_label(material, one), default=None):
        return replace(composed, parts=(*composed.parts, whole_part(template)))
    for block in blocks:
        if _section(block) == first and block.kind == "example" and '"' in text_of(index, block):
            return replace(composed, parts=(*composed.parts, _example(block)))
    return composed


def labelled_block(material: Material) -> Composition | None:
    """Quote the block of the best passages whose own label says what was asked for."""

    def named(block: Block) -> bool:
        return block.kind in _LABELLED and _told_by_label(material, block) >= _SHARE

    found = find_block(material, named, _LABEL_NEAR)
    return over_block(_LABELLED[found[0].kind], material, *found) if found else None


def _told_by_label(material: Material, block: Block) -> float:
    """Return the share of the question's weight that a block's label holds, 0 to 1."""
    return material.importance.coverage(text_stems(block.label))


def _section(one: Region | Block) -> tuple[str, tuple[str, ...]]:
    return one.document_id, one.headings[:1]


def numbered_table(material: Material, composed: Composition) -> Composition | None:
    """Quote the table that holds a number of the question, if nothing that is quoted does."""
    index = material.index
    said = " ".join(text_of(index, region) for region in composed.quoted)
    lacking = set(_NUMBER.findall(material.question)).difference(_NUMBER.findall(said))

    def has_number(block: Block) -> bool:
        said = _NUMBER.findall(text_of(index, block))
        return block.kind in TABLES and not lacking.isdisjoint(said)

    found = find_block(material, has_number, _TABLE_NEAR) if lacking else None
    return over_block(Kind.METRIC, material, *found) if found else None
