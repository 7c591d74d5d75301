"""A build laid out to be looked things up in; each part is made when it is first needed."""

from __future__ import annotations

from functools import cached_property

from assistant.etiquette import Card, Situation, collect_cards, load_situations
from assistant.glossary import Acronym, Saying, Term, collect_glossary, collect_sayings
from assistant.suggest import Suggester
from corpus.acronyms import Sense, find_senses
from index.search import Index


class Reference:
    """Cards, terms, acronyms, sayings and suggestions of one opened build."""

    def __init__(self, index: Index) -> None:
        self._index = index

    @cached_property
    def situations(self) -> tuple[Situation, ...]:
        """What the etiquette cards are sorted by."""
        return load_situations()

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """Every do, don't and why."""
        return collect_cards(self._index, self.situations)

    @cached_property
    def senses(self) -> dict[str, tuple[Sense, ...]]:
        """What each acronym stands for."""
        index = self._index
        blocks = (block for document in index.documents for block in index.blocks(document))
        return find_senses(index.documents.values(), blocks, index.spans)

    @cached_property
    def glossary(self) -> tuple[Term | Acronym, ...]:
        """Every defined term and acronym, from A to Z."""
        return collect_glossary(self._index, self.senses)

    @cached_property
    def sayings(self) -> tuple[Saying, ...]:
        """Every saying once."""
        return collect_sayings(self._index)

    @cached_property
    def suggester(self) -> Suggester:
        """The headings and the questions that people ask."""
        return Suggester(self._index)
