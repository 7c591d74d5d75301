"""What the check cannot know by itself: reviewable data in corpus/rules/.

outline.yaml      document id -> its key facts, each as a few words
duplicates.yaml   sections of two documents that may say the same, with the reason
spelling.yaml     words and names that a spelling list takes for mistakes
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from corpus.errors import CorpusError

FOLDER = Path(__file__).parent / "rules"

Place = str
"""A section as duplicates.yaml names it: document id, a space, heading."""
_T = TypeVar("_T")
_Text = Annotated[str, msgspec.Meta(min_length=1)]


@dataclass(frozen=True, slots=True)
class Rules:
    """The data that the check reads beside the handbook; empty where nothing is given.

    `words` are right anywhere, in lower case; `names` may use American spelling, as they are.
    """

    outline: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    duplicates: frozenset[frozenset[Place]] = frozenset()
    words: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Duplicate:
    between: Annotated[list[Place], msgspec.Meta(min_length=2, max_length=2)]
    because: _Text


@dataclass(frozen=True, slots=True)
class _Spelling:
    words: list[str]
    names: list[str]


@dataclass(frozen=True, slots=True)
class _Outlined:
    title: _Text
    facts: Annotated[tuple[_Text, ...], msgspec.Meta(min_length=1)]


def read_rules(folder: Path = FOLDER) -> Rules:
    """Read the three files of a folder.

    Raises:
        CorpusError: a file is missing or not of its form; the message says which and where.
    """
    outline = _load(folder / "outline.yaml", dict[str, _Outlined])
    duplicates = _load(folder / "duplicates.yaml", list[_Duplicate])
    spelling = _load(folder / "spelling.yaml", _Spelling)
    return Rules(
        outline={document: entry.facts for document, entry in outline.items()},
        duplicates=frozenset(frozenset(one.between) for one in duplicates),
        words=frozenset(spelling.words),
        names=tuple(spelling.names),
    )


def _load(path: Path, form: type[_T]) -> _T:
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=form)
    except (OSError, msgspec.MsgspecError) as error:
        raise CorpusError(
            f"{path} cannot be read ({error}). Write it as the shipped one is."
        ) from error
