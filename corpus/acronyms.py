"""Acronyms and what they stand for, read from the handbook's own sentences.

Four ways of writing count: `change advisory board (CAB)`, `DORA (DevOps Research and Assessment)`,
`RFC stands for request for comments` and `MTTR has four readings: ...`. The letters must be those
of the words, as in Ariel Schwartz and Marti Hearst, "A Simple Algorithm for Identifying
Abbreviation Definitions in Biomedical Text", 2003, but stricter: every word but small ones begins
with a letter of the acronym, so that `exempt under Regulation (EU)` explains nothing. Initials
come before letters inside a word (`configuration management database (CMDB)`). The label of a
definition is trusted further: there any letters of the words will do, as in `Experience level
agreement (XLA)`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.types import Block, Document, Handbook, Span

_SHORT = r"[A-Za-z][A-Za-z0-9/&]{1,9}"
_IN_BRACKETS = re.compile(rf"\(({_SHORT})\)")
_LABEL = re.compile(rf"(.+) \(({_SHORT})\)")
_BEFORE_WORDS = re.compile(rf"\b({_SHORT}) \(([^()\s]+ [^()]+)\)")
_STANDS_FOR = re.compile(
    rf"\b({_SHORT}) (?:(?:can|may|also|often|sometimes) )*stands? for (?:the |an? )?([^.;()]+)"
)
_READINGS = re.compile(rf"\b({_SHORT}) has \w+ readings: ([^.;()]+)")
_LIST = re.compile(r", (?:and )?| and ")
_PART = re.compile(r"[^\W_]+")
# Words of a long form that may go without a letter of their own.
_SMALL = frozenset("a an and at by for in of on or the to with".split())
# What is quoted, filled in or wrong explains nothing.
_NOT_KNOWLEDGE = frozenset({"code", "template", "myth", "saying"})
_MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Sense:
    """One thing that an acronym stands for.

    `spans` say so: those of definitions, or else the first that spells it out; never none.
    """

    acronym: str
    expansion: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    acronym: str
    expansion: str
    span: Span
    defines: bool


def find_senses(
    documents: Iterable[Document], blocks: Iterable[Block], spans: Iterable[Span]
) -> dict[str, tuple[Sense, ...]]:
    """Return the senses of each acronym, in alphabetical order; one with several is ambiguous.

    The sense that is spelt out most often comes first.
    """
    texts = {document.id: document.text for document in documents}
    by_block: dict[tuple[str, int], list[Span]] = {}
    for span in spans:
        document_id = span.passage_id.rpartition("/")[0]
        by_block.setdefault((document_id, span.block), []).append(span)
    found: dict[str, dict[tuple[str, ...], list[_Reading]]] = {}
    for block in blocks:
        own = by_block.get((block.document_id, block.ordinal), [])
        for reading in _readings(texts[block.document_id], block, own):
            same = found.setdefault(reading.acronym.casefold(), {})
            same.setdefault(_same(reading.expansion), []).append(reading)
    return {
        senses[0].acronym: senses
        for key in sorted(found)
        if (senses := tuple(map(_sense, sorted(found[key].values(), key=len, reverse=True))))
    }


def senses_of(handbook: Handbook) -> dict[str, tuple[Sense, ...]]:
    """Return the senses of each acronym of a handbook, as `find_senses` does."""
    return find_senses(handbook.documents, handbook.blocks, handbook.spans)


def _sense(readings: Sequence[_Reading]) -> Sense:
    defining = [reading.span for reading in readings if reading.defines]
    spans = tuple(dict.fromkeys(defining)) or (readings[0].span,)
    return Sense(
        _most_common(reading.acronym for reading in readings),
        _most_common(reading.expansion for reading in readings),
        spans,
    )


def _most_common(texts: Iterable[str]) -> str:
    return Counter(texts).most_common(1)[0][0]


def _readings(text: str, block: Block, spans: Sequence[Span]) -> Iterator[_Reading]:
    """Yield what a block and its spans spell out, acronym and long form in the singular."""
    defines = block.kind == "definition"
    for span in spans:
        if span.kind not in _NOT_KNOWLEDGE:
            for acronym, expansion in _spelt_out(text[span.start : span.end]):
                yield _Reading(*_singular(acronym, expansion), span, defines)
    if defines and spans:
        for acronym, expansion in _label(block.label):
            yield _Reading(acronym, expansion, spans[0], True)


def _label(label: str) -> Iterator[tuple[str, str]]:
    match = _LABEL.fullmatch(label)
    if not match or not _is_acronym(match[2]) or match[2] in match[1]:
        return
    if _subsequence(_letters(match[2]), match[1].lower()):
        yield match[2], match[1]


def _spelt_out(text: str) -> Iterator[tuple[str, str]]:
    for match in _IN_BRACKETS.finditer(text):
        words = re.split(r"[()]", text[: match.start()])[-1].split()[-_MOST_WORDS:]
        yield from _first(match[1], [words[-size:] for size in range(1, len(words) + 1)])
    for match in _STANDS_FOR.finditer(text):
        words = match[2].split()[:_MOST_WORDS]
        heads = [words[start:end] for start in (0, 1) for end in range(start + 1, len(words) + 1)]
        yield from _first(match[1], heads)
    for match in _BEFORE_WORDS.finditer(text):
        yield from _first(match[1], [match[2].split()])
    for match in _READINGS.finditer(text):
        for reading in _LIST.split(match[2]):
            yield from _first(match[1], [reading.split()])


def _first(acronym: str, candidates: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield the acronym with the first candidate whose words it is made of, the strictest first."""
    if not _is_acronym(acronym):
        return
    letters = _letters(acronym[:-1] if _is_plural(acronym) else acronym)
    for small, inside in ((False, False), (True, False), (True, True)):
        for words in candidates:
            parts = [part for word in words for part in _parts(word, small=small)]
            if len(parts) > 1 and parts[0].needed and _aligned(letters, parts, inside=inside):
                yield acronym, " ".join(words).strip(" ,")
                return


@dataclass(frozen=True, slots=True)
class _Part:
    """A word between hyphens, in lower case, and whether it must begin with a letter."""

    text: str
    needed: bool


def _parts(word: str, *, small: bool) -> Iterator[_Part]:
    """Yield the parts of a word; small words, which may go without a letter, only on demand."""
    for at, match in enumerate(_PART.finditer(word.lower())):
        if match[0] not in _SMALL:
            yield _Part(match[0], needed=not at)
        elif small:
            yield _Part(match[0], needed=False)


def _aligned(letters: str, parts: Sequence[_Part], *, inside: bool) -> bool:
    """Return whether each part begins with the next letter; `inside`, it may hold more of them."""
    if not parts or not letters:
        return not letters and not any(part.needed for part in parts)
    part, rest = parts[0], parts[1:]
    if not part.needed and _aligned(letters, rest, inside=inside):
        return True
    return part.text[0] == letters[0] and any(
        _subsequence(letters[1:size], part.text[1:])
        and _aligned(letters[size:], rest, inside=inside)
        for size in range(1, len(letters) + 1 if inside else 2)
    )


def _subsequence(letters: str, text: str) -> bool:
    left = iter(text)
    return all(letter in left for letter in letters)


def _is_acronym(short: str) -> bool:
    return sum(letter.isupper() for letter in short) > 1


def _is_plural(acronym: str) -> bool:
    return len(acronym) > 2 and acronym[-1] == "s" and not acronym[-2].islower()


def _singular(acronym: str, expansion: str) -> tuple[str, str]:
    if not _is_plural(acronym):
        return acronym, expansion
    return acronym[:-1], expansion.removesuffix("s")


def _letters(acronym: str) -> str:
    return re.sub(r"\W", "", acronym).lower()


def _same(expansion: str) -> tuple[str, ...]:
    """Return what two ways of writing one expansion have in common."""
    parts = [match[0].lower() for match in _PART.finditer(expansion)]
    words = [part.replace("z", "s").removesuffix("s") for part in parts if part not in _SMALL]
    return tuple(words)
