"""Layouts that kinds of answers share: a lead with what supports it, and a block under a lead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from assistant.evidence import distinct
from assistant.material import (
    Composition,
    Material,
    Part,
    Region,
    holds,
    inside,
    region_of,
    same_section,
    stretch,
    text_of,
    whole_part,
)
from assistant.types import Evidence, Kind
from corpus.types import Block, Passage
from index.search import Index

# How many quotes support the lead, from its own section and from another one, and how close to the
# lead's score they must come.
_OWN, NEAR = 2, 0.70
_OTHER, _OTHER_NEAR = 1, 0.90
_BEHIND = frozenset({"example", "why", "view"})
_PROSE = frozenset({"sentence", "definition"})
# An opinion does not open an answer if a fact of its section comes so near to it.
_OPINIONS, _FACT_NEAR = frozenset({"example", "view"}), 0.95
# What a section on a situation opens with goes before a sentence that comes hardly nearer.
_OPENING_NEAR = 0.90
_ANNOUNCES = re.compile(r":$|\bbelow\b(?!\s+(?:the|a|an|\d))|\bstands? (?:in|under) \[")


def announces(text: str) -> bool:
    """Return whether a sentence leads to a list or table below it, or to another section."""
    return bool(_ANNOUNCES.search(text))


def over_block(
    kind: Kind,
    material: Material,
    block: Block,
    passage: Passage,
    support: float = 2.0,
) -> Composition:
    """Quote a block whole, under the best sentence of its section outside of it, or else its first.

    An example or a reason does not lead. Below the block stands one more sentence, if its score
    comes as near to the best as `support` says.
    """
    outside = [
        one for one in material.sentences() if not inside(region_of(one.passage, one.span), block)
    ]
    near = (one for one in outside if same_section(one, passage))
    leading = (one for one in near if one.span.kind not in _BEHIND)
    lead = next(leading, None) or opening_of(material.index, passage, block)
    whole = whole_part(block)
    regions = (region_of(lead.passage, lead.span),) if lead else ()
    quoted = (*regions, *whole.regions)
    close = (one for one in outside if one.score >= support * material.evidence[0].score)
    others = (one for one in distinct(close, material.index) if one is not lead)
    beside = [Part("", (stretch(material.index, one, quoted),)) for one in islice(others, 1)]
    return Composition(kind, regions, (whole, *beside))


def opening_of(index: Index, passage: Passage, block: Block) -> Evidence | None:
    """Return the first sentence of a block's section, outside of the block."""
    found = (
        Evidence(span, one, 0.0)
        for one in index.passages_of(passage.document_id)
        for span in index.spans_in(one)
        if span.kind in _PROSE
    )
    section = (one for one in found if same_section(one, passage))
    return next(
        (one for one in section if not inside(region_of(one.passage, one.span), block)), None
    )


def lead_and_support(
    material: Material, sentences: Sequence[Evidence], *, advice: bool = False
) -> tuple[tuple[Region, ...], tuple[Region, ...]]:
    """Return the best sentence, and the next best of its section and of one other that add to it.

    Each is quoted with its neighbours in the paragraph, those of the lead's section in its order.
    Another section has to come nearer to the best than its own: it is more often about something
    else. An example does not lead: it says little before what it is an example of; nor does an
    opinion, if a fact stands near. Who asks for `advice` gets the opening of the section first, if
    it comes near: it says what to do.
    """
    best = next((one for one in sentences if one.span.kind != "example"), sentences[0])
    if best.span.kind == "view":
        close = (one for one in sentences if one.score >= _FACT_NEAR * best.score)
        facts = (one for one in close if one.span.kind not in _OPINIONS)
        best = next((one for one in facts if same_section(one, best.passage)), best)
    if advice:
        under = [
            one
            for one in sentences
            if one.passage.headings == best.passage.headings
            and one.passage.document_id == best.passage.document_id
        ]
        opening = min(under, key=lambda one: one.span.start)
        if opening.span.kind == "sentence" and opening.score >= _OPENING_NEAR * best.score:
            best = opening
    lead = stretch(material.index, best, _unless(material.shown, best))
    own: list[Region] = []
    other: list[Region] = []
    adding = (one for one in sentences if one.score >= min(NEAR, _OTHER_NEAR) * best.score)
    for one in distinct(adding, material.index):
        if any(holds(region, one) for region in (lead, *own, *other, *material.shown)):
            continue
        if announces(text_of(material.index, region_of(one.passage, one.span))):
            continue  # it would stand without its list
        same = same_section(one, best.passage)
        chosen, most, near = (own, _OWN, NEAR) if same else (other, _OTHER, _OTHER_NEAR)
        if len(chosen) < most and one.score >= near * best.score:
            taken = (lead, *own, *other, *material.shown)
            chosen.append(stretch(material.index, one, taken))
    return (lead,), (*sorted(own, key=lambda region: region.start), *other)


def _unless(shown: Sequence[Region], one: Evidence) -> tuple[Region, ...]:
    """Return what was shown, but for what holds a sentence that is to be quoted all the same."""
    return tuple(region for region in shown if not holds(region, one))
