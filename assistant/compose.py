"""Evidence to the parts of an answer: what is quoted, in which shape and order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from assistant.evidence import distinct
from assistant.terms import Terms
from assistant.types import Evidence, Kind
from corpus.types import Block, Passage, Span
from index.lexical import terms as stems
from index.search import Index
from index.types import Hit

_SENTENCES = frozenset(
    {"sentence", "definition", "fact", "why", "view", "item", "do", "dont", "meaning", "use"}
    | {"avoid", "serious point", "saying", "quote"}
)
# A row, step or line of one of these means little without the rest: the whole block is quoted.
_WHOLE = frozenset({"row", "step", "check", "metric", "template", "code"})
_SUPPORT = 3
_CARDS = 2
_LEADS = 2
# Support must come close to the lead, and a block's passage close to the best passage.
_NEAR = 0.80
_BLOCK_NEAR = 0.7
_BLOCK_DEPTH = 6
_STEPS = frozenset({"steps"})
_LISTS = frozenset({"list", "steps", "checklist", "table", "comparison", "do"})
_METRICS = frozenset({"metric"})
_TEMPLATES = frozenset({"template"})
_COMPARISONS = frozenset({"comparison", "table"})


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of a document that is to be quoted."""

    document_id: str
    start: int
    end: int
    headings: tuple[str, ...]
    view: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Regions under one label; a whole block stands as it is, others become a list."""

    label: str
    regions: tuple[Region, ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Composition:
    """An answer before it is put into words: the kind that it really has, lead first."""

    kind: Kind
    lead: tuple[Region, ...]
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """All that a composer may draw on for one question."""

    question: str
    index: Index
    terms: Terms
    hits: Sequence[Hit]
    evidence: Sequence[Evidence]
    cards: Callable[[str], Sequence[Evidence]]
    """The do, don't and why spans of a document, nearest to the question first."""

    def sentences(self) -> list[Evidence]:
        """Return the evidence that can stand alone as a sentence."""
        return [one for one in self.evidence if one.span.kind in _SENTENCES]


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
    best = material.evidence[0]
    sentences = material.sentences()
    block = _block(material.index, best)
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
    for one in sentences[: _SUPPORT + 1]:
        key = (one.passage.document_id, one.span.block)
        if one.span.kind == "item" and key in seen:
            return _block(material.index, one), one.passage
        seen.add(key)
    return None


def _over_block(kind: Kind, material: Material, block: Block, passage: Passage) -> Composition:
    """Quote a block whole, under the best sentence of its section outside of it."""
    outside = [
        one for one in material.sentences() if not _inside(_region(one.passage, one.span), block)
    ]
    near = [one for one in outside if _same_section(one, passage)]
    lead = next((_region(one.passage, one.span) for one in near or outside), None)
    return Composition(kind, (lead,) if lead else (), (_whole(block, passage),))


def _lead_and_support(
    material: Material, sentences: Sequence[Evidence]
) -> tuple[tuple[Region, ...], tuple[Region, ...]]:
    """Return the best sentence, and the next best that add to it."""
    lead = sentences[0]
    chosen = [
        one
        for one in distinct(sentences, material.index)[: _SUPPORT + 1]
        if one is not lead and one.score >= _NEAR * lead.score
    ]
    return (_region(lead.passage, lead.span),), tuple(_region(e.passage, e.span) for e in chosen)


def _definition(material: Material) -> Composition | None:
    """Quote what defines the term that was asked for, then the best of the rest."""
    term = material.terms.asked_term(material.question)
    if not term:
        return None
    blocks = material.terms.definitions[term]
    scores = {hit.passage.document_id: hit.score for hit in reversed(material.hits)}
    best = max(blocks, key=lambda block: (scores.get(block.document_id, 0.0), block.kind))
    lead = tuple(_block_regions(material.index, best))
    defining = {(region.document_id, region.start) for region in lead}
    others = [
        one
        for one in distinct(material.sentences(), material.index)
        if (one.passage.document_id, one.span.start) not in defining
        and one.span.kind != "definition"
    ][:_SUPPORT]
    support = tuple(_region(one.passage, one.span) for one in others)
    return Composition(Kind.DEFINITION, lead, (Part("", support),) if support else ())


def _saying(material: Material) -> Composition | None:
    """Quote the meaning of a saying, when it fits and when not, and the serious point."""
    blocks = material.terms.saying(material.question)
    first = [block for block in blocks if block.document_id == blocks[0].document_id]
    quoted = {block.kind: tuple(_block_regions(material.index, block)) for block in first}
    if "meaning" not in quoted:
        return None
    labels = (
        ("Use it when", "use"),
        ("Avoid it when", "avoid"),
        ("Serious point", "serious point"),
    )
    parts = tuple(Part(label, quoted[kind]) for label, kind in labels if kind in quoted)
    return Composition(Kind.SAYING, quoted["meaning"], parts)


def _comparison(material: Material) -> Composition | None:
    """Quote the table that has both sides, else a definition of each side."""
    sides = list(dict.fromkeys(material.terms.defined(material.question)))
    hit, block = _find_block(material, _COMPARISONS, lambda one: _names_all(material, one, sides))
    if block is not None and hit is not None:
        return _over_block(Kind.COMPARISON, material, block, hit.passage)
    if len(sides) < 2:
        return None
    regions = [
        next(_block_regions(material.index, material.terms.definitions[key][0]))
        for key in sides[:3]
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


def _procedure(material: Material) -> Composition | None:
    return _with_block(material, Kind.PROCEDURE, _STEPS)


def _list(material: Material) -> Composition | None:
    return _with_block(material, Kind.LIST, _LISTS, same_section=True)


def _metric(material: Material) -> Composition | None:
    return _with_block(material, Kind.METRIC, _METRICS)


def _template(material: Material) -> Composition | None:
    return _with_block(material, Kind.TEMPLATE, _TEMPLATES)


def _with_block(
    material: Material, kind: Kind, kinds: Collection[str], *, same_section: bool = False
) -> Composition | None:
    """Quote the nearest whole block of some kinds under the best sentence of its document."""
    first = material.hits[0].passage
    hit, block = _find_block(
        material,
        kinds,
        lambda one: (
            not same_section
            or (one.document_id == first.document_id and one.headings[:1] == first.headings[:1])
        ),
    )
    if block is None or hit is None:
        return None
    return _over_block(kind, material, block, hit.passage)


def _etiquette(material: Material) -> Composition | None:
    """Quote the best sentences, then the do and don't cards nearest to the question, and why.

    Cards come from the document of the best sentence: those of other documents fit its words but
    seldom its situation.
    """
    sentences = material.sentences()
    if not sentences:
        return None
    lead = [one for one in sentences if _same_section(one, sentences[0].passage)][:_LEADS]
    quoted = {(one.passage.document_id, one.span.start) for one in lead}
    cards = [
        one
        for one in material.cards(lead[0].passage.document_id)
        if (one.passage.document_id, one.span.start) not in quoted
    ]
    parts = [
        Part(label, tuple(_region(one.passage, one.span) for one in chosen[:_CARDS]))
        for label, kind in (("Do", "do"), ("Don't", "dont"), ("Why", "why"))
        if (chosen := [card for card in cards if card.span.kind == kind])
    ]
    if not parts and not any(one.span.kind in {"do", "dont"} for one in lead):
        return None
    regions = tuple(_region(one.passage, one.span) for one in lead)
    return Composition(Kind.ETIQUETTE, regions, tuple(parts))


_COMPOSERS: dict[Kind, Callable[[Material], Composition | None]] = {
    Kind.DEFINITION: _definition,
    Kind.COMPARISON: _comparison,
    Kind.PROCEDURE: _procedure,
    Kind.ETIQUETTE: _etiquette,
    Kind.LIST: _list,
    Kind.METRIC: _metric,
    Kind.TEMPLATE: _template,
    Kind.SAYING: _saying,
}


def organisation(index: Index, own: Sequence[Hit]) -> Composition:
    """Return the handbook's own words on what only the reader's organisation can know."""
    passage = own[0].passage
    spans = [span for span in index.spans_in(passage) if span.kind in _SENTENCES]
    return Composition(
        Kind.ORGANISATION, (), (Part("", tuple(_region(passage, span) for span in spans)),)
    )


def _find_block(
    material: Material, kinds: Collection[str], accept: Callable[[Block], bool]
) -> tuple[Hit | None, Block | None]:
    """Return the first acceptable block of some kinds in the best passages, with its hit."""
    for hit in material.hits[:_BLOCK_DEPTH]:
        if hit.score < _BLOCK_NEAR * material.hits[0].score:
            break
        for block in _blocks_near(material.index, hit.passage):
            if block.kind in kinds and accept(block):
                return hit, block
    return None, None


def _blocks_near(index: Index, passage: Passage) -> Iterator[Block]:
    """Yield the blocks of a passage, then those of the section around it."""
    blocks = index.blocks(passage.document_id)
    inside = [b for b in blocks if b.start < passage.end and passage.start < b.end]
    yield from inside
    yield from (b for b in blocks if b.headings[:1] == passage.headings[:1] and b not in inside)


def _block(index: Index, one: Evidence) -> Block:
    return index.blocks(one.passage.document_id)[one.span.block]


def _block_regions(index: Index, block: Block) -> Iterator[Region]:
    for span in index.spans_of(block):
        yield Region(
            block.document_id, span.start, span.end, block.headings, view=span.kind == "view"
        )


def _whole(block: Block, passage: Passage) -> Part:
    label = block.label or (block.headings or passage.headings or ("",))[-1]
    label = label[:1].upper() + label[1:]
    region = Region(block.document_id, block.start, block.end, block.headings)
    return Part(label, (region,), whole=True)


def _region(passage: Passage, span: Span) -> Region:
    return Region(
        passage.document_id, span.start, span.end, passage.headings, view=span.kind == "view"
    )


def _same_section(one: Evidence, passage: Passage) -> bool:
    return (
        one.passage.document_id == passage.document_id
        and one.passage.headings[:1] == passage.headings[:1]
    )


def _inside(region: Region, block: Block) -> bool:
    return region.document_id == block.document_id and block.start <= region.start < block.end
