"""Every error has an exit code, an HTTP status and a place in the tree."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import assistant.errors
import eval.errors
import index.errors
from assistant.cli import exit_codes
from corpus.errors import ItsmError
from web.problems import STATUS_CODES

assert index.errors
assert eval.errors


def subclasses(root: type) -> Iterator[type]:
    for one in root.__subclasses__():
        yield one
        yield from subclasses(one)


ERRORS = [one for one in subclasses(ItsmError) if not one.__module__.startswith("tests")]


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_has_an_exit_code(error: type) -> None:
    codes = exit_codes()
    assert next(codes[base] for base in error.__mro__ if base in codes) in range(1, 8)


@pytest.mark.parametrize("error", [one for one in ERRORS if one.__name__ != "EvaluationError"])
def test_every_error_has_a_status(error: type) -> None:
    assert next(STATUS_CODES[base] for base in error.__mro__ if base in STATUS_CODES) >= 400


def test_the_drawn_tree_names_every_error() -> None:
    drawn = assistant.errors.__doc__ or ""
    assert {error.__name__ for error in ERRORS} == {
        word for word in drawn.split() if word.endswith("Error") and word != "ItsmError"
    }
