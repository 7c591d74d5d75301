"""What a question speaks of: the handbook's terms in it, with their articles and adjectives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.lexical import STOP_WORDS, terms

_WORD = re.compile(r"[^\W_]+(?:['\u2019/.-][^\W_]+)*")
_ARTICLES = frozenset("a an the our my your".split())
# Stop words that a term may hold: 'request for change', 'Change is in the Airlock'.
_INSIDE = frozenset("for in is of the to".split())
_QUOTED = re.compile(r"[\"\u201c]([^\"\u201c\u201d]{3,80})[\"\u201d]")
NOUN = (
    r"(?:agenda|agreement|article|board|calendar|case|certificate|certification|change|chart"
    r"|checklist|decision|document|exam|exercise|form|formula|framework|group|incident|kind|list"
    r"|meeting|method|metric|minute|norm|number|one|person|plan|policy|practice|problem|process"
    r"|record|report|request|review|role|rule|saying|schedule|step|target|team|template|ticket"
    r"|tool|type)s?"
)
"""Nouns that go with a term (`CAB meeting`) or with a word that points (`that meeting`)."""
_FOLLOWS = re.compile(rf" {NOUN}\b", re.IGNORECASE)
# No adjectives, so that the phrase of a term does not reach beyond them.
_BREAKS = (
    STOP_WORDS
    | _ARTICLES
    | frozenset(
        "about after against all also any before between both during each every get give handle "
        "like make many most much need one per same take tell under until use via vs "
        "without".split()
    )
)
_ADJECTIVES = 2
_VOWEL_LETTERS = "AEFHILMNORSX"


@dataclass(frozen=True, slots=True)
class Topic:
    """Terms that stand side by side in a question: `question[start:end]` is the whole phrase.

    `name` is the phrase without its article, which is empty where there is none.
    """

    start: int
    end: int
    article: str
    name: str

    @property
    def phrase(self) -> str:
        """The name with its article: `a CAB`, `the change freeze`, `SLAs`."""
        return f"{self.article} {self.name}" if self.article else self.name

    @property
    def stems(self) -> tuple[str, ...]:
        """The stems of the name, in order."""
        return terms(self.name)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int
    adjoins: bool  # nothing but white space parts it from the token before


def find_topics(question: str, written: Mapping[tuple[str, ...], str]) -> list[Topic]:
    """Return what a question speaks of, in order; none overlap. A quoted saying stands alone.

    Args:
        question: the text.
        written: every term by its stems.
    """
    if quoted := _QUOTED.search(question):
        return [Topic(*quoted.span(), "", quoted[0])]
    tokens = list(_tokens(question))
    runs: list[tuple[int, int]] = []
    position = 0
    while position < len(tokens):
        size = _longest(tokens[position:], written)
        if size and runs and runs[-1][1] == position and tokens[position].adjoins:
            runs[-1] = (runs[-1][0], position + size)
        elif size:
            runs.append((position, position + size))
        position += size or 1
    return [_topic(question, tokens, *run) for run in runs]


def with_article(name: str) -> str:
    """Return a name with `a` or `an`, by the sound that it begins with."""
    first = name.split()[0]
    if len(first) > 1 and first.isupper():
        vowel = first[0] in _VOWEL_LETTERS
    else:
        vowel = bool(re.match(r"(?!uni|use|usu|one|eu)[aeiou]", first, re.IGNORECASE))
    return f"{'an' if vowel else 'a'} {name}"


def _tokens(question: str) -> Iterable[_Token]:
    end = 0
    for match in _WORD.finditer(question):
        yield _Token(match[0], *match.span(), not question[end : match.start()].strip())
        end = match.end()


def _longest(tokens: Sequence[_Token], written: Mapping[tuple[str, ...], str]) -> int:
    """Return how many tokens the longest term at their beginning takes, 0 if none begins there."""
    longest, stems = 0, list[str]()
    for number, token in enumerate(tokens):
        own = terms(token.text)
        if (number and not token.adjoins) or not (own or (number and token.text in _INSIDE)):
            break
        stems += own
        name = written.get(tuple(stems)) if own else None
        if name and (number or _is_noun(token.text, name)):
            longest = number + 1
    return longest


def _is_noun(word: str, name: str) -> bool:
    """Return whether a word is a term itself, and not a verb of the same stem: `changed`."""
    word, name = word.lower().removesuffix("'s"), name.lower()
    return word in {name, f"{name}s", f"{name}es", f"{name[:-1]}ies", name.removesuffix("s")}


def _topic(question: str, tokens: Sequence[_Token], first: int, last: int) -> Topic:
    """Return the terms in tokens[first:last] with the adjectives and the article before them."""
    start = first
    while start and first - start < _ADJECTIVES and tokens[start].adjoins:
        if tokens[start - 1].text.lower() in _BREAKS:
            break
        start -= 1
    article = tokens[start - 1].text.lower() if start and tokens[start].adjoins else ""
    if article not in _ARTICLES:  # then the words before may be verbs
        article, start = "", first
    end = tokens[last - 1].end
    if follows := _FOLLOWS.match(question, end):
        end = follows.end()
    name = question[tokens[start].start : end].removesuffix("'s")
    begin = tokens[start - 1].start if article else tokens[start].start
    return Topic(begin, begin + len(question[begin:end].removesuffix("'s")), article, name)
