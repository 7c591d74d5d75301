"""Runs every pattern that questions and labels meet on text made to keep it busy.

`python -m tests.hostile` says which pattern it is at, so that whoever kills it knows. Patterns of
this project take milliseconds; one that backtracks with a power of the length never gets through.
"""

from __future__ import annotations

import pkgutil
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from itertools import product

import assistant
from assistant.conversation import resolve
from assistant.kinds import kind_by_words
from corpus.labels import read_label
from tests.assistant.test_conversation import BY_RULES

LENGTH = 2000
REPEATED = (
    *("a", "A", "1", " ", "a ", "A ", "and ", "in ", "no ", "not ", "it is ", "the CAB "),
    *("?", "!", ".", ",", ", ", "-", "a-", "'", "\u2019", "(", "( ", "a, ", "/", "[", "<a", "{%"),
)
BEGINNINGS = ("", "and in ", "do CABs meet in ", "what is ", "is it ", "not ", "explain ")
ENDS = ("", " b c d e f g?", " (", "\x01")


def hostile_texts() -> Iterator[str]:
    """Yield texts of some 2,000 characters that begin and end as patterns expect, or not."""
    for beginning, repeated, end in product(BEGINNINGS, REPEATED, ENDS):
        yield beginning + (repeated * LENGTH)[:LENGTH] + end


def patterns(value: object) -> Iterator[re.Pattern[str]]:
    """Yield the patterns of a module's global, which may be a table of them."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from patterns([*value.keys(), *value.values()])
    elif isinstance(value, tuple | list | set | frozenset):
        for one in value:
            yield from patterns(one)


def main() -> None:
    """Run all patterns of `assistant`, and the functions that build some as they go."""
    texts = list(hostile_texts())
    for module in pkgutil.iter_modules(assistant.__path__):
        for name, value in vars(import_module(f"assistant.{module.name}")).items():
            for pattern in patterns(value):
                say(f"{module.name}.{name}: {pattern.pattern}")
                for text in texts:
                    pattern.search(text)
                    pattern.fullmatch(text)
    for text in texts:
        say(f"read_label, kind_by_words: {text[:30]!r} ... {text[-15:]!r}")
        read_label(text)
        kind_by_words(text)
    for text in (text for text in texts if text[:1].strip()):
        typed = " ".join(text.split())
        say(f"resolve: {typed[:30]!r} ... {typed[-15:]!r}")
        resolve("and in Asia?", [typed], BY_RULES)
        resolve(typed, ["How do I behave in a CAB?"], BY_RULES)


def say(what: str) -> None:
    """Print what comes next, at once."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
