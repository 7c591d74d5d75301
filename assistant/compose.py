"""Evidence to the parts of an answer: what is quoted, in which shape and order."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import islice

from assistant.evidence import distinct, nearest_cards
from assistant.material import (
    SENTENCES,
    Composition,
    Material,
    Part,
    Region,
    block_of,
    block_regions,
    find_block,
    holds,
    inside,
    region_of,
    same_section,
    stretch,
    whole_part,
)
from assistant.types import Evidence, Kind
from corpus.types import Block, Passage, Span
from index.lexical import terms as stems
from index.search import Index
from index.types import Hit

# A row, step or line of one of these means little without the rest: the whole block is quoted.
_WHOLE = frozenset({"row", "step", "check", "metric", "template", "code"})
_BEHIND = frozenset({"example", "why"})
_PROSE = frozenset({"sentence", "definition"})
_CARDS = 1
_CARD_NEAR = 0.55
# How many quotes support the lead, from its own section and from another one, and how close to the
# lead's score they must come.
_OWN, _NEAR = 2, 0.70
_OTHER, _OTHER_NEAR = 1, 0.90
# How close to the best passage a block's passage must come: one that names both sides of a
# comparison is right from farther away than one that merely has the shape that is asked for, and
# lists are of that shape everywhere.
_SIDES_NEAR = 0.7
_SHAPE_NEAR = 0.85
_LIST_NEAR = 0.95
_LOOKED_AT = 4
_STEPS = frozenset({"steps"})
_LISTS = frozenset({"list", "steps", "checklist", "table", "comparison"})
_METRICS = frozenset({"metric"})
_TEMPLATES = frozenset({"template"})
_COMPARISONS = frozenset({"comparison", "table"})
# What the handbook calls a sentence that settles a yes-no question.
_RULES = {"do": "Do", "dont": "Don't", "fact": "Fact"}
_MYTH_DEPTH = 2
# One sentence beside a block, if it comes so near to the best.
_BESIDE = 0.9
# The cosine from which a section on what only an organisation knows is about just this.
_OWN_CLEAR = 0.65
# How near a question comes to a myth that it takes for true, or asks about.
_MYTH_NEAR, _MYTH_ASKED = 0.65, 0.7
_ASKS_EXAMPLE = re.compile(r"(?<!\bfor )\bexamples?\b", re.IGNORECASE)


Composer = Callable[[Material], Composition | None]


def compose(kind: Kind, material: Material) -> Composition | None:
    """Return the parts of an answer of a kind, or of the general kind where that has no material.

    None if there is nothing at all to quote.
    """
    composer = _COMPOSERS.get(kind, _general)
    return composer(material) or _general(material)


def _general(material: Material) -> Composition | None:
    """Quote the best sentence and what adds to it; a list that answers is quoted whole."""
    if not material.evidence:
        return None
    if example := _example(material):
        return example
    best = material.evidence[0]
    sentences = material.sentences()
    block = block_of(material.index, best)
    if best.span.kind in _WHOLE or not sentences:
        return _over_block(Kind.GENERAL, material, block, best.passage)
    listed = _answering_list(material, sentences)
    if listed:
        return _over_block(Kind.LIST, material, *listed)
    announced = _announced(material.index, sentences[0])
    if announced:
        return _over_block(Kind.LIST, material, announced, sentences[0].passage)
    lead, support = _lead_and_support(material, sentences)
    return Composition(Kind.GENERAL, lead, (Part("", support),) if support else ())


def _example(material: Material) -> Composition | None:
    """Quote the best example whole, to who asks for one."""
    if not _ASKS_EXAMPLE.search(material.question):
        return None
    near = _NEAR * material.evidence[0].score
    close = (one for one in material.evidence if one.score >= near)
    best = next((one for one in close if one.span.kind == "example"), None)
    if best is None:
        return None
    return _over_block(Kind.GENERAL, material, block_of(material.index, best), best.passage)


def _announced(index: Index, lead: Evidence) -> Block | None:
    """Return the list or table that a sentence ending in a colon announces."""
    text = index.documents[lead.passage.document_id].text
    following = index.blocks(lead.passage.document_id)[lead.span.block + 1 :][:1]
    if text[lead.span.end - 1] != ":" or not following or following[0].kind not in _LISTS:
        return None
    return following[0]


def _answering_list(
    material: Material, sentences: Sequence[Evidence]
) -> tuple[Block, Passage] | None:
    """Return the list that two of the best sentences are items of, with its passage."""
    seen: set[tuple[str, int]] = set()
    for one in sentences[:_LOOKED_AT]:
        key = (one.passage.document_id, one.span.block)
        if one.span.kind == "item" and key in seen:
            return block_of(material.index, one), one.passage
        seen.add(key)
    return None


def _over_block(
    kind: Kind, material: Material, block: Block, passage: Passage, support: float = 2.0
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
    lead = next(leading, None) or _opening(material.index, passage, block)
    whole = whole_part(block, passage)
    regions = (region_of(lead.passage, lead.span),) if lead else ()
    quoted = (*regions, *whole.regions)
    close = (one for one in outside if one.score >= support * material.evidence[0].score)
    others = (one for one in distinct(close, material.index) if one is not lead)
    beside = [Part("", (stretch(material.index, one, quoted),)) for one in islice(others, 1)]
    return Composition(kind, regions, (whole, *beside))


def _opening(index: Index, passage: Passage, block: Block) -> Evidence | None:
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


def _lead_and_support(
    material: Material, sentences: Sequence[Evidence]
) -> tuple[tuple[Region, ...], tuple[Region, ...]]:
    """Return the best sentence, and the next best of its section and of one other that add to it.

    Each is quoted with its neighbours in the paragraph. Another section has to come nearer to the
    best than its own: it is more often about something else. An example does not lead: it says
    little before what it is an example of.
    """
    best = next((one for one in sentences if one.span.kind != "example"), sentences[0])
    lead = stretch(material.index, best)
    own: list[Region] = []
    other: list[Region] = []
    close = (one for one in sentences if one.score >= min(_NEAR, _OTHER_NEAR) * best.score)
    for one in distinct(close, material.index):
        if any(holds(region, one) for region in (lead, *own, *other)):
            continue
        same = same_section(one, best.passage)
        chosen, most, near = (own, _OWN, _NEAR) if same else (other, _OTHER, _OTHER_NEAR)
        if len(chosen) < most and one.score >= near * best.score:
            chosen.append(stretch(material.index, one, (lead, *own, *other)))
    return (lead,), (*own, *other)


def _definition(material: Material) -> Composition | None:
    """Quote what defines the term that was asked for, then the best of the rest."""
    term = material.terms.asked_term(material.question)
    if not term:
        return None
    blocks = material.terms.definitions[term]
    scores = {hit.passage.document_id: hit.score for hit in reversed(material.hits)}
    best = max(blocks, key=lambda block: (scores.get(block.document_id, 0.0), block.kind))
    lead = tuple(block_regions(material.index, best))
    others = (
        one
        for one in distinct(material.sentences(), material.index)
        if one.span.kind != "definition" and not any(holds(region, one) for region in lead)
    )
    support = tuple(stretch(material.index, one, lead) for one in islice(others, 1))
    return Composition(Kind.DEFINITION, lead, (Part("", support),) if support else ())


def _saying(material: Material) -> Composition | None:
    """Quote the meaning of a saying, when it fits and when not, and the serious point."""
    blocks = material.terms.saying(material.question) or _nearest_saying(material)
    if not blocks:
        return None
    first = [block for block in blocks if block.document_id == blocks[0].document_id]
    quoted = {block.kind: tuple(block_regions(material.index, block)) for block in first}
    if "meaning" not in quoted:
        return None
    labels = (
        ("Use it when", "use"),
        ("Avoid it when", "avoid"),
        ("Serious point", "serious point"),
    )
    parts = tuple(Part(label, quoted[kind]) for label, kind in labels if kind in quoted)
    return Composition(Kind.SAYING, quoted["meaning"], parts)


def _nearest_saying(material: Material) -> tuple[Block, ...]:
    """Return what explains the saying of the best passages, if one of them is about a saying."""
    _, block = find_block(material, lambda one: one.kind == "meaning", _SHAPE_NEAR)
    return material.terms.saying(block.label) if block else ()


def _comparison(material: Material) -> Composition | None:
    """Quote the table that has both sides, else a definition of each side."""
    sides = list(dict.fromkeys(material.terms.defined(material.question)))

    def compares(block: Block) -> bool:
        return block.kind in _COMPARISONS and _names_all(material, block, sides)

    hit, block = find_block(material, compares, _SIDES_NEAR)
    if block is not None and hit is not None:
        return _over_block(Kind.COMPARISON, material, block, hit.passage)
    if len(sides) < 2:
        return None
    regions = [
        next(block_regions(material.index, material.terms.definitions[key][0])) for key in sides[:3]
    ]
    lead, _ = _lead_and_support(material, material.sentences() or list(material.evidence))
    return Composition(
        Kind.COMPARISON, lead, (Part("", tuple(r for r in regions if r not in lead)),)
    )


def _names_all(material: Material, block: Block, sides: Sequence[tuple[str, ...]]) -> bool:
    text = material.index.documents[block.document_id].text
    header = text[block.start : block.end].partition("\n")[0]
    present = set(stems(f"{block.label} {header}"))
    return len(sides) > 1 and all(present.issuperset(side) for side in sides[:2])


def _with_block(
    kind: Kind, kinds: Collection[str], near: float = _SHAPE_NEAR, support: float = 2.0
) -> Composer:
    """Return a composer that quotes the nearest whole block of some kinds."""

    def composer(material: Material) -> Composition | None:
        hit, block = find_block(material, lambda one: one.kind in kinds, near)
        if block is None or hit is None:
            return None
        return _over_block(kind, material, block, hit.passage, support)

    return composer


def _etiquette(material: Material) -> Composition | None:
    """Quote the best sentences, then the do and don't cards nearest to the question, and why.

    Cards come from the document of the best sentence: those of other documents fit its words but
    seldom its situation.
    """
    sentences = material.sentences()
    if not sentences:
        return None
    lead, support = _lead_and_support(material, sentences)
    cards = [
        one
        for one in nearest_cards(material.index, lead[0].document_id, material.vector)
        if one.score >= _CARD_NEAR and not any(holds(region, one) for region in (*lead, *support))
    ]
    parts = [
        Part(label, tuple(region_of(one.passage, one.span) for one in chosen[:_CARDS]))
        for label, kind in (("Do", "do"), ("Don't", "dont"), ("Why", "why"))
        if (chosen := [card for card in cards if card.span.kind == kind])
    ]
    supporting = (Part("", support),) if support else ()
    return Composition(Kind.ETIQUETTE, lead, (*supporting, *parts))


def _corrects(one: Evidence, myth: Span, passage: Passage) -> bool:
    return one.span.kind == "fact" and (one.passage, one.span.block) == (passage, myth.block)


def _plain(kind: Kind) -> Composer:
    """Return a composer of best sentences for a kind whose answer needs no block of its own."""

    def composer(material: Material) -> Composition | None:
        found = _general(material)
        return replace(found, kind=kind) if found and found.kind is Kind.GENERAL else found

    return composer


def _yes_no(material: Material) -> Composition | None:
    """Quote the best sentences; where the first is a rule or a fact, say that it is one.

    Yes or no is never concluded: a question may be put in the negative. One in the words of a myth
    is answered by the fact beside it.
    """
    if corrected := _misconception(material, _MYTH_ASKED):
        return replace(corrected, kind=Kind.YES_NO, rule=_RULES["fact"])
    plain = _general(material)
    if plain is None or plain.kind is not Kind.GENERAL:
        return plain
    first = material.sentences()[0].span.kind
    return replace(plain, kind=Kind.YES_NO, rule=_RULES.get(first, ""))


def _misconception(material: Material, near: float = _MYTH_NEAR) -> Composition | None:
    """Quote the fact that corrects the nearest myth, with its reason, before anything else.

    Nearest is one in the words of the question, or the one whose fact is the best evidence.
    """
    best = material.evidence[:1]
    myths = [
        (cosine, hit.passage, span)
        for hit in material.hits[:_MYTH_DEPTH]
        if "myth" in hit.passage.kinds
        for span, cosine in material.index.span_scores(hit.passage, material.vector)
        if span.kind == "myth"
        and (cosine >= near or any(_corrects(one, span, hit.passage) for one in best))
    ]
    if not myths:
        return None
    _, passage, myth = max(myths, key=lambda one: one[0])
    spans = material.index.spans_in(passage)
    fact = [span for span in spans if span.kind == "fact" and span.block == myth.block]
    why = [span for span in spans if span.kind == "why" and span.block == myth.block + 1]
    lead = tuple(region_of(passage, span) for span in fact)
    parts = (Part("Why", tuple(region_of(passage, span) for span in why)),) if why else ()
    return Composition(Kind.MISCONCEPTION, lead, parts) if lead else None


_COMPOSERS: dict[Kind, Composer] = {
    Kind.DEFINITION: _definition,
    Kind.COMPARISON: _comparison,
    Kind.PROCEDURE: _with_block(Kind.PROCEDURE, _STEPS),
    Kind.ETIQUETTE: _etiquette,
    Kind.LIST: _with_block(Kind.LIST, _LISTS, _LIST_NEAR),
    Kind.METRIC: _with_block(Kind.METRIC, _METRICS, support=_BESIDE),
    Kind.TEMPLATE: _with_block(Kind.TEMPLATE, _TEMPLATES),
    Kind.SAYING: _saying,
    Kind.YES_NO: _yes_no,
    Kind.MISCONCEPTION: _misconception,
    **{kind: _plain(kind) for kind in (Kind.REASON, Kind.WHO, Kind.WHEN_WHERE)},
    Kind.RECOMMENDATION: _plain(Kind.RECOMMENDATION),
}


def organisation(index: Index, own: Sequence[Hit]) -> Composition:
    """Return the handbook's own words on what only the reader's organisation can know.

    Where no section is clearly about what was asked, the opening of the page says it in general.
    """
    passage = own[0].passage
    if own[0].components.asked_cosine < _OWN_CLEAR:
        passage = index.passages_of(passage.document_id)[0]
    spans = [span for span in index.spans_in(passage) if span.kind in SENTENCES]
    return Composition(
        Kind.ORGANISATION, (), (Part("", tuple(region_of(passage, span) for span in spans)),)
    )
