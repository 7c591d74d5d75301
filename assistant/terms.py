"""The handbook's own terms: what a question may be about, and which span defines it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.manner import without_manner
from corpus.acronyms import Sense
from corpus.blocks import SAYING_PARTS
from corpus.labels import read_label, stands_for
from corpus.types import Block, Document
from index.lexical import STOP_WORDS, terms, words

_WORD = re.compile(r"[A-Za-z][\w/&]*")
_CAPITALS = re.compile(r"\b(?=\w*[A-Z]\w*[A-Z])\w+")
_LONGEST = 6
# Stop words, but who uses them does not ask what a term means; the second ones unless it is said
# that the meaning is asked for: 'can you explain what a CAB is'.
_ASKS_ELSE = frozenset(
    "when where who whom whose why our my no not without isn't aren't wasn't weren't".split()
)
_DOES_ELSE = frozenset(
    "how should shall must can could may might will would do did has have had "
    "in into on from with for to".split()
)
_OURS = re.compile(r"\b(?:our|my)\b", re.IGNORECASE)
_ASKING = frozenset(
    terms("define definition mean meaning meant explain describe stand term acronym abbreviation")
)


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms and sayings by their stems: the blocks that explain each, and how a term is written."""

    definitions: Mapping[tuple[str, ...], tuple[Block, ...]]
    written: Mapping[tuple[str, ...], str]
    sayings: Mapping[tuple[str, ...], tuple[Block, ...]]

    def names_own(self, question: str) -> bool:
        """Return whether a question asks for the reader's own instance of a defined term.

        'What is our SLA?' has its answer in the reader's organisation, 'What is an SLA?' here.
        """
        return terms(question) in self.definitions and bool(_OURS.search(question))

    def asked_term(self, question: str) -> tuple[str, ...]:
        """Return the defined term that a question asks the meaning of and nothing else, else ().

        'What are the duties of X?' is not answered by what X is.
        """
        asked = without_manner(question)
        term = max(self.defined(asked), key=len, default=())
        more = set(terms(asked)) - set(term) - _ASKING
        return () if more or self._asks_else(asked, term) else term

    def defining(self, question: str) -> tuple[Block, ...]:
        """Return what defines the term that a question asks the meaning of, the fittest alone.

        Fittest is a term in the very words of the question (commander is not command) and without
        a place where it is used; there may be several.
        """
        blocks = self.definitions.get(self.asked_term(question), ())

        def fits(block: Block) -> tuple[bool, bool]:
            named = any(_in_words(name, question) for name in _names(block.label))
            return named, not read_label(block.label)[2]

        best = max(map(fits, blocks), default=None)
        return tuple(block for block in blocks if fits(block) == best)

    def saying(self, question: str) -> tuple[Block, ...]:
        """Return what the handbook says on a saying whose words stand in a question."""
        asked = f" {' '.join(terms(question))} "
        found = (blocks for key, blocks in self.sayings.items() if f" {' '.join(key)} " in asked)
        return next(found, ())

    def defined(self, text: str) -> list[tuple[str, ...]]:
        """Return the defined terms that occur in a text, in order; longer ones win."""
        return self._find(text, self.definitions)

    def named(self, text: str) -> list[tuple[str, ...]]:
        """Return the defined terms, titles and aliases that occur in a text, in order."""
        return self._find(text, self.written)

    def _asks_else(self, question: str, term: tuple[str, ...]) -> bool:
        """Return whether small words, not those of the term, ask for more than what it means."""
        small = frozenset(words(question)).difference(words(self.written.get(term, "")))
        said = _ASKING.intersection(terms(question))
        return bool(small & _ASKS_ELSE or (not said and small & _DOES_ELSE))

    def _find(self, text: str, known: Collection[tuple[str, ...]]) -> list[tuple[str, ...]]:
        stems = terms(text)
        found: list[tuple[str, ...]] = []
        position = 0
        while position < len(stems):
            for size in range(min(_LONGEST, len(stems) - position), 0, -1):
                candidate = tuple(stems[position : position + size])
                if candidate in known:
                    found.append(candidate)
                    position += size
                    break
            else:
                position += 1
        return found

    def in_field(self, question: str) -> bool:
        """Return whether a question names a term that is no everyday word.

        Such a term has several words or is typed in capitals: 'CAB' is one, 'cab' may be a taxi.
        """
        capitals = (terms(word) for word in _CAPITALS.findall(question))
        several = (key for key in self._find(question, self.written) if len(key) > 1)
        return any(several) or any(key in self.written for key in capitals)

    def topic(self, question: str) -> str | None:
        """Return the most specific term of a question as the handbook writes it."""
        found = self._find(question, self.written)
        return self.written[max(found, key=len)] if found else None


def collect_terms(documents: Iterable[Document], blocks: Iterable[Block]) -> Terms:
    """Collect defined terms, document titles and their aliases."""
    definitions: dict[tuple[str, ...], list[Block]] = {}
    written: dict[tuple[str, ...], str] = {}
    sayings: dict[tuple[str, ...], list[Block]] = {}
    for block in blocks:
        if block.kind in SAYING_PARTS:
            sayings.setdefault(terms(block.label), []).append(block)
        if block.kind == "definition":
            for name in _names(block.label):
                key = terms(name)
                definitions.setdefault(key, []).append(block)
                written.setdefault(key, name)
    for document in documents:
        for name in (document.title, *_aliases(document)):
            written.setdefault(terms(name), name)
    written.pop((), None)
    definitions.pop((), None)
    sayings.pop((), None)
    return Terms(_frozen(definitions), written, _frozen(sayings))


class Acronyms:
    """The handbook's acronyms, and which of them a question uses."""

    def __init__(
        self, documents: Iterable[Document], senses: Mapping[str, tuple[Sense, ...]]
    ) -> None:
        self._documents = tuple(documents)
        self._senses = senses
        self._by_letters = {acronym.casefold(): acronym for acronym in senses}

    def senses(self, question: str) -> dict[str, tuple[Sense, ...]]:
        """Return the senses of each acronym in a question, in order.

        Capitals make an acronym. Typed in lower case it is one unless the handbook itself uses it
        as a word, as in `rest`; in a question all in capitals likewise.
        """
        found: dict[str, tuple[Sense, ...]] = {}
        for match in _WORD.finditer(question):
            for word in (match[0], match[0].removesuffix("s")):
                acronym = self._by_letters.get(word.casefold(), "")
                plain = word.islower() or question.isupper()
                if acronym and (self._is_free(word) if plain else word == acronym):
                    found[acronym] = self._senses[acronym]
                    break
        return found

    def _is_free(self, word: str) -> bool:
        """Return whether the handbook never writes a word in lower case."""
        lower = word.lower()
        ordinary = re.compile(rf"(?<![\w.-]){re.escape(lower)}(?![\w-]|\.\w)")
        return lower not in STOP_WORDS and not any(
            ordinary.search(document.text) for document in self._documents
        )


def _frozen(
    blocks: Mapping[tuple[str, ...], list[Block]],
) -> dict[tuple[str, ...], tuple[Block, ...]]:
    return {key: tuple(value) for key, value in blocks.items()}


def _names(label: str) -> Sequence[str]:
    """Return the names in a definition's label: `Change advisory board (CAB)` has two."""
    name, acronym, qualifier = read_label(label)
    names = (name, acronym, qualifier if stands_for(name, qualifier) else "")
    return [name for name in names if name and name.lower() not in STOP_WORDS]


def _in_words(name: str, question: str) -> bool:
    """Return whether a question holds a name word for word; that of an acronym has no plural."""
    ending = "" if name.isupper() else "s"
    asked, sought = (
        " ".join(word.removesuffix(ending) for word in words(text)) for text in (question, name)
    )
    return f" {sought} " in f" {asked} "


def _aliases(document: Document) -> Iterable[str]:
    aliases = document.metadata.get("aliases", [])
    return (str(alias) for alias in aliases) if isinstance(aliases, list) else ()
