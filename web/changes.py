"""What has become of the quotes of an answer since it was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

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
    _, units = parse_blocks(document)
    texts = [document.text[unit.start : unit.end] for unit in units]
    closest = get_close_matches(citation.text, texts, n=1, cutoff=_ALIKE)
    return Change(citation, False, tuple(_compare(citation.text, closest[0])) if closest else ())


def _compare(before: str, after: str) -> Iterator[tuple[str, str]]:
    old, new = before.split(), after.split()
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
