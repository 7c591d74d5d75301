"""Typing mistakes, corrected by SymSpell to words of the handbook or of those who ask for it.

Never touched: words in capitals (acronyms), also in the plural; words with digits; words under
four letters or over 99; names: a capital inside a sentence or a word, or one of data/names.txt;
words that the handbook uses or several people ask with, two of the handbook's in one, and words of
the English dictionary that symspellpy carries. The first letter stays, as people seldom miss it
(Joseph Pollock and Antonio Zamora, "Automatic Spelling Correction in Scientific and Scholarly
Text", 1984), and without it names become words: Gartner a partner.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib.resources import files
from itertools import pairwise

from symspellpy import SymSpell, Verbosity

from index.lexical import STOP_WORDS, words

_WORD = re.compile(r"(?<!\w)(?<!\w['\u2019])[^\W\d_]+(?:['\u2019][^\W\d_]+)?(?!['\u2019]?\w)")
_SHORTEST = 4
_LONGEST = 99
# A word of few letters is a step or two from many others.
_FAR = {1: range(_SHORTEST, 7), 2: range(7, _LONGEST + 1)}
_NAMES = "data/names.txt"
# American spelling and British, which is the handbook's; a change counts if it gives its word.
_BRITISH = (
    (re.compile(r"(?<=[a-z]{2})([iy])z(?=e|i|a)"), r"\1s"),
    (re.compile(r"(?<=[a-z]{2})or(?=$|s$|ed$|ing$|al$|able$)"), "our"),
    (re.compile(r"(?<=cent)er(?=$|s$|ed$)"), "re"),
    (re.compile(r"(?<=[a-z]{2})log(?=$|s$)"), "logue"),
    (re.compile(r"(?<=[a-z]{2})ense(?=$|s$)"), "ence"),
    (re.compile(r"(?<=fulf)ill(?=$|s$|ment)"), "il"),
)
# Words that lose nothing but their apostrophe in a hurry, and mean nothing else without it.
_APOSTROPHES = {
    short.replace("'", ""): short
    for short in (
        "aren't can't couldn't didn't doesn't don't hasn't haven't how's i'm i've isn't shouldn't "
        "that's there's they're wasn't weren't what's when's where's who's won't wouldn't you're"
    ).split()
}
_SEVERAL = 3
"""A word in so many of the questions that people ask is none of one person's mistakes."""
_MORE = 2
"""So many times more often must the handbook write the British form."""
_DICTIONARY = "frequency_dictionary_en_82_765.txt"


class Speller:
    """Corrects words that neither the handbook, nor those who ask, nor English knows.

    The English dictionary and the search structure load with the first word that needs them.

    Args:
        words: how often the handbook has each of its words, and two words with a hyphen.
        asked: the questions that people ask, wanted when a word is unknown.
    """

    def __init__(self, words: Mapping[str, int], asked: Iterable[str] = ()) -> None:
        self._known = words
        self._asked = asked

    def correct(self, question: str) -> str:
        """Return a question with its typing mistakes corrected, unchanged if there are none."""
        return _WORD.sub(lambda match: self._word(match[0], first=not match.start()), question)

    def as_written(self, question: str) -> str:
        """Return a question with its words written as the handbook writes them.

        American spellings, left-out apostrophes and hyphens are no mistakes, so nobody need be
        told; a word gets its other form only if the handbook has that one more often. A capital
        inside a sentence is left, as in General Public License.
        """
        whole = self._together(question)
        return _WORD.sub(self._as_written, whole)

    def _as_written(self, match: re.Match[str]) -> str:
        word = _with_apostrophe(match[0])
        return word if match.start() and word[0].isupper() else self._own_form(word)

    def _together(self, question: str) -> str:
        """Return a question with two words as one if the handbook has only that: `postmortem`."""
        together = question
        for first, second in pairwise(_WORD.finditer(question)):
            gap = question[first.end() : second.start()]
            both = first[0] + second[0].lower()
            apart = {first[0].lower(), second[0].lower()}
            long = min(map(len, apart)) >= _SHORTEST  # "a lone" is not alone
            known = both.lower() in self._known and not apart <= self._known.keys()
            if gap in {" ", "-"} and long and known:
                together = together.replace(f"{first[0]}{gap}{second[0]}", both)
        return together

    def _own_form(self, word: str) -> str:
        lower = word.lower()
        forms = [american.sub(british, lower) for american, british in _BRITISH]
        for form in (*forms, self._hyphenated.get(lower, lower)):
            if form != lower and self._known.get(form, 0) > _MORE * self._known.get(lower, 0):
                return form.capitalize() if word[0].isupper() else form
        return word

    def _word(self, word: str, *, first: bool) -> str:
        lower = word.lower()
        if not _SHORTEST <= len(word) <= _LONGEST:
            return word
        if self._is_name(word, first=first) or self._is_word(lower):
            return word
        if apart := self._apart(lower):
            return apart.capitalize() if word[0].isupper() else apart
        distance = next(far for far, lengths in _FAR.items() if len(word) in lengths)
        found = [
            one
            for one in self._symspell.lookup(lower, Verbosity.CLOSEST, distance)
            if one.term[0] == lower[0]
        ]
        if not found:
            return word
        # A letter left out, doubled or swapped is likelier than a wrong one.
        best = min(found, key=lambda one: (_has_other_letters(lower, one.term), -one.count))
        corrected = str(best.term)
        return corrected.capitalize() if word[0].isupper() else corrected

    def _is_name(self, word: str, *, first: bool) -> bool:
        inside = word[1:] != word[1:].lower()
        return inside or (word[0].isupper() and not first) or word.lower() in self._names

    def _is_word(self, lower: str) -> bool:
        """Return whether a word, its singular or what has the `'s` is known; `xlas` is XLAs."""
        forms = {lower, lower.partition("'")[0], lower.removesuffix("s")}
        # In this order, so that what takes long to load is loaded only for words unknown so far.
        return (
            lower in _APOSTROPHES
            or any(form in self._known for form in forms)
            or any(form in self._english for form in forms)
            or any(form in self._peoples for form in forms)
            or self._is_two_words(lower)
            or self._own_form(lower) != lower
        )

    def _apart(self, lower: str) -> str | None:
        """Return a small word and the handbook's word that were typed as one: `incharge`."""
        cuts = range(_SHORTEST - 2, len(lower) - _SHORTEST + 1)
        pairs = ((lower[:cut], lower[cut:]) for cut in cuts)
        found = (pair for pair in pairs if pair[0] in STOP_WORDS and pair[1] in self._known)
        return next((" ".join(pair) for pair in found), None)

    def _is_two_words(self, lower: str) -> bool:
        """Return whether a word is two of the handbook's in one: `backout`."""
        cuts = range(_SHORTEST - 1, len(lower) - _SHORTEST + 2)
        return any(lower[:cut] in self._known and lower[cut:] in self._known for cut in cuts)

    @cached_property
    def _hyphenated(self) -> dict[str, str]:
        """How the handbook writes two words that others write as one: `handover`, hand-over."""
        return {word.replace("-", ""): word for word in self._known if "-" in word}

    @cached_property
    def _names(self) -> frozenset[str]:
        text = files("assistant").joinpath(_NAMES).read_text(encoding="utf-8")
        return frozenset(line for line in text.splitlines() if not line.startswith("#"))

    @cached_property
    def _english(self) -> frozenset[str]:
        lines = files("symspellpy").joinpath(_DICTIONARY).read_text(encoding="utf-8").splitlines()
        return frozenset(line.partition(" ")[0].lstrip("\ufeff") for line in lines)

    @cached_property
    def _peoples(self) -> dict[str, int]:
        """How often people ask with a word, if several do."""
        # A question stands at each passage of its section, and may repeat a word.
        questions = dict.fromkeys(self._asked)
        counted = Counter(word for one in questions for word in dict.fromkeys(words(one)))
        return {word: count for word, count in counted.items() if count >= _SEVERAL}

    @cached_property
    def _symspell(self) -> SymSpell:
        symspell = SymSpell(max_dictionary_edit_distance=max(_FAR))
        peoples = {word: n for word, n in self._peoples.items() if word in self._english}
        for word in {**self._known, **peoples}:
            if len(word) >= _SHORTEST:
                count = self._known.get(word, 0) + self._peoples.get(word, 0)
                symspell.create_dictionary_entry(word, count)
        return symspell


def _with_apostrophe(word: str) -> str:
    whole = _APOSTROPHES.get(word.lower())
    if whole is None:
        return word
    return whole.capitalize() if word[0].isupper() else whole


def _has_other_letters(typed: str, meant: str) -> bool:
    """Return whether each of two words has a letter that the other lacks."""
    one, other = Counter(typed), Counter(meant)
    return bool(one - other and other - one)
