"""Where two documents say the same thing with another number.

No model judges. Two sentences disagree if they have the same words but for one number, with the
same words on either side of it: what is left when one of two places was brought up to date. That
misses disagreements in other words; in the shipped handbook it finds none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.material import SENTENCES, Composition, Region, region_of
from corpus.blocks import plain_text
from index.lexical import terms
from index.search import Index
from index.types import Hit

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?!\w)")
_WORD = re.compile(r"[\w%]+")


def disagree(one: str, other: str) -> bool:
    """Return whether two sentences have the same words but for one number."""
    words, numbers = _without_numbers(one)
    other_words, other_numbers = _without_numbers(other)
    if len(numbers) != len(other_numbers) or words != other_words:
        return False
    differing = [
        (left, right) for left, right in zip(numbers, other_numbers, strict=True) if left != right
    ]
    return len(differing) == 1 and differing[0][0][1:] == differing[0][1][1:]


def disagreeing(index: Index, hits: Sequence[Hit], composition: Composition) -> list[Region]:
    """Return the sentences of other documents that disagree with one that is quoted, best first.

    Args:
        index: the build.
        hits: the passages to look in.
        composition: what is quoted.
    """
    stated = [
        (region.document_id, text)
        for region in composition.quoted
        for text in _sentences(index, region)
    ]
    found = []
    for hit in hits:
        document = index.documents[hit.passage.document_id]
        for span in index.spans_in(hit.passage):
            text = document.text[span.start : span.end]
            if span.kind in SENTENCES and any(
                owner != document.id and disagree(text, said) for owner, said in stated
            ):
                found.append(region_of(hit.passage, span))
    return found


def _sentences(index: Index, region: Region) -> list[str]:
    """Return the quotable sentences in a region that hold a number."""
    text = index.documents[region.document_id].text
    return [
        sentence
        for passage in index.passages_of(region.document_id)
        if passage.start < region.end and region.start < passage.end
        for span in index.spans_in(passage)
        if region.start <= span.start and span.end <= region.end and span.kind in SENTENCES
        if _NUMBER.search(sentence := text[span.start : span.end])
    ]


@lru_cache(maxsize=20_000)
def _without_numbers(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, str, str], ...]]:
    """Return a text's stems without its numbers, and each number with the word on either side."""
    numbers = []
    for match in _NUMBER.finditer(text):
        before = _WORD.findall(text[: match.start()].lower())[-1:]
        after = _WORD.findall(text[match.end() :].lower())[:1]
        numbers.append((match[0], "".join(before), "".join(after)))
    return terms(plain_text(_NUMBER.sub(" ", text))), tuple(numbers)
