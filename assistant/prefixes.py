"""Finding while typing: a text fits when each typed word begins one of its words."""

from __future__ import annotations

from index.lexical import words

TYPED = 200
"""Characters that are looked at; what is longer is no beginning of anything."""


def searchable(*texts: str) -> str:
    """Return texts as one line of lower-case words, each with a space before it."""
    return "".join(f" {word}" for word in words(" ".join(texts)))


def prefixes(typed: str) -> tuple[str, ...]:
    """Return what each typed word looks like at the beginning of a word of a searchable line."""
    return tuple(dict.fromkeys(f" {word}" for word in words(typed[:TYPED])))


def fits(line: str, typed: tuple[str, ...]) -> bool:
    """Return whether a searchable line has all prefixes; without any, each line has."""
    return all(prefix in line for prefix in typed)
