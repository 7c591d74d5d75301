"""What a search is limited to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from corpus.types import Document, Passage
from index.errors import FilterError
from index.types import Mask


@dataclass(frozen=True, slots=True)
class Filters:
    """Values that a passage must have: one of each field that is not empty.

    `collection` and `section` are those of the document, `kind` is that of a block of the passage.
    """

    collection: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything is asked of a passage."""
        return any(wanted for _, wanted in self._wanted())

    def admits(self, passage: Passage, document: Document) -> bool:
        """Return whether a search may find a passage."""
        has = _values(passage, document)
        return all(
            not wanted or has[field].intersection(wanted) for field, wanted in self._wanted()
        )

    def mask(self, passages: Sequence[Passage], documents: Mapping[str, Document]) -> Mask:
        """Return which of all passages a search may find, `[len(passages)]`.

        Raises:
            FilterError: a value is one that no passage has.
        """
        known: dict[str, set[str]] = {field.name: set() for field in fields(self)}
        for passage in passages:
            for field, values in _values(passage, documents[passage.document_id]).items():
                known[field] |= values
        for field, wanted in self._wanted():
            if unknown := sorted(set(wanted) - known[field]):
                raise FilterError(
                    f"There is no {field} {unknown[0]!r}. Choose from: "
                    f"{', '.join(sorted(known[field]))}."
                )
        return np.array([self.admits(one, documents[one.document_id]) for one in passages])

    def _wanted(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(field.name, getattr(self, field.name)) for field in fields(self)]


def _values(passage: Passage, document: Document) -> dict[str, frozenset[str]]:
    return {
        "collection": frozenset({document.collection}),
        "section": frozenset({document.section}),
        "kind": frozenset(passage.kinds),
    }
