"""Public retrieval sets in the layout of BEIR, searched through the same build and ranking.

    corpus.jsonl     {"_id", "title", "text"}
    queries.jsonl    {"_id", "text"}, and if it knows: "history", "answerable"
    qrels.tsv        query, document, grade; or qrels/test.tsv

Thakur et al., "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval
Models", 2021. Each document becomes a Markdown file, so that it is split, embedded and indexed as
the handbook is.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

from eval.errors import EvaluationError
from eval.questions import Question

_Form = TypeVar("_Form")


class _Document(msgspec.Struct):
    id: str = msgspec.field(name="_id")
    text: str
    title: str = ""


class _Query(msgspec.Struct):
    id: str = msgspec.field(name="_id")
    text: str
    history: list[str] = []
    answerable: bool | None = None


def write_documents(folder: Path, target: Path) -> int:
    """Write a set's documents as Markdown files, nothing else beside them; return how many.

    Raises:
        EvaluationError: the corpus is missing or a line of it is not a document.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    count = 0
    for count, document in enumerate(_lines(folder / "corpus.jsonl", _Document), 1):
        head = yaml.safe_dump({"id": document.id, "title": document.title}, allow_unicode=True)
        body = document.text.strip() or document.title
        (target / f"{count:07}.md").write_text(f"---\n{head}---\n{body}\n", encoding="utf-8")
    return count


def read_queries(folder: Path) -> tuple[list[Question], bool]:
    """Return a set's judged queries, and whether it says which of them can be answered.

    Each relevant document is a need of its own, with its grade.

    Raises:
        EvaluationError: a file is missing or a line of it is wrong.
    """
    judged = _qrels(folder)
    queries = list(_lines(folder / "queries.jsonl", _Query))
    questions = [
        Question(
            *(query.id, query.id, "own", "plain", query.text, query.answerable is not False),
            gold=[[document] for document in judged.get(query.id, {})],
            grades=list(judged.get(query.id, {}).values()),
            history=query.history,
        )
        for query in queries
        if query.id in judged or query.answerable is not None
    ]
    return questions, any(query.answerable is not None for query in queries)


def _qrels(folder: Path) -> dict[str, dict[str, int]]:
    """Return the grades of the relevant documents of each query."""
    path = folder / "qrels.tsv"
    if not path.exists():
        path = folder / "qrels" / "test.tsv"
    judged: dict[str, dict[str, int]] = {}
    lines = _text(path).splitlines()
    for number, line in enumerate(lines[1:], 2):
        try:
            query, document, grade = line.split("\t")
            if int(grade) > 0:
                judged.setdefault(query, {})[document] = int(grade)
        except ValueError:
            raise EvaluationError(
                f"{path}:{number}: {line!r} is not a query, a document and a grade, with tabs."
            ) from None
    return judged


def _lines(path: Path, form: type[_Form]) -> Iterator[_Form]:
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield msgspec.json.decode(line, type=form)
        except msgspec.MsgspecError as error:
            raise EvaluationError(f"{path}:{number}: {error}.") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path} cannot be read: {error}.") from error
