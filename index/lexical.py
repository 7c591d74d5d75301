"""BM25 over stemmed words, by bm25s.

Stephen Robertson and Hugo Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
2009; the scores are Lucene's variant (k1 = 1.5, b = 0.75).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path

import bm25s
import numpy as np
import Stemmer

from index.types import Vectors

# Words too common in questions and text to tell one passage from another.
STOP_WORDS = frozenset(
    "a an and are as at be been but by can could did do does doing for from had has have having "
    "how i if in into is it its let me may might must my no not of on or our shall she should so "
    "some such than that the their them then there these they this those to us was we were what "
    "when where which while who whom whose why will with would you your "
    "aren't can't couldn't didn't doesn't hasn't haven't i'd i'll i'm i've isn't shouldn't they're "
    "wasn't we're we've weren't won't wouldn't you're".split()
)
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third"}
_HYPHENATED = re.compile(r"(?<![\w-])[^\W\d_]{2,}-[^\W\d_]{2,}(?![\w-])")
_STEMMER = Stemmer.Stemmer("english")
# The stemmer leaves the plural to acronyms such as SLAs and KPIs, as it does to gas and bus.
_PLURAL = re.compile(r"[^\W\d_aeiouy]+[aeiou]s")


def words(text: str) -> list[str]:
    """Return the words of a text, lower case and without a possessive ending, in order.

    The US is no pronoun.
    """
    return [
        "usa" if word == "US" else word.lower().replace("\u2019", "'").removesuffix("'s")
        for word in _WORD.findall(text)
    ]


def count_words(texts: Iterable[str]) -> dict[str, int]:
    """Return how often each word occurs in some texts, in the order of first occurrence."""
    return dict(Counter(chain.from_iterable(map(words, texts))))


def count_hyphenated(texts: Iterable[str]) -> dict[str, int]:
    """Return how often two words stand with a hyphen, lower case, in the order of occurrence."""
    return dict(Counter(match[0].lower() for text in texts for match in _HYPHENATED.finditer(text)))


@lru_cache(maxsize=1_000)
def terms(text: str) -> tuple[str, ...]:
    """Return the stems of a text's words without stop words, in order; the 2nd is the second.

    An answer asks for those of its question a dozen times.
    """
    told = (_ORDINALS.get(word, word) for word in words(text) if word not in STOP_WORDS)
    stems = _STEMMER.stemWords(list(told))
    return tuple(stem[:-1] if _PLURAL.fullmatch(stem) else stem for stem in stems)


class LexicalIndex:
    """BM25 scores of every passage for a question."""

    def __init__(self, retriever: bm25s.BM25) -> None:
        self._retriever = retriever
        self._size = int(retriever.scores["num_docs"])

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Index texts; a text's position is its id."""
        retriever = bm25s.BM25()
        retriever.index([list(terms(text)) or [""] for text in texts], show_progress=False)
        return cls(retriever)

    @classmethod
    def open(cls, folder: Path) -> LexicalIndex:
        """Open what `save` wrote."""
        return cls(bm25s.BM25.load(str(folder)))

    def save(self, folder: Path) -> None:
        """Write the index as the files of a new folder."""
        self._retriever.save(str(folder), show_progress=False)

    def scores(self, question: str) -> Vectors:
        """Return the BM25 score of every text, float32 `[n]`; zeros when no word is known."""
        known = [term for term in terms(question) if term in self._retriever.vocab_dict]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        scores: Vectors = self._retriever.get_scores(known)
        return scores

    def document_frequency(self, term: str) -> int:
        """Return in how many texts a stem occurs."""
        position = self._retriever.vocab_dict.get(term)
        if position is None:
            return 0
        pointers = self._retriever.scores["indptr"]
        return int(pointers[position + 1] - pointers[position])
