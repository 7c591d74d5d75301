"""Every error has an exit code, an HTTP status and a place in the tree."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import assistant.cli
import assistant.errors
import eval.errors
import index.errors
from corpus.errors import ItsmError
from web.problems import STATUS_CODES

assert index.errors
assert eval.errors


def subclasses(root: type[ItsmError]) -> Iterator[type[ItsmError]]:
    for one in root.__subclasses__():
        yield one
        yield from subclasses(one)


ERRORS = [one for one in subclasses(ItsmError) if not one.__module__.startswith("tests")]


EXIT_CODES = {
    "QuoteError": 1,
    "AccessError": 2,
    "FilterError": 2,
    "QuestionError": 2,
    "SettingsError": 2,
    "NotFoundError": 3,
    "IndexDamagedError": 4,
    "IndexMismatchError": 4,
    "IndexMissingError": 4,
    "IndexUnavailableError": 4,
    "BuildError": 5,
    "BuildRejectedError": 5,
    "CorpusError": 5,
    "ModelError": 5,
    "EvaluationError": 6,
    "StorageError": 7,
}


def test_every_error_has_the_exit_code_that_is_documented() -> None:
    assert {error.__name__: error.exit_code for error in ERRORS} == EXIT_CODES
    documented = (assistant.cli.__doc__ or "").partition("Exit codes:")[2]
    assert set(map(str, EXIT_CODES.values())) <= set(re.findall(r"(\d+) [a-z]", documented))


@pytest.mark.parametrize("error", [one for one in ERRORS if one.__name__ != "EvaluationError"])
def test_every_error_has_a_status(error: type) -> None:
    assert next(STATUS_CODES[base] for base in error.__mro__ if base in STATUS_CODES) >= 400


def test_the_drawn_tree_names_every_error() -> None:
    drawn = assistant.errors.__doc__ or ""
    assert {error.__name__ for error in ERRORS} == {
        word for word in drawn.split() if word.endswith("Error") and word != "ItsmError"
    }
