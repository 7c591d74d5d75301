"""Evidence to the parts of an answer: what is quoted, in which shape and order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import islice

from assistant.comparison import compare
from assistant.evidence import distinct, nearest_cards, text_stems
from assistant.layout import announces, lead_and_support, over_block
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
    region_of,
    same_section,
    stretch,
)
from assistant.question import tells_situation
from assistant.types import Evidence, Kind
from assistant.wording import (
    example_asked,
    labelled_block,
    numbered_table,
    template_asked,
    with_words,
)
from corpus.types import Block, Passage, Span
from index.search import Index
from index.types import Hit

# A row, step or line of one of these means little without the rest: the whole block is quoted.
_WHOLE = frozenset({"row", "step", "check", "metric", "template", "code"})
# How near a card comes to the question, from the lead's own section and from others of its page.
_CARDS = 1
_CARD_NEAR, _CARD_FAR = 0.50, 0.62
# How close to the best passage a block's passage must come; lists are everywhere.
_SHAPE_NEAR = 0.85
_LIST_NEAR = 0.95
_LOOKED_AT = 4
_STEPS = frozenset({"steps"})
_LISTS = frozenset({"list", "steps", "checklist", "table", "comparison"})
_METRICS = frozenset({"metric"})
_TEMPLATES = frozenset({"template"})
# What the handbook calls a sentence that settles a yes-no question.
_RULES = {"do": "Do", "dont": "Don't", "fact": "Fact"}
# How much of the question's weight the headings hold of steps that stand in another section.
_STEPS_SHARE = 0.05
_MYTH_DEPTH = 2
# One sentence beside a block, if it comes so near to the best.
_BESIDE = 0.9
# The cosine from which a section on what only an organisation knows is about just this.
_OWN_CLEAR = 0.65
# How near a question comes to a myth that it takes for true, or asks about.
_MYTH_NEAR, _MYTH_ASKED = 0.65, 0.7
# Kinds that a block of the right label answers, whatever its shape.
_BY_LABEL = frozenset({Kind.GENERAL, Kind.LIST, Kind.TEMPLATE})

Composer = Callable[[Material], Composition | None]


def compose(kind: Kind, material: Material) -> Composition | None:
    """Return the parts of an answer of a kind, or of the general kind where that has no material.

    None if there is nothing at all to quote.
    """
    if kind is Kind.TEMPLATE and (example := example_asked(material)):
        return example
    if kind in _BY_LABEL and (asked := labelled_block(material) or template_asked(material)):
        return asked
    composer = _COMPOSERS.get(kind, _general)
    composed = composer(material) or _general(material)
    if composed is None:
        return None
    return numbered_table(material, composed) or with_words(material, composed)


def _general(material: Material, *, advice: bool = False) -> Composition | None:
    """Quote the best sentence and what adds to it; a list that answers is quoted whole."""
    if not material.evidence:
        return None
    if example := example_asked(material):
        return example
    best = material.evidence[0]
    sentences = material.sentences()
    block = block_of(material.index, best)
    if best.span.kind in _WHOLE or not sentences:
        return over_block(Kind.GENERAL, material, block, best.passage)
    listed = _answering_list(material, sentences)
    if listed:
        return over_block(Kind.LIST, material, *listed)
    announced = _announced(material.index, sentences[0])
    if announced:
        return over_block(Kind.LIST, material, announced, sentences[0].passage)
    advice = advice or tells_situation(material.question)
    lead, support = lead_and_support(material, sentences, advice=advice)
    return Composition(Kind.GENERAL, lead, (Part("", support),) if support else ())


def _announced(index: Index, lead: Evidence) -> Block | None:
    """Return the list or table that a sentence ending in a colon announces."""
    text = index.documents[lead.passage.document_id].text
    following = index.blocks(lead.passage.document_id)[lead.span.block + 1 :][:1]
    said = text[lead.span.start : lead.span.end]
    if not announces(said) or not following or following[0].kind not in _LISTS:
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


def _definition(material: Material) -> Composition | None:
    """Quote what defines the term that was asked for, then the best of the rest."""
    blocks = material.terms.defining(material.question)
    if not blocks:
        return None
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
    """Return what explains the saying that the best passage is about, if it is about one."""
    found = find_block(material, lambda one: one.kind == "meaning", 1.0)
    return material.terms.saying(found[0].label) if found else ()


def _with_block(
    kind: Kind, kinds: Collection[str], near: float = _SHAPE_NEAR, support: float = 2.0
) -> Composer:
    """Return a composer that quotes the nearest whole block of some kinds."""

    def composer(material: Material) -> Composition | None:
        found = find_block(material, lambda one: one.kind in kinds, near)
        return over_block(kind, material, *found, support) if found else None

    return composer


def _procedure(material: Material) -> Composition | None:
    """Quote the nearest steps whole; those of another section stand under the best sentence.

    Title and headings above those have to hold some of what the question asks for.
    """
    found = find_block(material, lambda one: one.kind in _STEPS, _SHAPE_NEAR)
    if not found:
        return None
    block, passage = found
    best = next((one for one in material.sentences() if one.span.kind != "example"), None)
    composed = over_block(Kind.PROCEDURE, material, block, passage)
    if best is None or same_section(best, passage):
        return composed
    title = material.index.documents[block.document_id].title
    above = text_stems(" ".join((title, *block.headings)))
    if material.importance.coverage(above) < _STEPS_SHARE:
        return None
    return replace(composed, lead=(stretch(material.index, best, composed.parts[0].regions),))


def _etiquette(material: Material) -> Composition | None:
    """Quote the best sentences, then the do and don't cards nearest to the question, and why.

    Cards come from the document of the best sentence: those of other documents fit its words but
    seldom its situation.
    """
    sentences = material.sentences()
    if not sentences:
        return None
    lead, support = lead_and_support(material, sentences, advice=True)
    near = (
        (one, _CARD_NEAR if same_section(one, sentences[0].passage) else _CARD_FAR)
        for one in nearest_cards(material.index, lead[0].document_id, material.vector)
    )
    cards = [
        one
        for one, least in near
        if one.score >= least
        and not any(holds(region, one) for region in (*lead, *support, *material.shown))
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


def _plain(kind: Kind, *, advice: bool = False) -> Composer:
    """Return a composer of best sentences for a kind whose answer needs no block of its own."""

    def composer(material: Material) -> Composition | None:
        found = _general(material, advice=advice)
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
    if plain is None or plain.kind is not Kind.GENERAL or not plain.lead:
        return plain
    kinds = (one.span.kind for one in material.evidence if holds(plain.lead[0], one))
    return replace(plain, kind=Kind.YES_NO, rule=_RULES.get(next(kinds, ""), ""))


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
    Kind.COMPARISON: compare,
    Kind.PROCEDURE: _procedure,
    Kind.ETIQUETTE: _etiquette,
    Kind.LIST: _with_block(Kind.LIST, _LISTS, _LIST_NEAR),
    Kind.METRIC: _with_block(Kind.METRIC, _METRICS, support=_BESIDE),
    Kind.TEMPLATE: _with_block(Kind.TEMPLATE, _TEMPLATES),
    Kind.SAYING: _saying,
    Kind.YES_NO: _yes_no,
    Kind.MISCONCEPTION: _misconception,
    **{kind: _plain(kind) for kind in (Kind.REASON, Kind.WHO, Kind.WHEN_WHERE)},
    Kind.RECOMMENDATION: _plain(Kind.RECOMMENDATION, advice=True),
}


def organisation(index: Index, own: Sequence[Hit]) -> Composition:
    """Return the handbook's own words on what only the reader's organisation can know.

    Where no section is clearly about what was asked, the opening of the page says it in general.
    """
    passage = own[0].passage
    if own[0].components.asked_cosine < _OWN_CLEAR:
        passage = index.passages_of(passage.document_id)[0]
    spans = [span for span in index.spans_in(passage) if span.kind in SENTENCES]
    told = tuple(region_of(passage, span) for span in spans)
    whole = Region(passage.document_id, passage.start, passage.end, passage.headings)
    return Composition(Kind.ORGANISATION, (), (Part("", told or (whole,)),))
