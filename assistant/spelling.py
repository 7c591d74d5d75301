"""Typing mistakes, corrected against the handbook's own words by SymSpell.

Never touched: words in capitals (acronyms), words with digits, words under four letters or over 99,
names (a capital inside a sentence), words that the handbook uses, and words of the English
dictionary that symspellpy carries.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files

from symspellpy import SymSpell, Verbosity

_WORD = re.compile(r"(?<![\w'\u2019])[^\W\d_]+(?:['\u2019][^\W\d_]+)?(?![\w'\u2019])")
_SHORTEST = 4
_LONGEST = 99
# A word of few letters is a step or two from many others.
_FAR = {1: range(_SHORTEST, 7), 2: range(7, _LONGEST + 1)}
_DICTIONARY = "frequency_dictionary_en_82_765.txt"


class Speller:
    """Corrects words that neither the handbook nor English knows.

    The English dictionary and the search structure load with the first word that needs them.
    """

    def __init__(self, words: Mapping[str, int]) -> None:
        self._known = words

    def correct(self, question: str) -> str:
        """Return a question with its typing mistakes corrected, unchanged if there are none."""
        return _WORD.sub(lambda match: self._word(match[0], first=not match.start()), question)

    def _word(self, word: str, *, first: bool) -> str:
        lower = word.lower()
        if not _SHORTEST <= len(word) <= _LONGEST or word.isupper() or lower in self._known:
            return word
        if word != lower and not first:
            return word
        if lower in self._english or lower.removesuffix("'s") in self._english:
            return word
        distance = next(far for far, lengths in _FAR.items() if len(word) in lengths)
        found = self._symspell.lookup(lower, Verbosity.TOP, max_edit_distance=distance)
        if not found:
            return word
        corrected = str(found[0].term)
        return corrected.capitalize() if word[0].isupper() else corrected

    @cached_property
    def _english(self) -> frozenset[str]:
        lines = files("symspellpy").joinpath(_DICTIONARY).read_text(encoding="utf-8").splitlines()
        return frozenset(line.partition(" ")[0].lstrip("\ufeff") for line in lines)

    @cached_property
    def _symspell(self) -> SymSpell:
        symspell = SymSpell(max_dictionary_edit_distance=max(_FAR))
        for word, count in self._known.items():
            if len(word) >= _SHORTEST:
                symspell.create_dictionary_entry(word, count)
        return symspell
