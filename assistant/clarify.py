"""Which questions a bare acronym may stand for, where the handbook gives it several senses.

The likelier sense is answered at once; the others are only offered, and never twice in a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from assistant.terms import Terms
from corpus.acronyms import Sense
from corpus.types import Document
from index.lexical import terms as stems

_SECOND = re.compile(r"\bstands for\b|\balso mean\b|\breadings\b")
_MOST = 4


def readings(
    question: str,
    before: Sequence[str],
    terms: Terms,
    documents: Mapping[str, Document],
    senses: Callable[[str], Mapping[str, Sequence[Sense]]],
) -> list[str]:
    """Return a question for each sense of the acronym that a question is about, if it has several.

    None where the conversation names a sense, or where the question before was as open.

    Args:
        question: the question, written out.
        before: earlier questions, oldest first.
        terms: the handbook's terms.
        documents: the handbook's documents by id.
        senses: finds the senses of a question's acronyms; slow the first time.
    """
    if not _may_be_open(question, terms, documents):
        return []
    if before and _may_be_open(before[-1], terms, documents):
        return []
    said = set(stems(" ".join((*before, question))))
    found: dict[frozenset[str], str] = {}
    for several in list(senses(question).values())[:1]:
        for sense in several:
            found.setdefault(frozenset(stems(sense.expansion)), sense.expansion)
    if len(found) < 2 or any(words <= said for words in found):
        return []
    return [f"What does {expansion} mean?" for expansion in list(found.values())[:_MOST]]


def _may_be_open(question: str, terms: Terms, documents: Mapping[str, Document]) -> bool:
    """Return whether a question only asks what an acronym means that is defined in several ways."""
    term = terms.asked_term(question)
    if len(term) != 1:
        return False
    blocks = terms.definitions[term]
    texts = (documents[block.document_id].text[block.start : block.end] for block in blocks)
    return len({block.label for block in blocks}) > 1 or any(map(_SECOND.search, texts))
