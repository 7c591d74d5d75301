"""Questions of one's own, from CSV, JSON Lines or YAML; a row with a mistake is named and left out.

question                 what to ask; the only field that is always needed
answer                   what a good answer says, in any words
nuggets                  key points; in CSV separated by `;`
document, section        where the answer stands: id, file or title; heading or id
answerable               false for a question that should be refused
id, history, ...         as in the project's own sets
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import yaml

from assistant.errors import QuestionError
from assistant.question import clean_question
from corpus.blocks import heading_anchor
from eval.errors import EvaluationError
from eval.questions import AskedKind, Form, Question, Split, section_ids
from index.search import Index

_OTHER_NAMES = {
    "expected": "answer",
    "expected_answer": "answer",
    "source": "document",
    "source_document": "document",
    "source_section": "section",
}

Line = tuple[int, Any]
"""Where a row begins, and what stands there; an EvaluationError if it cannot be read."""


class _OwnRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    question: str
    id: str = ""
    answer: str = ""
    nuggets: str | list[str] = []
    document: str | list[str] = []
    section: str | list[str] = []
    answerable: bool | None = None
    history: str | list[str] = []
    gold: list[list[str]] = []
    group: str = ""
    split: Split = "own"
    form: Form = "plain"
    kind: AskedKind = ""
    kinds: list[AskedKind] = []
    standalone: str = ""
    reason: str = ""


def read_own(path: Path, index: Index, max_question: int) -> tuple[list[Question], list[str]]:
    """Return the usable questions of a file, and one message with file and line for each mistake.

    Args:
        path: the file; its ending says what it is.
        index: the build that documents and sections are looked up in.
        max_question: longest question, in characters.

    Raises:
        EvaluationError: the file cannot be read as a whole.
    """
    questions: dict[str, Question] = {}
    mistakes = []
    places = _Places(index)
    for line, value in _read(path):
        try:
            question = _question(value, line, places, max_question)
            if question.id in questions:
                raise EvaluationError(f"the id {question.id} is taken")
            questions[question.id] = question
        except (EvaluationError, QuestionError, msgspec.ValidationError) as error:
            mistakes.append(f"{path}:{line}: {error}")
    return list(questions.values()), mistakes


def _read(path: Path) -> list[Line]:
    readers = {".csv": _csv, ".yaml": _yaml, ".yml": _yaml}
    reader = readers.get(path.suffix.lower(), _jsonl)
    try:
        return list(reader(path.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EvaluationError(f"{path} cannot be read: {error}.") from error


def _csv(text: str) -> Iterator[Line]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    names: list[str] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, EvaluationError(f"not a row of CSV: {error}")
            continue
        if not names:
            names = cells
        elif len(cells) > len(names):
            yield line, EvaluationError(f"{len(cells)} cells under {len(names)} headings")
        elif any(cells):
            yield line, {name: cell for name, cell in zip(names, cells, strict=False) if cell}


def _jsonl(text: str) -> Iterator[Line]:
    for line, content in enumerate(text.split("\n"), 1):
        if content.strip():
            try:
                yield line, msgspec.json.decode(content)
            except msgspec.DecodeError as error:
                yield line, EvaluationError(f"not JSON: {error}")


def _yaml(text: str) -> Iterator[Line]:
    loader = yaml.SafeLoader(text)
    root = loader.get_single_node()
    if not isinstance(root, yaml.SequenceNode):
        raise EvaluationError("A YAML file of questions is a list; begin each with `- question:`.")
    for node in root.value:
        yield node.start_mark.line + 1, loader.construct_object(node, deep=True)


def _question(value: Any, line: int, places: _Places, max_question: int) -> Question:
    if isinstance(value, EvaluationError):
        raise value
    if not isinstance(value, Mapping):
        raise EvaluationError(f"{value!r} is no question; name its fields, such as `question`")
    row = msgspec.convert(_named(value), _OwnRow, strict=False)
    gold = row.gold or places.find(_list(row.document), _list(row.section))
    places.require(gold)
    expects = bool(gold or row.nuggets or row.answer)
    answerable = expects if row.answerable is None else row.answerable
    if row.answerable is None and not expects:
        raise EvaluationError(
            "nothing is expected; give answer, nuggets, document, section or `answerable: false`"
        )
    if expects and not answerable:
        raise EvaluationError("a question that cannot be answered has no answer to expect")
    id_ = row.id or f"line {line}"
    return Question(
        id=id_,
        group=row.group or id_,
        split=row.split,
        form=row.form,
        question=clean_question(row.question, max_question),
        answerable=answerable,
        gold=gold,
        nuggets=_list(row.nuggets),
        history=_list(row.history),
        standalone=row.standalone,
        kind=row.kind,
        kinds=row.kinds,
        reason=row.reason,
        answer=row.answer,
    )


class _Places:
    """The documents and sections of a build, by every name that people may use."""

    def __init__(self, index: Index) -> None:
        self._documents: dict[str, str] = {}
        for document in index.documents.values():
            for name in (document.id, document.path, Path(document.path).name, document.title):
                self._documents.setdefault(name.casefold(), document.id)
        self._sections = dict.fromkeys(
            chain.from_iterable(section_ids(passage) for passage in index.passages)
        )

    def find(self, documents: Sequence[str], sections: Sequence[str]) -> list[list[str]]:
        """Return one need: any of the sections, or where none is named any of the documents."""
        ids = [self._document(name) for name in documents]
        found = list(chain.from_iterable(self._section(name, ids) for name in sections)) or ids
        return [found] if found else []

    def require(self, gold: list[list[str]]) -> None:
        """Raise EvaluationError for a section that is nowhere."""
        for place in chain.from_iterable(gold):
            if place not in self._sections and place.casefold() not in self._documents:
                raise EvaluationError(f"the handbook has no section {place!r}")

    def _document(self, name: str) -> str:
        found = self._documents.get(name.casefold())
        if found is None:
            raise EvaluationError(f"the handbook has no document {name!r} (id, file or title)")
        return found

    def _section(self, name: str, documents: list[str]) -> list[str]:
        if name in self._sections:
            return [name]
        anchor = heading_anchor(name)
        found = [
            id_
            for id_ in self._sections
            if id_.partition("#")[2] == anchor
            and (not documents or id_.partition("#")[0] in documents)
        ]
        if not found:
            raise EvaluationError(f"the handbook has no section {name!r} (heading or id) there")
        return found


def _named(value: Mapping[Any, Any]) -> dict[str, Any]:
    names = {key: re.sub(r"[\s-]+", "_", str(key).strip().lower()) for key in value}
    return {_OTHER_NAMES.get(name, name): value[key] for key, name in names.items()}


def _list(value: str | list[str]) -> list[str]:
    parts = value.split(";") if isinstance(value, str) else value
    return [part.strip() for part in parts if part.strip()]
