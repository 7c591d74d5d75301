"""What an answer may be made of, and how stretches of documents are cut from it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.evidence import Importance
from assistant.terms import Terms
from assistant.types import Evidence, Kind
from corpus.types import Block, Passage, Span
from index.search import Index
from index.types import Hit, Vectors

DISAGREES = "Elsewhere the handbook gives another figure"
"""The label of quotes that disagree with those above them."""
TABLES = frozenset({"table", "comparison"})
"""Kinds of blocks that are tables."""
SENTENCES = frozenset(
    {"sentence", "definition", "fact", "why", "view", "item", "do", "dont", "meaning", "use"}
    | {"avoid", "serious point", "saying", "quote", "example"}
)
"""Kinds of spans that can stand alone as a sentence."""
# Sentences of a paragraph that are read in one go; a quote may hold so many words of them.
_FLOWING = frozenset({"sentence", "definition", "fact", "why", "view"})
_STRETCH = 90
_BLOCK_DEPTH = 6
# What a sentence that has been quoted before counts when more is asked.
_SEEN = 0.9


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of a document that is to be quoted.

    Of a table, `columns` are those that are shown, from 0; all if there are none.
    """

    document_id: str
    start: int
    end: int
    headings: tuple[str, ...]
    view: bool = False
    columns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Regions under one label; a whole block stands as it is, others become a list."""

    label: str
    regions: tuple[Region, ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Composition:
    """An answer before it is put into words: the kind that it really has, lead first.

    `rule` says what the handbook calls its lead, where that decides a yes-no question. `more` is
    what stands apart from the answer, for those who ask for it.
    """

    kind: Kind
    lead: tuple[Region, ...]
    parts: tuple[Part, ...] = ()
    rule: str = ""
    more: tuple[Region, ...] = ()

    @property
    def quoted(self) -> list[Region]:
        """All that the answer quotes, in order."""
        return [*self.lead, *(region for part in self.parts for region in part.regions)]


@dataclass(frozen=True, slots=True)
class Material:
    """All that a composer may draw on for one question.

    `shown` is what the conversation has quoted already: it is quoted again only to open the answer.
    """

    question: str
    vector: Vectors
    index: Index
    terms: Terms
    hits: Sequence[Hit]
    evidence: Sequence[Evidence]
    importance: Importance
    shown: tuple[Region, ...] = ()

    def sentences(self) -> list[Evidence]:
        """Return the evidence that can stand alone as a sentence."""
        return [one for one in self.evidence if one.span.kind in SENTENCES]


def unseen_first(evidence: Iterable[Evidence], shown: Sequence[Region]) -> list[Evidence]:
    """Return evidence, best first, where what has been quoted before counts less."""
    weighed = [
        replace(one, score=round(one.score * _SEEN, 5))
        if any(holds(region, one) for region in shown)
        else one
        for one in evidence
    ]
    return sorted(weighed, key=lambda one: (-one.score, one.span.passage_id, one.span.start))


def stretch(index: Index, one: Evidence, taken: Collection[Region] = ()) -> Region:
    """Return a sentence with those before and after it in its paragraph, as far as words allow.

    Sentences of regions that are taken already are left out. An example is quoted whole, with the
    label that says that it is one.
    """
    region = region_of(one.passage, one.span)
    if one.span.kind == "example":
        block = block_of(index, one)
        return replace(region, start=block.start, end=block.end)
    if one.span.kind not in _FLOWING:
        return region
    text = index.documents[one.passage.document_id].text
    spans = [
        span
        for span in index.spans_in(one.passage)
        if span.block == one.span.block and span.kind == one.span.kind
    ]
    first = last = spans.index(one.span)

    def fits(first: int, last: int) -> bool:
        start, end = spans[first].start, spans[last].end
        free = all(
            region.document_id != one.passage.document_id
            or end <= region.start
            or region.end <= start
            for region in taken
        )
        return free and len(text[start:end].split()) <= _STRETCH

    # Backwards first: a paragraph opens with what it is about.
    while first and fits(first - 1, last):
        first -= 1
    while last + 1 < len(spans) and fits(first, last + 1):
        last += 1
    return replace(region, start=spans[first].start, end=spans[last].end)


def find_block(
    material: Material, accept: Callable[[Block], bool], near: float
) -> tuple[Block, Passage] | None:
    """Return the first acceptable block in the best passages, with its passage.

    Args:
        material: where to look.
        accept: whether a block will do.
        near: how close to the best passage's score its own must come.
    """
    for hit in material.hits[:_BLOCK_DEPTH]:
        if hit.score < near * material.hits[0].score:
            break
        for block in _blocks_near(material.index, hit.passage):
            if accept(block) and not any(inside(block, region) for region in material.shown):
                return block, hit.passage
    return None


def _blocks_near(index: Index, passage: Passage) -> Iterator[Block]:
    """Yield the blocks of a passage, then others under the same heading."""
    blocks = index.blocks(passage.document_id)
    inside = [b for b in blocks if b.start < passage.end and passage.start < b.end]
    yield from inside
    yield from (b for b in blocks if b.headings == passage.headings and b not in inside)


def text_of(index: Index, one: Region | Block) -> str:
    """Return the text of a region or block."""
    return index.documents[one.document_id].text[one.start : one.end]


def block_of(index: Index, one: Evidence) -> Block:
    """Return the block that a piece of evidence stands in."""
    return index.blocks(one.passage.document_id)[one.span.block]


def block_regions(index: Index, block: Block) -> Iterator[Region]:
    """Yield the quotable stretches of a block in reading order."""
    for span in index.spans_of(block):
        yield Region(
            block.document_id, span.start, span.end, block.headings, view=span.kind == "view"
        )


def whole_part(block: Block) -> Part:
    """Return a whole block as a part under its own label, or its heading."""
    label = block.label or "".join(block.headings[-1:])
    label = label[:1].upper() + label[1:]
    region = Region(block.document_id, block.start, block.end, block.headings)
    return Part(label, (region,), whole=True)


def region_of(passage: Passage, span: Span) -> Region:
    """Return a span as a region."""
    return Region(
        passage.document_id, span.start, span.end, passage.headings, view=span.kind == "view"
    )


def same_section(one: Evidence, passage: Passage) -> bool:
    """Return whether a piece of evidence stands in the section of a passage."""
    return (
        one.passage.document_id == passage.document_id
        and one.passage.headings[:1] == passage.headings[:1]
    )


def holds(region: Region, one: Evidence) -> bool:
    """Return whether a piece of evidence begins in a region."""
    return (
        region.document_id == one.passage.document_id
        and region.start <= one.span.start < region.end
    )


def inside(region: Region | Block, block: Block | Region) -> bool:
    """Return whether a region or block begins in a block or region."""
    return region.document_id == block.document_id and block.start <= region.start < block.end


def joined(compositions: Sequence[Composition]) -> Composition:
    """Return several compositions as one of the first's kind; what two quote is quoted once.

    Of each only the lead and what stands first below it, or the answer would be too long to read.
    """
    quoted: list[Region] = []
    parts: list[Part] = []
    for one in map(_shortened, compositions):
        for part in (Part("", one.lead), *one.parts):
            kept = [one for one in part.regions if not any(_overlap(one, two) for two in quoted)]
            if kept:
                parts.append(replace(part, regions=tuple(kept)))
                quoted += kept
    first = compositions[0]
    lead = parts.pop(0).regions if first.lead else ()
    return Composition(first.kind, lead, tuple(parts), more=first.more)


def _overlap(one: Region, other: Region) -> bool:
    return one.document_id == other.document_id and one.start < other.end and other.start < one.end


def _shortened(composition: Composition) -> Composition:
    """Return a lead with the first quote of the first part below it, and what disagrees with it."""
    below = [replace(part, regions=part.regions[:1]) for part in composition.parts[:1]]
    below += [part for part in composition.parts[1:] if part.label == DISAGREES]
    return replace(composition, parts=tuple(below))
