"""What the handbook is made of.

Offsets count Unicode code points of `Document.text`, and `document.text[x.start:x.end]` is exactly
the text of x for every block, passage and span.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Document:
    """One handbook page in canonical Markdown: no front matter, LF line ends, NFC.

    `first_line` is the line of the file on which the text begins, counted from 1.
    """

    id: str
    collection: str
    path: str
    title: str
    section: str
    text: str
    sha256: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    first_line: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """One top-level Markdown block, typed by the handbook's conventions.

    `label` is what the convention names: the term of a definition, the situation of a do list, the
    two sides of a comparison, the words of a saying; empty for plain blocks.
    """

    document_id: str
    ordinal: int
    kind: str
    start: int
    end: int
    headings: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive blocks under one heading: the unit that is retrieved."""

    id: str
    document_id: str
    ordinal: int
    start: int
    end: int
    headings: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """One sentence, list item, step or table row: the unit that is quoted.

    `block` is the ordinal of its block in the document.
    """

    passage_id: str
    start: int
    end: int
    kind: str
    block: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a passage answers, in the words that people use."""

    passage_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Handbook:
    """Everything that was read, in reading order; `asked` lies in the order of the passages."""

    documents: tuple[Document, ...]
    blocks: tuple[Block, ...]
    passages: tuple[Passage, ...]
    spans: tuple[Span, ...]
    asked: tuple[Asked, ...] = ()
