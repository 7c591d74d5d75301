"""What has become of the quotes of an answer since it was given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby

from assistant.types import Answer, Citation
from corpus.blocks import parse_blocks
from corpus.types import Document

_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Change:
    """A citation whose document is another now.

    `parts` are `(change, words)` with change one of `=`, `-` (only in the quote) and `+` (only in
    the handbook now); they are empty where nothing like the quote is left.
    """

    citation: Citation
    stands: bool
    parts: tuple[tuple[str, str], ...]


def is_changed(answer: Answer, documents: Mapping[str, Document]) -> bool:
    """Return whether a document that an answer cites is another now, or gone."""
    return any(_is_other(citation, documents) for citation in _cited(answer))


def changes(answer: Answer, documents: Mapping[str, Document]) -> list[Change]:
    """Return a change for each citation whose document is another now, or gone."""
    return [
        _change(citation, documents.get(citation.document_id))
        for citation in _cited(answer)
        if _is_other(citation, documents)
    ]


def _cited(answer: Answer) -> Iterator[Citation]:
    """Yield what an answer quotes, and what stands below it as more."""
    yield from answer.citations
    yield from answer.more.citations if answer.more else ()


def _is_other(citation: Citation, documents: Mapping[str, Document]) -> bool:
    document = documents.get(citation.document_id)
    return document is None or document.sha256 != citation.sha256


def _change(citation: Citation, document: Document | None) -> Change:
    if document is None:
        return Change(citation, False, ())
    if citation.text in document.text:
        return Change(citation, True, (("=", citation.text),))
    old = citation.text.split()
    new = _closest(old, _runs(document, _size(citation, document)))
    return Change(citation, False, tuple(_compare(old, new)) if new else ())


def _size(citation: Citation, document: Document) -> int:
    """Return how many sentences, items or rows a quote has."""
    return len(parse_blocks(replace(document, text=citation.text))[1])


def _runs(document: Document, size: int) -> Iterator[list[str]]:
    """Yield the words of each block, and of each run of about as many of its units."""
    blocks, units = parse_blocks(document)
    for ordinal, group in groupby(units, lambda unit: unit.block):
        yield document.text[blocks[ordinal].start : blocks[ordinal].end].split()
        own = list(group)
        for length in range(max(1, size - 1), size + 2):
            for first, last in zip(own, own[length - 1 :], strict=False):
                yield document.text[first.start : last.end].split()


def _closest(old: list[str], runs: Iterable[list[str]]) -> list[str]:
    """Return the run that has most of the words in their order; an empty one if none has half."""
    matcher: SequenceMatcher[str] = SequenceMatcher(None, b=old, autojunk=False)
    closest, alike = [], _ALIKE
    for run in runs:
        matcher.set_seq1(run)
        if matcher.quick_ratio() > alike and matcher.ratio() > alike:
            closest, alike = run, matcher.ratio()
    return closest


def _compare(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            yield "=", " ".join(old[old_start:old_end])
            continue
        if old_start < old_end:
            yield "-", " ".join(old[old_start:old_end])
        if new_start < new_end:
            yield "+", " ".join(new[new_start:new_end])
