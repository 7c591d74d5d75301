"""British spelling, by codespell's word lists: common misspellings, and American for British."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from corpus.errors import CorpusError
from corpus.rules import Rules

_MISSPELLINGS = ("dictionary.txt", "dictionary_rare.txt")
_BRITISH = "dictionary_en-GB_to_en-US.txt"
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_QUOTED = re.compile(r'"[^"\n]*"|\]\([^)\s]*\)')


def misspelt(text: str, rules: Rules) -> Iterator[tuple[int, str, str]]:
    """Yield the position of each misspelt word of a text, the word and how to spell it.

    American spelling is right between double quotes and in the names of the rules.

    Raises:
        CorpusError: codespell is not installed.
    """
    yield from _found(text, _corrections(), rules.words)
    yield from _found(_without_names(text, rules.names), _british(), rules.words)


def _found(
    text: str, corrections: Mapping[str, str], right: frozenset[str]
) -> Iterator[tuple[int, str, str]]:
    for match in _WORD.finditer(text):
        word = match[0].lower()
        if word in corrections and word not in right:
            yield match.start(), match[0], corrections[word]


def _without_names(text: str, names: tuple[str, ...]) -> str:
    """Return the text with quotations, addresses and names blanked; positions stay."""
    names_or_quotes = "|".join((*map(re.escape, names), _QUOTED.pattern))
    return re.sub(names_or_quotes, lambda match: " " * len(match[0]), text)


@cache
def _corrections() -> dict[str, str]:
    return {wrong: right for name in _MISSPELLINGS for wrong, right in _entries(name)}


@cache
def _british() -> dict[str, str]:
    return {
        american.strip(): british
        for british, americans in _entries(_BRITISH)
        for american in americans.split(",")
    }


def _entries(name: str) -> Iterator[tuple[str, str]]:
    try:
        lines = (files("codespell_lib") / "data" / name).read_text(encoding="utf-8").splitlines()
    except ModuleNotFoundError:
        raise CorpusError(
            "The spelling check reads the word lists of codespell, which is not installed. Run "
            "`pip install codespell`."
        ) from None
    for line in lines:
        key, _, value = line.partition("->")
        yield key.lower(), value.strip(" ,").lower()
