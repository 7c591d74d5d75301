"""What stewards make of gaps: evaluation questions and stub documents, as files in the data dir.

<data>/questions.jsonl     for `itsm eval --questions`, in the form of people's own questions
<data>/drafts/<slug>.md    to be written, read by a second person, and moved into the handbook
<data>/evaluations/        results and reports that were put there
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
import yaml

from assistant.errors import NotFoundError, QuestionError
from assistant.finding import find_passages
from index.search import Index

QUESTIONS = "questions.jsonl"
_DRAFTS = "drafts"
_EVALUATIONS = "evaluations"
_SLUG = 60
_STUB = """---
{front}---
# {title}

## {title}

(Answer in the first sentence, name the subject in every sentence, and give a source for each fact.)

<!-- Asked in these words; put them into {slug}.asked.yaml:
{asked}-->
"""

_writing = Lock()


class _Row(msgspec.Struct):
    """Of a question of a stored result, what it brings to each metric: a part and a whole."""

    parts: dict[str, tuple[float, float]] = {}


class _Stored(msgspec.Struct):
    """Of a stored result, its questions."""

    rows: list[_Row] = []


def add_question(
    data_dir: Path, index: Index, question: str, gold: str = "", nuggets: str = ""
) -> str:
    """Add an evaluation question to the stewards' file and return its id.

    It takes the place of the same question; one that is answered stays if it is added without gold.

    Args:
        data_dir: where the file lies.
        index: what gold sections are looked up in.
        question: as it was asked.
        gold: the section that answers it, `document#anchor`; without one, the question is one that
            the handbook does not answer and that is rightly refused.
        nuggets: what an answer must say, a line each; needed with gold.

    Raises:
        QuestionError: gold and nuggets do not go together.
        NotFoundError: there is no such section.
    """
    said = [line.strip() for line in nuggets.splitlines() if line.strip()]
    gold = gold.strip()
    if bool(gold) != bool(said):
        raise QuestionError("A section that answers needs at least one key point, and none else.")
    number = f"steward-{_hash(question)[:10]}"
    row: dict[str, Any] = {"id": number, "question": question}
    if gold:
        passage, section = find_passages(index, gold)[0], gold.partition("#")[2]
        section = section or "".join(passage.headings[:1])
        row |= {"document": passage.document_id, "section": section, "nuggets": said}
    else:
        row |= {"answerable": False, "reason": "no answer when it was asked"}
    with _writing:
        path = data_dir / QUESTIONS
        lines = questions(data_dir)
        others = [line for line in lines if number not in line]
        if gold or others == lines:
            others.append(msgspec.json.encode(row).decode())
            written = path.with_suffix(".new")
            written.touch(mode=0o600)
            written.write_text("".join(f"{line}\n" for line in others), encoding="utf-8")
            written.replace(path)
    return number


def questions(data_dir: Path) -> list[str]:
    """Return the stewards' evaluation questions, a line of JSON each."""
    path = data_dir / QUESTIONS
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [line for line in text.split("\n") if line.strip()]


def add_draft(data_dir: Path, question: str, wordings: Sequence[str]) -> str:
    """Write a stub document for a question, unless it is there already; return its file name."""
    title = question.strip().rstrip("?").strip() or "Untitled"
    words = re.sub(r"[^a-z0-9]+", "-", title.lower())[:_SLUG].strip("-") or "untitled"
    slug = f"{words}-{_hash(title)[:6]}"
    front = {
        "id": f"draft-{slug}",
        "title": title,
        "section": "faq",
        "summary": "",
        "as_of": date.today().strftime("%Y-%m"),
        "aliases": [],
        "related": [],
        "sources": [],
    }
    asked = yaml.safe_dump({title: list(wordings) or [question]}, allow_unicode=True, width=1000)
    path = data_dir / _DRAFTS / f"{slug}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        text = _STUB.format(
            front=yaml.safe_dump(front, sort_keys=False, allow_unicode=True, width=1000),
            title=title,
            slug=slug,
            asked=asked.replace("--", "\u2013"),
        )
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    return path.name


def drafts(data_dir: Path) -> list[str]:
    """Return the names of the drafts."""
    return sorted(path.name for path in (data_dir / _DRAFTS).glob("*.md"))


def draft(data_dir: Path, name: str) -> str:
    """Return the text of a draft.

    Raises:
        NotFoundError: there is none of that name.
    """
    return _named(data_dir / _DRAFTS, name).read_text(encoding="utf-8")


def evaluations(data_dir: Path) -> list[dict[str, Any]]:
    """Return the stored results of evaluations, the latest first, and the names of reports."""
    paths = (path for path in (data_dir / _EVALUATIONS).glob("*") if path.is_file())
    latest = sorted(paths, key=lambda path: (-path.stat().st_mtime, path.name))
    return [{"name": path.name, "figures": _figures(path)} for path in latest]


def evaluation(data_dir: Path, name: str) -> bytes:
    """Return a stored result or report.

    Raises:
        NotFoundError: there is none of that name.
    """
    return _named(data_dir / _EVALUATIONS, name).read_bytes()


def _named(folder: Path, name: str) -> Path:
    path = folder / name
    if not re.fullmatch(r"[\w][\w.-]*", name) or not path.is_file():
        raise NotFoundError(f"There is no file {name!r}.")
    return path


def _figures(path: Path) -> dict[str, Any]:
    """Return the single figures of a result, those of its groups as `group name`."""
    if path.suffix != ".json":
        return {}
    try:
        result = msgspec.json.decode(path.read_bytes())
        rows = msgspec.convert(result, _Stored).rows
    except msgspec.MsgspecError:
        return {}
    return {**_rates(rows), **dict(_flat(result))}


def _rates(rows: Sequence[_Row]) -> dict[str, float]:
    """Return each metric: what all questions bring to it, by what they could."""
    metrics = dict.fromkeys(metric for row in rows for metric in row.parts)
    found = {}
    for metric in metrics:
        parts = [row.parts[metric] for row in rows if metric in row.parts]
        whole = sum(whole for _, whole in parts)
        found[metric] = round(sum(part for part, _ in parts) / whole, 3) if whole else 0.0
    return found


def _flat(result: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in result.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name} ")
        elif isinstance(value, (str, int, float)):
            yield f"{prefix}{name}", round(value, 3) if isinstance(value, float) else value


def _hash(text: str) -> str:
    return hashlib.sha256(text.casefold().encode()).hexdigest()
