"""How people ask for a section: reviewable data beside each document.

`practices/change-enablement.asked.yaml` maps headings of `practices/change-enablement.md` to
questions. They help to find the section, and are what is offered as related questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from corpus.errors import CorpusError
from corpus.reader import load_yaml
from corpus.types import Asked, Document, Passage

SUFFIX = ".asked.yaml"


def read_asked(
    folder: Path, documents: Iterable[Document], passages: Sequence[Passage]
) -> tuple[Asked, ...]:
    """Read the questions beside the documents of a folder, in the order of the passages.

    Raises:
        CorpusError: a file is not YAML of that form, or names a heading that its document lacks.
    """
    order = {passage.id: position for position, passage in enumerate(passages)}
    asked = [
        one
        for document in documents
        for one in _of_document(
            (folder / document.path).with_suffix(SUFFIX),
            [passage for passage in passages if passage.document_id == document.id],
        )
    ]
    return tuple(sorted(asked, key=lambda one: order[one.passage_id]))


def _of_document(path: Path, passages: Sequence[Passage]) -> Iterator[Asked]:
    if not path.exists():
        return
    for heading, questions in _load(path).items():
        under = [passage for passage in passages if heading in passage.headings]
        if not under:
            raise CorpusError(
                f"{path} asks for the section {heading!r}, which its document does not have. "
                "Name a heading as it stands there."
            )
        own = [passage for passage in under if passage.headings[-1] == heading]
        for passage in own or under:
            yield from (Asked(passage.id, question) for question in questions)


def _load(path: Path) -> dict[str, list[str]]:
    try:
        content: Any = load_yaml(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CorpusError(
            f"{path} cannot be read as YAML ({error}). Quote what holds ': '."
        ) from error
    if not isinstance(content, dict) or not all(
        isinstance(questions, list) and all(isinstance(one, str) for one in questions)
        for questions in content.values()
    ):
        raise CorpusError(
            f"{path} must map each heading to a list of questions. Its neighbours do."
        )
    return {str(heading): questions for heading, questions in content.items()}
