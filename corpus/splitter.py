"""Blocks to passages: what stands under one heading, lists and tables whole where they fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.blocks import Unit, parse_blocks, plain_text
from corpus.types import Block, Document, Handbook, Passage, Span

# About 200 of the encoder's 256 tokens, which leaves room for the title and headings in front.
MAX_WORDS = 150
# Recorded in every build; raise it whenever blocks, passages or spans come out differently.
SPLITTER_VERSION = 1


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block, or a run of units of a block too long for one passage."""

    block: Block
    start: int
    end: int
    words: int


def split_document(
    document: Document, max_words: int = MAX_WORDS
) -> tuple[list[Block], list[Passage], list[Span]]:
    """Return the blocks, passages and spans of a document, in reading order."""
    blocks, units = parse_blocks(document)
    by_block: dict[int, list[Unit]] = {}
    for unit in units:
        by_block.setdefault(unit.block, []).append(unit)
    passages: list[Passage] = []
    spans: list[Span] = []
    for group in _groups(document.text, blocks, by_block, max_words):
        passage = _passage(document, group, len(passages))
        passages.append(passage)
        spans.extend(
            Span(passage.id, unit.start, unit.end, unit.kind, unit.block)
            for piece in group
            for unit in by_block[piece.block.ordinal]
            if piece.start <= unit.start and unit.end <= piece.end
        )
    return blocks, passages, spans


def split_handbook(documents: Sequence[Document], max_words: int = MAX_WORDS) -> Handbook:
    """Split every document; the order of the documents is kept."""
    blocks: list[Block] = []
    passages: list[Passage] = []
    spans: list[Span] = []
    for document in documents:
        parts = split_document(document, max_words)
        blocks.extend(parts[0])
        passages.extend(parts[1])
        spans.extend(parts[2])
    return Handbook(tuple(documents), tuple(blocks), tuple(passages), tuple(spans))


def _groups(
    text: str, blocks: Sequence[Block], units: dict[int, list[Unit]], max_words: int
) -> Iterator[list[_Piece]]:
    group: list[_Piece] = []
    for block in blocks:
        for piece in _pieces(text, block, units.get(block.ordinal, []), max_words):
            words = sum(other.words for other in group)
            if group and (
                group[-1].block.headings != block.headings or words + piece.words > max_words
            ):
                yield group
                group = []
            group.append(piece)
    if group:
        yield group


def _pieces(text: str, block: Block, units: list[Unit], max_words: int) -> Iterator[_Piece]:
    """Yield a block whole if it fits or has a single unit, else cut between its units."""
    if not units:
        return
    words = _words(text, block.start, block.end)
    if words <= max_words or len(units) == 1:
        yield _Piece(block, block.start, block.end, words)
        return
    start, total = block.start, 0
    for position, unit in enumerate(units):
        count = _words(text, unit.start, unit.end)
        if total and total + count > max_words:
            end = units[position - 1].end
            yield _Piece(block, start, end, total)
            start, total = unit.start, 0
        total += count
    yield _Piece(block, start, block.end, total)


def _passage(document: Document, group: list[_Piece], ordinal: int) -> Passage:
    return Passage(
        id=f"{document.id}/{ordinal}",
        document_id=document.id,
        ordinal=ordinal,
        start=group[0].start,
        end=group[-1].end,
        headings=group[0].block.headings,
        kinds=tuple(sorted({piece.block.kind for piece in group})),
    )


def _words(text: str, start: int, end: int) -> int:
    return len(plain_text(text[start:end]).split())
