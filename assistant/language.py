"""Which language a question is in, by the small words that every sentence needs.

A question of few words, half of them acronyms, is too short for statistics over letters; its stop
words tell, and they can be read. The lists are those of the package stop-words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

from stop_words import LANGUAGE_MAPPING, get_stop_words

from index.lexical import STOP_WORDS

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019](?:s|t|re|ll|ve|m|d)\b)?")
# The first word of a letter's Unicode name, where the script goes with one language.
_SCRIPTS = {
    "ARABIC": "arabic",
    "CJK": "chinese",
    "CYRILLIC": "russian",
    "DEVANAGARI": "hindi",
    "GREEK": "greek",
    "GUJARATI": "gujarati",
    "HANGUL": "korean",
    "HEBREW": "hebrew",
    "HIRAGANA": "japanese",
    "KATAKANA": "japanese",
    "THAI": "thai",
}
# The list of English holds many abbreviations that are words elsewhere: de, es, que.
_SHORTEST = 4


def language_of(question: str) -> str | None:
    """Return the language of a question as its English name; None for English or unknown."""
    script = _script(question)
    found = script or _by_words(question)
    return found.capitalize() if found else None


def _script(question: str) -> str | None:
    """Return the language of a script that most letters are of, other than the Latin one."""
    letters = [one for one in question if one.isalpha()]
    scripts = Counter(_SCRIPTS.get(unicodedata.name(one, "").partition(" ")[0]) for one in letters)
    latin = scripts.pop(None, 0)
    if latin >= len(letters) - latin:
        return None
    # Japanese is written with Chinese characters, too, but never without its own.
    return "japanese" if scripts["japanese"] else scripts.most_common(1)[0][0]


def _by_words(question: str) -> str | None:
    """Return the language with more stop words in a question than English has.

    Acronyms are of no language. One word is too little, as it may be a name, unless letters
    beyond ASCII speak for it, too.
    """
    words = {one.lower() for one in _WORD.findall(question) if len(one) > 1 and not one.isupper()}
    english = words & _english()
    counts = {name: len((words - english) & stop) for name, stop in _foreign().items()}
    best = max(counts, key=lambda name: (counts[name], name))
    enough = 2 if "".join(words).isascii() else 1
    return best if counts[best] >= max(enough, len(english) + 1) else None


@cache
def common_english() -> frozenset[str]:
    """Return words that say little on their own."""
    return STOP_WORDS.union(get_stop_words("english"))


@cache
def _english() -> frozenset[str]:
    return STOP_WORDS | {word for word in common_english() if len(word) >= _SHORTEST}


@cache
def _foreign() -> dict[str, frozenset[str]]:
    names = (name for name in LANGUAGE_MAPPING.values() if name != "english")
    return {name: frozenset(get_stop_words(name)) for name in names}
